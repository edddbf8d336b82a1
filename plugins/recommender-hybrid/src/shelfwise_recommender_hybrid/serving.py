"""From a request to slates: what the model says of each visitor, served by the rules."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates import Candidates, Effects, Reserve, Served, Shelf, SlateMaker, Visitors
from shelfwise.types import Deadline, Recommendations
from shelfwise_recommender_hybrid.legs import Associations
from shelfwise_recommender_hybrid.legs.network import EIGHT
from shelfwise_recommender_hybrid.model import Model, contexts
from shelfwise_recommender_hybrid.reasons import Explainer
from shelfwise_recommender_hybrid.sequences import Sequences

__all__ = ["Counter"]

_CELLS = 1_500_000
"""Scores of one leg held at a time, which bounds the memory of a batch."""
_EXPLAINING = ("linear", "markov", "neighbours")


@attrs.frozen(eq=False, slots=False)
class Counter:
    """Serves slates of a model; ``width`` candidates are looked at for each customer."""

    model: Model
    width: int

    def maker(
        self, *, exposure_days: int, incremental_share: float, contribution_weight: float, by_margin: bool
    ) -> SlateMaker:
        """Return what makes slates of the model's candidates."""
        habits = self.model.habits
        effects = Effects(
            days=exposure_days,
            incremental_share=habits.trial.share(incremental_share),
            units=habits.units,
            node_ids=habits.node_ids,
            node_share=habits.node_share,
            weekday_share=habits.weekday_share,
            visits=habits.visits,
            steered=habits.steered,
        )
        zones = self.model.zones.ids
        return SlateMaker(
            self.model.history.items,
            self.model.history.customers,
            effects,
            contribution_weight=contribution_weight,
            by_margin=by_margin,
            basket_lines=habits.lines,
            told_apart=frozenset(zones if len(zones) > 1 else ()),
            vectors=self.model.content.matrix if self.model.content.known else None,
        )

    @cached_property
    def _explainer(self) -> Explainer:
        legs = self.model.legs
        leg = next((legs[name] for name in _EXPLAINING if name in legs), None)
        sold = np.exp(self.model.facts.sales) > 1.5
        return Explainer.of(leg if isinstance(leg, Associations) else None, self.model.content, sold)

    def answer(self, shelf: Shelf, deadline: Deadline) -> Recommendations:
        """Return a slate for each customer of the request; once the time is up, the rest gets what is popular."""
        most = max(1, min(512, _CELLS // max(1, len(self.model.history.items))))
        served, out = [], self._room(min(most, len(shelf.request.customers)))
        for visitors in shelf.visitors(most):
            seen = visitors.forgotten() if deadline.expired else visitors
            served.append(self._serve(shelf, seen, out))
        return shelf.answer(served)

    def _room(self, rows: int) -> NDArray[np.float32]:
        """Return memory for the blend and the shares of all legs, which every part of a batch uses again."""
        legs, items = len(self.model.legs), len(self.model.history.items)
        return np.empty((1 + legs, rows + -rows % EIGHT, items), dtype=np.float32)

    def _serve(self, shelf: Shelf, visitors: Visitors, out: NDArray[np.float32]) -> Served:
        model = self.model
        now = shelf.state.as_of.timestamp() / 86_400.0
        sequences, bought = contexts(model.history, visitors, now), model.had(visitors)
        zone = model.zones.positions(visitors.zones)[visitors.zone]
        first, like = _distinct(sequences.lengths, 2 * zone + _never_came(visitors, sequences))
        item, probability = self._candidates(shelf, visitors.take(first), sequences.take(first), zone[first], out)
        candidates = Candidates(item[like], probability[like], impersonal=sequences.lengths == 0)
        chosen = shelf.choose(visitors, candidates, bought, self._reserve)
        return shelf.serve(visitors, chosen, self._explainer.reasons(chosen.item, visitors, sequences, bought))

    def _candidates(
        self, shelf: Shelf, visitors: Visitors, sequences: Sequences, zone: NDArray[np.int64], out: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return what each visitor may want and how likely they buy it, both of shape (visitors, width).

        What somebody of whom nothing is known has in the cart is left to the rules of the slate: it is not for all.
        """
        model = self.model
        shares = model.witnesses.shares(sequences, zone, out[1:])
        held = visitors.held.where(sequences.lengths[visitors.held.row] > 0)
        asked = attrs.evolve(visitors, held=held)
        item = shelf.retrieve(asked, model.blend(shares, out[0]), self.width, model.had(visitors))
        return item, model.probability(
            model.witnesses.evidence(sequences, shares, item), _never_came(visitors, sequences)
        )

    @cached_property
    def _reserve(self) -> Reserve:
        """The catalogue by popularity, for slates that the candidates leave short."""
        order = np.argsort(-self.model.popularity, kind="stable")
        return Reserve(order, self.model.popularity[order].astype(np.float64))


def _never_came(visitors: Visitors, sequences: Sequences) -> NDArray[np.bool_]:
    """Return who is on record without any event; whoever does not agree to be known is not."""
    return np.asarray((visitors.customer >= 0) & (sequences.lengths == 0), dtype=np.bool_)


def _distinct(lengths: NDArray[np.int64], kind: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that differ, and for each row which of those it is like: those without events by their kind."""
    rows = np.arange(lengths.size)
    _, first, like = np.unique(
        np.where(lengths > 0, rows, lengths.size + 2 + kind), return_index=True, return_inverse=True
    )
    kept = np.sort(first)
    return kept, np.searchsorted(kept, first[like])
