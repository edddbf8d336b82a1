"""What is fitted on and what is learned from afterwards; who is on record, and where they live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import structlog
from numpy.typing import NDArray

from shelfwise.types import Index

if TYPE_CHECKING:
    from pandas import DataFrame

    from shelfwise.dataset import Dataset

__all__ = ["customers_of", "split", "without_some", "zones_of"]

log = structlog.get_logger("shelfwise")

_NEW_ITEMS = 0.03
"""Share of the items that count as new while the gate is learned; their sales are learned from afterwards."""
_FEWEST = 10
"""New items without which there are none: a few would teach what these happened to sell."""
_MOST_WINDOWS = 8.0
"""Windows of a short record that make up one that probabilities are asked of: who came twice today may not go on so."""
_DAY = np.timedelta64(1, "D")


def split(dataset: Dataset, window_days: float) -> tuple[DataFrame, DataFrame, float]:
    """Return the events to fit on, those to learn the gate from, and how many windows of the latter make up one."""
    events = dataset.events
    if not dataset.held_out.empty or events.empty:
        return events, dataset.held_out, 1.0
    time = events["time"].to_numpy("datetime64[us]")
    span = float((time.max() - time.min()) / _DAY)
    window = max(min(window_days, span / 5.0), 1e-6)
    late = time >= time.max() - (window * 86_400e6) * np.timedelta64(1, "us")
    if window_days > _MOST_WINDOWS * window:
        log.warning("recommender.short_record", days=round(span, 3), probabilities_of_days=_MOST_WINDOWS * window)
    return events[~late], events[late], min(window_days / window, _MOST_WINDOWS)


def without_some(events: DataFrame, items: Index, seed: int) -> DataFrame:
    """Return the events without those of a few items, drawn at random, so that the gate meets new items."""
    row = items.positions(events["item_id"])
    sold = np.bincount(row[row >= 0], minlength=len(items)) > 0
    drawn = sold & (np.random.default_rng(seed).random(len(items)) < _NEW_ITEMS)
    if drawn.sum() < _FEWEST:
        return events
    return events[(row < 0) | ~drawn[row]]


def customers_of(dataset: Dataset) -> Index:
    """Return everybody on record."""
    recorded = dict.fromkeys(map(str, dataset.customers["customer_id"]))
    return Index(tuple(recorded | dict.fromkeys(str(one) for one in dataset.events["customer_id"] if one)))


def zones_of(customers: DataFrame, known: Index) -> tuple[Index, NDArray[np.int64]]:
    """Return the zones on record and each customer's position among them, -1 where it is unknown."""
    zone_of = dict(zip(map(str, customers["customer_id"]), customers["zone"], strict=True))
    names = [str(zone_of.get(customer, "")) for customer in known]
    zones = Index(tuple(dict.fromkeys(name for name in names if name)))
    return zones, zones.positions(names)
