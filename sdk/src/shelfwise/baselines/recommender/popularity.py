"""Which items sell: recent purchases, overall and by zone."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.types import Index

__all__ = ["HALF_LIVES", "Popularity", "decayed_counts"]

HALF_LIVES = (7.0, 14.0, 28.0, 56.0, 112.0, 365.0, np.inf)
"""The windows tried, in days."""
_ZONE_PRIOR = 200.0
"""Purchases in a zone at which its own figures weigh as much as the overall ones."""


def decayed_counts(past: Interactions, now: float, half_life_days: float) -> NDArray[np.float64]:
    """Return how often each item was taken, an event losing half its weight every ``half_life_days``."""
    weight = past.weight * np.exp2(-(now - past.line_day) / half_life_days)
    return np.bincount(past.item, weight, len(past.items)).astype(np.float64)


@attrs.frozen(eq=False)
class Popularity:
    """Shares of the items, summing to one: ``overall`` of shape (items,), ``by_zone`` of shape (zones, items)."""

    overall: NDArray[np.float64]
    zones: Index
    by_zone: sparse.csr_array

    @classmethod
    def of(
        cls, past: Interactions, *, now: float, half_life_days: float, zone: NDArray[np.int64], zones: Index
    ) -> Popularity:
        """Count the past; ``zone`` gives each customer's position in ``zones`` (-1 unknown)."""
        counts = decayed_counts(past, now, half_life_days)
        line_zone = np.where(past.line_customer >= 0, np.append(zone, -1)[past.line_customer], -1)
        weight = past.weight * np.exp2(-(now - past.line_day) / half_life_days)
        inside = line_zone >= 0
        shape = (len(zones), len(past.items))
        by_zone = sparse.csr_array((weight[inside], (line_zone[inside], past.item[inside])), shape=shape)
        return cls(counts / max(counts.sum(), 1e-300), zones, by_zone)

    def shares(self, zones: Sequence[str]) -> NDArray[np.float64]:
        """Return the shares of zones, of shape (zones, items), the overall ones where a zone is unknown.

        They are drawn towards the overall ones where a zone has few purchases.
        """
        row = self.zones.positions(zones)
        share, known = np.tile(self.overall, (row.size, 1)), row >= 0
        own = self.by_zone[row[known]].toarray()
        share[known] = (own + _ZONE_PRIOR * self.overall) / (own.sum(axis=1, keepdims=True) + _ZONE_PRIOR)
        return share
