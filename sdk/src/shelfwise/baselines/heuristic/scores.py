"""Parameters that were found by search, told in a way that moves with the forecast."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import special

from shelfwise.baselines.heuristic.formula import spread_cost
from shelfwise.baselines.heuristic.kinds import LOTS, Kind
from shelfwise.baselines.heuristic.parameters import Parameters
from shelfwise.baselines.heuristic.view import View, deviation
from shelfwise.ordering import CountLaw, Situation
from shelfwise.types import Index

__all__ = ["Scores", "scored"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ARRAYS, _TERMS = "scores.npz", "scores.json"
_HIGHEST = 6.0
"""Beyond this score a probability is as good as 1."""


@attrs.frozen(eq=False)
class Scores:
    """What was found for policies of a ``kind`` that are asked every ``review_days``, one row an item at a node.

    ``item`` and ``node`` (rows,) are positions in the ids. ``level`` is in standard deviations above the mean, of the
    demand over lead time and review or, for projected stock, of a review's; for a newsvendor the score of its
    probability. ``cap`` is in deviations of a review's demand above its mean, ``lot`` in roots of a day's demand: both
    NaN where the kind has none.
    """

    kind: Kind
    review_days: int
    items: Index
    nodes: Index
    item: Ints
    node: Ints
    level: Floats
    lot: Floats
    cap: Floats

    @classmethod
    def none(cls, kind: Kind) -> Scores:
        """Return what is known before training."""
        nobody, nothing = np.zeros(0, np.int64), np.zeros(0)
        return cls(kind, 1, Index(()), Index(()), nobody, nobody, nothing, nothing, nothing)

    def put(self, formula: Parameters, situation: Situation, view: View, kind: Kind) -> Parameters:
        """Put what was found in the place of what is by formula.

        A policy of another kind, or for other reviews, is left by formula; so is the economic order quantity, and
        any lot of an order whose cost several items share.
        """
        if kind is not self.kind or situation.request.review_days != self.review_days or not len(self.item):
            return formula
        row = self._rows(situation)
        found = row >= 0
        if kind in LOTS:
            found &= ~spread_cost(situation)
        score, lot, cap = (column[row] for column in (self.level, self.lot, self.cap))
        level, lot = _units(score, view, kind), np.maximum(np.rint(lot * np.sqrt(situation.echelon.rate)), 1.0)
        most = np.maximum(np.rint(view.review.mean + cap * deviation(view.review)), 1.0)
        return Parameters(
            level=np.where(found, level, formula.level),
            lot=np.where(found & ~np.isnan(lot), lot, formula.lot),
            cap=np.where(found & ~np.isnan(most), most, formula.cap),
            tuned=found,
        )

    def _rows(self, situation: Situation) -> Ints:
        """Return the row of each item at each node that sells and supplies no other, -1 where there is none."""
        row = np.full((len(self.items) + 1, len(self.nodes) + 1), -1)
        row[self.item, self.node] = np.arange(len(self.item))
        items = self.items.positions(situation.request.item_ids)
        nodes = self.nodes.positions(situation.state.nodes.index)
        own = np.isclose(situation.echelon.rate, situation.demand.rate) & (situation.demand.rate > 0)
        return np.where(own, row[items][:, nodes], -1)

    def save(self, directory: Path) -> None:
        """Write them."""
        columns = {name: getattr(self, name) for name in ("item", "node", "level", "lot", "cap")}
        np.savez_compressed(directory / _ARRAYS, **columns)
        terms = {
            "kind": str(self.kind),
            "review_days": self.review_days,
            "items": self.items.ids,
            "nodes": self.nodes.ids,
        }
        (directory / _TERMS).write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path, kind: Kind) -> Scores:
        """Read what :meth:`save` wrote; nothing where nothing was saved."""
        if not (directory / _TERMS).exists():
            return cls.none(kind)
        terms = json.loads((directory / _TERMS).read_text(encoding="utf-8"))
        with np.load(directory / _ARRAYS, allow_pickle=False) as arrays:
            columns = {name: arrays[name] for name in arrays.files}
        return cls(Kind(terms["kind"]), terms["review_days"], Index(terms["items"]), Index(terms["nodes"]), **columns)


def scored(
    kind: Kind, found: Mapping[str, Floats], cover: CountLaw, review: CountLaw, rate: Floats
) -> tuple[Floats, Floats, Floats]:
    """Tell parameters in units, as a search names them, by scores: level, lot and cap, each (rows,).

    ``cover`` and ``review`` are the demand over lead time and review and over a review, ``rate`` is that of a day.
    """
    missing = np.full(rate.shape, np.nan)
    lot, cap = missing, missing
    if kind is Kind.NEWSVENDOR:
        return np.clip(special.ndtri(found["probability"]), -_HIGHEST, _HIGHEST), lot, cap
    level = found["reorder_point" if kind in LOTS else "level"]
    if kind is Kind.REORDER_POINT:
        lot = (found["level"] - level) / np.sqrt(rate)
    elif kind is Kind.REORDER_QUANTITY:
        lot = found["quantity"] / np.sqrt(rate)
    elif kind is Kind.CAPPED_BASE_STOCK:
        cap = (found["cap"] - review.mean) / deviation(review)
    law = review if kind is Kind.PROJECTED_INVENTORY else cover
    return (level - law.mean) / deviation(law), lot, cap


def _units(score: Floats, view: View, kind: Kind) -> Floats:
    """Return levels in units, whole ones but for projected stock."""
    if kind is Kind.NEWSVENDOR:
        return view.cover.quantile(np.nan_to_num(special.ndtr(score)))
    law = view.review if kind is Kind.PROJECTED_INVENTORY else view.cover
    level = np.maximum(law.mean + score * deviation(law), 0.0)
    return level if kind is Kind.PROJECTED_INVENTORY else np.asarray(np.rint(level))
