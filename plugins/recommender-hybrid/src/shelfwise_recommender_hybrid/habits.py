"""What turns purchases into units on nodes and days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.slates import Trial, steered_units
from shelfwise.types import EventKind
from shelfwise_recommender_hybrid.sequences import History

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["Habits"]


@attrs.frozen(eq=False)
class Habits:
    """What turns purchases into units on nodes and days; see :class:`~shelfwise.slates.Effects`.

    ``lines`` is the mean number of items in a basket, ``trial`` what was bought without being shown, and
    ``steered`` what slates have sold of late.
    """

    units: NDArray[np.float64]
    node_ids: tuple[str, ...]
    node_share: NDArray[np.float64]
    weekday_share: NDArray[np.float64]
    visits: NDArray[np.float64]
    lines: float
    trial: Trial
    steered: sparse.csr_array

    @classmethod
    def of(cls, dataset: Dataset, history: History, window_days: float) -> Habits:
        """Count what is usual in the events and the demand of a data set."""
        events, demand = dataset.events, dataset.demand
        items = history.items
        bought = events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(np.bool_)]
        row, quantity = items.positions(bought["item_id"]), bought["quantity"].to_numpy(np.float64)
        quantity = np.minimum(quantity, np.quantile(quantity, 0.99)) if quantity.size else quantity
        row, quantity = row[row >= 0], quantity[row >= 0]
        mean = float(quantity.mean()) if quantity.size else 1.0
        total, lines = np.bincount(row, quantity, len(items)), np.bincount(row, minlength=len(items))
        units = demand.groupby("node_id", sort=True)["units"].sum()
        day = history.sequences.day.astype(np.int64)
        purchases = history.sequences.purchases()
        span = max(float(np.ptp(day)) if day.size else 1.0, 1.0)
        known = history.known.purchases()
        baskets = int(purchases.visits.sum())
        visits = np.asarray(known.visits * (window_days / span), dtype=np.float64)
        return cls(
            units=(total + 5.0 * mean) / (lines + 5.0),
            node_ids=tuple(map(str, units.index)),
            node_share=units.to_numpy(np.float64) / max(float(units.sum()), 1e-12),
            weekday_share=np.bincount(day % 7, minlength=7)[[4, 5, 6, 0, 1, 2, 3]] / 1.0,
            visits=visits,
            lines=purchases.item.size / baskets if baskets else 1.0,
            trial=Trial.of(dataset, window_days),
            steered=steered_units(dataset, items, history.customers, window_days),
        )
