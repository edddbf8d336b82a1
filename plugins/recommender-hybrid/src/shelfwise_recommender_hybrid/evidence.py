"""From what the legs say to what the gate sees: candidates, and numbers about each."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_recommender_hybrid.legs import Leg
from shelfwise_recommender_hybrid.sequences import PURCHASE, History, Sequences, interactions

__all__ = ["CONTEXT_WIDTH", "Evidence", "ItemFacts", "Witnesses", "about_width"]

CONTEXT_WIDTH = 8
"""Features of a row, besides the confidence of each leg, which stand behind them."""
_ABOUT_WIDTH = 6
_POPULARITY_WIDTH = 2
_LEAST = 1e-9


def about_width(popularity_features: bool) -> int:
    """Return the number of features of a candidate besides what the legs say."""
    return _ABOUT_WIDTH + _POPULARITY_WIDTH * popularity_features


@attrs.frozen(eq=False)
class ItemFacts:
    """What is known of each item from its sales: arrays of shape (items,).

    ``sales`` is the logarithm of one plus the number of events, ``again`` the share of its buyers who bought it twice,
    and ``price`` the logarithm of the price, 0 where unknown.
    """

    sales: NDArray[np.float32]
    again: NDArray[np.float32]
    price: NDArray[np.float32]

    @classmethod
    def of(cls, history: History, price: NDArray[np.float64]) -> ItemFacts:
        """Count the events of the history."""
        past, items = history.sequences, len(history.items)
        key, count = np.unique(past.row * items + past.item, return_counts=True)
        buyers = np.bincount(key % items, minlength=items)
        back = np.bincount(key % items, count > 1, items)
        overall = (back.sum() + 1e-6) / (buyers.sum() + 1.0)
        known = np.isfinite(price) & (price > 0)
        log_price = np.log(np.where(known, price, 1.0))
        centred = np.where(known, log_price - (log_price[known].mean() if known.any() else 0.0), 0.0)
        return cls(
            sales=np.log1p(interactions(past, items)).astype(np.float32),
            again=((back + 10.0 * overall) / (buyers + 10.0)).astype(np.float32),
            price=centred.astype(np.float32),
        )


@attrs.frozen(eq=False)
class Evidence:
    """What the gate sees of some rows.

    ``item`` has shape (rows, width), -1 where a row has fewer candidates; ``log_share`` (rows, width, legs); ``about``
    (rows, width, features of a candidate); ``context`` (rows, features of a row).
    """

    item: NDArray[np.int64]
    log_share: NDArray[np.float32]
    about: NDArray[np.float32]
    context: NDArray[np.float32]

    def take(self, rows: NDArray[np.int64]) -> Evidence:
        """Return some of the rows."""
        return Evidence(self.item[rows], self.log_share[rows], self.about[rows], self.context[rows])


@attrs.frozen(eq=False)
class Witnesses:
    """The legs together: what they say of the items of each row.

    ``popularity_features`` tells whether the gate sees how often items were sold, besides what the legs make of it.
    """

    legs: Mapping[str, Leg]
    facts: ItemFacts
    popularity_features: bool = True

    def shares(
        self, sequences: Sequences, zone: NDArray[np.int64], out: NDArray[np.float32] | None = None
    ) -> list[NDArray[np.float32]]:
        """Return the shares of each leg, each of shape (rows, items), in the memory of ``out`` where that is given.

        ``out`` has a place for each leg; see :func:`~shelfwise_recommender_hybrid.legs.leg.space`.
        """
        rooms = [None] * len(self.legs) if out is None else list(out)
        return [leg.shares(sequences, zone, room) for leg, room in zip(self.legs.values(), rooms, strict=True)]

    def evidence(self, sequences: Sequences, shares: list[NDArray[np.float32]], item: NDArray[np.int64]) -> Evidence:
        """Return what the gate sees of the candidates ``item``, of shape (rows, width)."""
        place = np.maximum(item, 0)
        cell = place + np.arange(len(place))[:, None] * shares[0].shape[1]
        log_share = np.empty((*item.shape, len(shares)), dtype=np.float32)
        for leg, share in enumerate(shares):
            log_share[:, :, leg] = share.ravel().take(cell)
        np.log(log_share + np.float32(_LEAST), out=log_share)
        confidence = np.stack([np.log(s.max(axis=1) + _LEAST) for s in shares], axis=1)
        return Evidence(item, log_share, self._about(sequences, item), self._context(sequences, confidence))

    def _about(self, sequences: Sequences, item: NDArray[np.int64]) -> NDArray[np.float32]:
        place = np.maximum(item, 0)
        count, back, idle = _own(sequences, item)
        weight = np.where(sequences.lengths > 0, 1.0 / np.maximum(sequences.lengths, 1), 0.0)
        usual = np.bincount(sequences.row, self.facts.price[sequences.item], len(sequences)) * weight
        dearer = np.where((sequences.lengths > 0)[:, None], self.facts.price[place] - usual[:, None], 0.0)
        again = np.log(self.facts.again[place])
        columns = [
            np.log1p(count),
            np.where(count > 0, 1.0 / (1.0 + back), 0.0),
            np.where(count > 0, np.log1p(idle), 0.0),
            np.where(count > 0, again, 0.0),
            dearer,
            np.abs(dearer),
        ]
        if self.popularity_features:
            sales = self.facts.sales[place]
            columns += [sales, sales == 0.0]
        return np.stack(columns, axis=2).astype(np.float32)

    def _context(self, sequences: Sequences, confidence: NDArray[np.float32]) -> NDArray[np.float32]:
        events, visits = sequences.lengths, sequences.visits
        idle = np.where(events > 0, np.minimum(sequences.idle_days, 1e4), 0.0)
        distinct = _distinct(sequences)
        columns = [
            events == 0,
            np.log1p(events),
            np.log1p(visits),
            np.log1p(distinct),
            np.log1p(events / np.maximum(visits, 1)),
            np.log1p(idle),
            (events > 0) & (idle < 0.25),
            1.0 - distinct / np.maximum(events, 1),
        ]
        return np.concatenate([np.stack(columns, axis=1), confidence], axis=1).astype(np.float32)


def _distinct(sequences: Sequences) -> NDArray[np.int64]:
    width = 1 + int(sequences.item.max(initial=0))
    return np.bincount(np.unique(sequences.row * width + sequences.item) // width, minlength=len(sequences))


def _own(
    sequences: Sequences, item: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return how often each candidate was bought, how many baskets ago, and how many days, of the shape of ``item``."""
    bought = sequences.kind == PURCHASE
    width = 1 + int(max(item.max(initial=0), sequences.item.max(initial=0)))
    key = (sequences.row * width + sequences.item)[bought]
    if not key.size:
        zero = np.zeros(item.shape)
        return zero, zero, zero
    order = np.argsort(key, kind="stable")  # by row and item, the newest last
    distinct, count = np.unique(key[order], return_counts=True)
    newest = order[np.cumsum(count) - 1]
    wanted = np.arange(len(item))[:, None] * width + item
    found = np.minimum(np.searchsorted(distinct, wanted), distinct.size - 1)
    hit = (distinct[found] == wanted) & (item >= 0)
    age = (sequences.now[sequences.row] - sequences.day)[bought][newest]
    back = sequences.back[bought][newest]
    return (
        np.where(hit, count[found], 0).astype(np.float64),
        np.where(hit, back[found], 0).astype(np.float64),
        np.where(hit, np.maximum(age[found], 0.0), 0.0),
    )
