"""Stock on the shelves: what comes in, what goes out, and what spoils, first in first out."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Shelves"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.define(eq=False)
class Shelves:
    """Units on hand, of shape (items, warehouses).

    ``shelf_life_days`` (items,) is NaN for what keeps. Units of what spoils are known by the day on which they came
    from the supplier, wherever they have been since; the oldest go out first.
    """

    on_hand: Floats
    shelf_life_days: Floats
    days: int
    _left: Floats = attrs.field(init=False)
    """By day, item that spoils and warehouse: what is left of what came on that day."""
    _perishable: Ints = attrs.field(init=False)
    _row: Ints = attrs.field(init=False)
    """By item: its position among those that spoil, -1 for what keeps."""

    def __attrs_post_init__(self) -> None:
        self._perishable = np.flatnonzero(np.isfinite(self.shelf_life_days))
        self._row = np.full(len(self.shelf_life_days), -1, np.int64)
        self._row[self._perishable] = np.arange(len(self._perishable))
        self._left = np.zeros((self.days, len(self._perishable), self.on_hand.shape[1]))
        self._left[0] = self.on_hand[self._perishable]

    def receive(self, item: Ints, node: Ints, quantity: Floats, came: Ints) -> None:
        """Put units on the shelves that ``came`` from the supplier on some days."""
        np.add.at(self.on_hand, (item, node), quantity)
        spoils = self._row[item] >= 0
        np.add.at(self._left, (came[spoils], self._row[item[spoils]], node[spoils]), quantity[spoils])

    def remove(self, item: Ints, node: Ints, quantity: NDArray[np.int64] | Floats) -> None:
        """Take units from the shelves, which must be there."""
        went = np.zeros(self.on_hand.shape)
        np.add.at(went, (item, node), quantity)
        self.on_hand = np.maximum(self.on_hand - went, 0.0)
        older = np.cumsum(self._left, axis=0) - self._left
        self._left -= np.clip(went[self._perishable] - older, 0.0, self._left)

    def leave(self, item: Ints, node: Ints, quantity: Floats) -> tuple[Ints, Floats, Ints]:
        """Take units from the shelves as :meth:`remove` does, and tell of which days they are.

        Returns:
            For each part of a row, of one day: its row, its units, and the day on which they came; 0 for what keeps.
        """
        spoils = np.flatnonzero(self._row[item] >= 0)
        queue = self._left[:, self._row[item[spoils]], node[spoils]]
        until = np.cumsum(queue, axis=0)
        start = _ahead(item[spoils] * self.on_hand.shape[1] + node[spoils], quantity[spoils])
        end = start + quantity[spoils]
        units = np.minimum(until, end) - np.maximum(until - queue, start)
        came, part = np.nonzero(units > 0.0)
        self.remove(item, node, quantity)
        keeps = np.flatnonzero(self._row[item] < 0)
        rows = np.concatenate([spoils[part], keeps])
        return rows, np.concatenate([units[came, part], quantity[keeps]]), np.concatenate([came, np.zeros_like(keeps)])

    def spoil(self, day: int) -> Floats:
        """Take away what has spoiled by the beginning of a day, and return it, of shape (items, warehouses)."""
        gone = np.zeros(self.on_hand.shape)
        age = day - np.arange(self.days)[:, None]
        old = (age >= self.shelf_life_days[self._perishable])[:, :, None] * self._left
        self._left -= old
        gone[self._perishable] = old.sum(axis=0)
        self.on_hand = np.maximum(self.on_hand - gone, 0.0)
        return gone


def _ahead(queue: Ints, quantity: Floats) -> Floats:
    """Return how many units rows before it take out of the same queue as a row does."""
    order = np.argsort(queue, kind="stable")
    total = np.cumsum(quantity[order]) - quantity[order]
    first = np.searchsorted(queue[order], queue[order])
    ahead = np.empty_like(total)
    ahead[order] = total - total[first]
    return ahead
