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

    ``shelf_life_days`` (items,) is NaN for what keeps. What is older than that and has not gone out has spoiled: the
    oldest goes out first, so that is what came in by then less all that went out.
    """

    on_hand: Floats
    shelf_life_days: Floats
    days: int
    _came: NDArray[np.float32] = attrs.field(init=False)
    _went: Floats = attrs.field(init=False)
    _perishable: Ints = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._perishable = np.flatnonzero(np.isfinite(self.shelf_life_days))
        self._came = np.zeros((self.days, len(self._perishable), self.on_hand.shape[1]), np.float32)
        self._went = np.zeros(self._came.shape[1:])
        self._came[0] = self.on_hand[self._perishable]

    def receive(self, day: int, item: Ints, node: Ints, quantity: Floats) -> None:
        """Put units on the shelves."""
        came = np.zeros(self.on_hand.shape)
        np.add.at(came, (item, node), quantity)
        self.on_hand += came
        self._came[day] += came[self._perishable].astype(np.float32)

    def remove(self, item: Ints, node: Ints, quantity: NDArray[np.int64] | Floats) -> None:
        """Take units from the shelves, which must be there."""
        went = np.zeros(self.on_hand.shape)
        np.add.at(went, (item, node), quantity)
        self.on_hand = np.maximum(self.on_hand - went, 0.0)
        self._went += went[self._perishable]

    def spoil(self, day: int) -> Floats:
        """Take away what has spoiled by the beginning of a day, and return it, of shape (items, warehouses)."""
        gone = np.zeros(self.on_hand.shape)
        if not len(self._perishable) or day == 0:
            return gone
        life = self.shelf_life_days[self._perishable].astype(np.int64)
        # Received up to and on the last day that is too old.
        old = np.maximum(day - life, -1)
        row = np.arange(len(old))
        arrived = np.where(old[:, None] >= 0, self._total(day)[np.maximum(old, 0), row], 0.0)
        spoiled = np.clip(arrived - self._went, 0.0, self.on_hand[self._perishable])
        self._went += spoiled
        gone[self._perishable] = spoiled
        self.on_hand -= gone
        return gone

    def _total(self, day: int) -> Floats:
        """Return what had come in by the end of each day up to ``day``."""
        return np.asarray(np.cumsum(self._came[:day], axis=0, dtype=np.float64))
