"""What sells now: in the customer's zone, and in the categories that the customer looks at."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_recommender_hybrid.legs.leg import space
from shelfwise_recommender_hybrid.sequences import INTEREST, History, Sequences

__all__ = ["Popular"]

_HALF_LIVES = (3.5, 7.0, 14.0, 28.0, 56.0, 112.0, 365.0, 3650.0)
"""Days after which a sale counts half, of which the likeliest is taken."""
_ZONE_PRIOR = 50.0
"""Sales of a zone that weigh as much as those of all zones."""
_CATEGORY_PRIOR = 3.0
"""Events of a customer that weigh as much as what everybody looks at."""


@attrs.frozen(eq=False, slots=False)
class Popular:
    """Shares of recent sales: ``by_zone`` of shape (zones + 1, items), the last row for an unknown zone.

    ``category``, of shape (items,), numbers the categories.
    """

    by_zone: NDArray[np.float32]
    category: NDArray[np.int64]

    @classmethod
    def fit(
        cls, history: History, category: NDArray[np.int64], zone: NDArray[np.int64], zones: int, half_life_days: float
    ) -> Popular:
        """Count events with exponential decay; ``zone`` has one entry per customer on record.

        Zones are drawn towards all zones together, and every item is given a twentieth of a sale: none is impossible.
        """
        past = history.sequences
        items = len(history.items)
        weight = INTEREST[past.kind] * 0.5 ** ((past.now[past.row] - past.day) / half_life_days)
        overall = np.bincount(past.item, weight, items) + 0.05
        overall /= overall.sum()
        where = np.append(zone, -1)[np.minimum(past.row, zone.size)]
        shares = [overall]
        for place in reversed(range(zones)):
            sold = np.bincount(past.item, weight * (where == place), items) + _ZONE_PRIOR * overall
            shares.append(sold / sold.sum())
        return cls(np.array(shares[::-1], dtype=np.float32), category)

    @staticmethod
    def best_half_life(history: History, sold: NDArray[np.int64]) -> float:
        """Return the half-life, in days, under which the items ``sold`` after the history are likeliest."""
        past = history.sequences
        age, count = past.now[past.row] - past.day, np.bincount(sold, minlength=len(history.items))

        def likelihood(half_life_days: float) -> float:
            weight = np.bincount(past.item, 0.5 ** (age / half_life_days), count.size) + 0.1
            return float(count @ np.log(weight / weight.sum()))

        return max(_HALF_LIVES, key=likelihood)

    @property
    def overall(self) -> NDArray[np.float32]:
        """The share of each item in recent sales of all zones, of shape (items,)."""
        return np.asarray(self.by_zone[-1])

    def shares(
        self, sequences: Sequences, zone: NDArray[np.int64], out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the shares of the zone, shifted towards the categories that the customer looks at."""
        share = space(out, len(sequences), self.category.size)
        np.take(self.by_zone, zone, axis=0, out=share, mode="wrap")
        common = self._common
        if not sequences.item.size or common.size < 2:
            return share
        key = sequences.row * common.size + self.category[sequences.item]
        seen = np.bincount(key, INTEREST[sequences.kind], len(sequences) * common.size).reshape(-1, common.size)
        looks_at = (seen + _CATEGORY_PRIOR * common) / (seen.sum(axis=1, keepdims=True) + _CATEGORY_PRIOR)
        shift = (looks_at / np.maximum(common, 1e-12)).astype(np.float32)
        stranger = sequences.lengths == 0
        shift[stranger] = 1.0
        share *= shift.take(self.category, axis=1)
        # Rows without events stay as they are to the last digit, whoever else is asked for.
        share *= np.where(stranger, np.float32(1.0), np.float32(1.0) / share.sum(axis=1))[:, None]
        return share

    @cached_property
    def _common(self) -> NDArray[np.float64]:
        """The share of each category in recent sales, of shape (categories,)."""
        return np.bincount(self.category, self.overall).astype(np.float64)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return everything that was learned, by name."""
        return {"by_zone": self.by_zone, "category": self.category}
