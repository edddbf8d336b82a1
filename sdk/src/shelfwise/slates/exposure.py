"""What slates will cause: impressions and extra units per item, node and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.types import Exposure, Index

__all__ = ["Effects", "Tally"]

_SUBSTITUTED = 0.5
"""Assumed: a random draw cannot tell, since what it keeps out of a slate makes room for something else."""


@attrs.frozen(eq=False)
class Effects:
    """What turns purchases of shown items into units on nodes and days.

    ``days`` is the window of the purchase probabilities, which is that of the exposure. ``incremental_share`` is the
    part of the purchases of shown items that would not have happened otherwise, ``units`` the mean quantity of one
    purchase of each item, of shape (items,). ``node_share`` says how demand spreads over ``node_ids`` where the slate
    leaves the node open, ``weekday_share`` how it spreads over the week, Monday first. ``visits`` is how often each
    known customer sees a slate within the window, of shape (customers,); a stranger sees this one. ``steered`` tells
    what slates have sold of late; see :func:`~shelfwise.slates.steered.steered_units`. ``substituted_share`` is the
    part of the purchases caused that other items of the category lose.
    """

    days: int
    incremental_share: float
    units: NDArray[np.float64]
    node_ids: tuple[str, ...]
    node_share: NDArray[np.float64]
    weekday_share: NDArray[np.float64]
    visits: NDArray[np.float64]
    steered: sparse.csr_array | None = None
    substituted_share: float = _SUBSTITUTED

    def share_of_nodes(self, nodes: Index) -> NDArray[np.float64]:
        """Return how demand spreads over ``nodes``, evenly where nothing is known."""
        known = dict(zip(self.node_ids, self.node_share.tolist(), strict=True))
        share = np.array([known.get(node, 0.0) for node in nodes])
        return share / share.sum() if share.sum() > 0 else np.full(len(nodes), 1.0 / max(1, len(nodes)))

    def share_of_days(self, starts_on: date) -> NDArray[np.float64]:
        """Return how demand spreads over the days of the window, evenly where nothing is known of the week."""
        share = self.weekday_share[(starts_on.weekday() + np.arange(self.days)) % 7]
        return share / share.sum() if share.sum() > 0 else np.full(self.days, 1.0 / max(1, self.days))

    def visits_of(self, customer: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the expected visits of customers by position, -1 for a stranger."""
        return np.append(self.visits, 1.0)[customer]


@attrs.frozen(eq=False)
class Tally:
    """What slates cause, summed by item and node (-1 undecided), one entry per pair.

    ``past`` are the units a day that the same customers have bought of slates of late.
    """

    item: NDArray[np.int64]
    node: NDArray[np.int64]
    impressions: NDArray[np.float64]
    purchases: NDArray[np.float64]
    past: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        item: NDArray[np.int64],
        node: NDArray[np.int64],
        visits: NDArray[np.float64],
        probability: NDArray[np.float64],
    ) -> Tally:
        """Sum up slates; ``visits`` has shape (customers,), the others (customers, slots), ``item`` -1 for none.

        Whoever buys an item has seen it, so impressions are at least the purchases.
        """
        shown = item >= 0
        impressions = np.maximum(visits[:, None], probability)[shown]
        return cls._summed(item[shown], node[shown], impressions, probability[shown], np.zeros(len(impressions)))

    def after(self, item: NDArray[np.int64], node: NDArray[np.int64], units: NDArray[np.float64]) -> Tally:
        """Return this with the units a day of past purchases, of shape (purchases,) each."""
        nothing = np.zeros(len(item))
        return Tally.sum([self, Tally(item, node, nothing, nothing, units)])

    @classmethod
    def sum(cls, tallies: Sequence[Tally]) -> Tally:
        """Add tallies up."""
        if len(tallies) == 1:
            return tallies[0]
        names = [field.name for field in attrs.fields(cls)]
        empty = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0))
        columns = (
            np.concatenate([start, *(getattr(tally, name) for tally in tallies)])
            for name, start in zip(names, empty, strict=True)
        )
        return cls._summed(*columns)

    @classmethod
    def _summed(
        cls,
        item: NDArray[np.int64],
        node: NDArray[np.int64],
        impressions: NDArray[np.float64],
        purchases: NDArray[np.float64],
        past: NDArray[np.float64],
    ) -> Tally:
        width = int(node.max(initial=-1)) + 2
        key, place = np.unique(item * width + node + 1, return_inverse=True)
        return cls(
            item=key // width,
            node=key % width - 1,
            impressions=np.bincount(place, impressions, key.size).astype(np.float64),
            purchases=np.bincount(place, purchases, key.size).astype(np.float64),
            past=np.bincount(place, past, key.size).astype(np.float64),
        )

    def exposure(self, items: Index, nodes: Index, effects: Effects, starts_on: date) -> Exposure:
        """Return the exposure of the items shown now or of late, from ``starts_on`` over the days of the window."""
        shown, place = np.unique(self.item, return_inverse=True)
        node_share, day_share = effects.share_of_nodes(nodes), effects.share_of_days(starts_on)
        decided = self.node >= 0

        def spread(amount: NDArray[np.float64]) -> NDArray[np.float64]:
            total = np.zeros((shown.size, len(nodes)))
            np.add.at(total, (place[decided], self.node[decided]), amount[decided])
            total += np.bincount(place[~decided], amount[~decided], shown.size)[:, None] * node_share
            return np.asarray(total[:, :, None] * day_share)

        promised = spread(self.purchases * effects.units[self.item])
        return Exposure(
            items=Index(tuple(items.array[shown])),
            nodes=nodes,
            impressions=spread(self.impressions),
            extra_units=effects.incremental_share * promised,
            promised_units=promised,
            past_units=effects.incremental_share * effects.days * spread(self.past),
            substituted_share=effects.substituted_share,
        )
