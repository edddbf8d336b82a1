"""What turns purchases of shown items into units on nodes and days, from the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shelfwise.slates import Effects, Trial, steered_units
from shelfwise.types import EventKind, Index

if TYPE_CHECKING:
    from pandas import DataFrame

    from shelfwise.dataset import Dataset

__all__ = ["basket_lines", "effects_of"]

_PRIOR_LINES = 5.0
"""Lines of the mean quantity that every item is taken to have sold besides its own."""


def effects_of(dataset: Dataset, items: Index, customers: Index, *, days: int, incremental_share: float) -> Effects:
    """Learn quantities, nodes, weekdays and visits; a visit is a day on which a customer bought something.

    ``incremental_share`` is assumed as far as no random draw has told.
    """
    demand = dataset.demand.groupby("node_id", sort=True)["units"].sum()
    node_share = demand.to_numpy(np.float64) / max(float(demand.sum()), 1e-12)
    bought = _bought(dataset.events)
    day = bought["time"].to_numpy("datetime64[D]").astype(np.int64)
    return Effects(
        days=days,
        incremental_share=Trial.of(dataset, days).share(incremental_share),
        units=_units(bought, items),
        node_ids=tuple(map(str, demand.index)),
        node_share=node_share,
        # Day 0, the first of 1970, was a Thursday.
        weekday_share=np.bincount((day + 3) % 7, minlength=7).astype(np.float64),
        visits=_visits(bought, day, customers) * days / max(1.0, float(np.ptp(day)) if day.size else 1.0),
        steered=steered_units(dataset, items, customers, days),
    )


def basket_lines(dataset: Dataset) -> float:
    """Return the mean number of lines that a customer buys on one day."""
    bought = _bought(dataset.events)
    baskets = bought.groupby([bought["customer_id"], bought["time"].dt.floor("D")]).ngroups
    return len(bought) / max(1, baskets)


def _bought(events: DataFrame) -> DataFrame:
    return events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)]


def _units(bought: DataFrame, items: Index) -> NDArray[np.float64]:
    """Return the mean quantity of a line per item, the largest percent cut off, drawn towards the overall mean."""
    row, quantity = items.positions(bought["item_id"]), bought["quantity"].to_numpy(np.float64)
    if not row.size:
        return np.ones(len(items))
    quantity = np.minimum(quantity, np.quantile(quantity, 0.99))
    total, lines = np.bincount(row, quantity, len(items)), np.bincount(row, minlength=len(items))
    return np.asarray((total + _PRIOR_LINES * quantity.mean()) / (lines + _PRIOR_LINES))


def _visits(bought: DataFrame, day: NDArray[np.int64], customers: Index) -> NDArray[np.float64]:
    row = customers.positions(bought["customer_id"])
    pairs = np.unique(np.column_stack([row, day])[row >= 0], axis=0)
    return np.bincount(pairs[:, 0], minlength=len(customers)).astype(np.float64)
