"""Cancellations and returns matched to the purchases that they take back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.quality import QualityLog
from shelfwise.types import EventKind

_PURCHASE, _RETURN = EventKind.PURCHASE.value, EventKind.RETURN.value
_WHOLE = 1e-9
_US_PER_DAY = 86_400_000_000


def take_back(events: pd.DataFrame, within_days: float, log: QualityLog) -> pd.DataFrame:
    """Undo purchases that were taken back within ``within_days``; ``events`` are sorted by time.

    Each return is matched with earlier purchases of the same item by the same customer: the latest of the same
    quantity, or else the latest ones until its quantity is used up. What is matched disappears from both sides, in
    part where they differ; the rest of a return stays a return. Without a customer only the same quantity at the
    same price matches, since nothing else tells who gave it back.
    """
    returned = (events["kind"] == _RETURN).to_numpy(bool)
    if not returned.any():
        return events
    before = events["quantity"].to_numpy(np.float64)
    left = before.copy()
    days = events["time"].to_numpy("datetime64[us]").astype(np.int64) / _US_PER_DAY
    price = events["price"].to_numpy(np.float64)
    known = (events["customer_id"] != "").to_numpy(bool)
    for group in _groups(events, returned):
        _match(group, returned, days, price, known=bool(known[group[0]]), left=left, within_days=within_days)
    undone: NDArray[np.float64] = before - left
    bought = (events["kind"] == _PURCHASE).to_numpy(bool)
    gone: NDArray[np.bool_] = (undone > 0) & (left <= _WHOLE)
    partly = (undone > 0) & ~gone
    soon = f"within {within_days:g} days"
    log.put_aside("events", "cancelled_purchase", f"purchases taken back {soon}", events[gone & bought], "item_id")
    log.put_aside("events", "cancellation", f"cancellations of purchases {soon}", events[gone & returned], "item_id")
    for kind, which in (("purchase", bought), ("return", returned)):
        rows = partly & which
        text = f"{kind}s reduced by what was taken back {soon}"
        log.note("events", f"reduced_{kind}", text, np.count_nonzero(rows), undone[rows].sum())
    kept = returned & ~gone
    log.note("events", "return", "returns kept as such, lowering no demand", np.count_nonzero(kept), left[kept].sum())
    return events.assign(quantity=left)[~gone]


def _groups(events: pd.DataFrame, returned: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Yield the rows, in time order, of each customer and item that has both purchases and returns."""
    traded = returned | (events["kind"] == _PURCHASE).to_numpy(bool)
    customers, _ = pd.factorize(events["customer_id"])
    items, item_ids = pd.factorize(events["item_id"])
    key = customers.astype(np.int64) * max(len(item_ids), 1) + items
    rows = np.flatnonzero(traded & np.isin(key, np.unique(key[returned])))
    rows = rows[np.argsort(key[rows], kind="stable")]
    yield from np.split(rows, np.flatnonzero(np.diff(key[rows])) + 1)


def _match(
    group: NDArray[np.int64],
    returned: NDArray[np.bool_],
    days: NDArray[np.float64],
    price: NDArray[np.float64],
    *,
    known: bool,
    left: NDArray[np.float64],
    within_days: float,
) -> None:
    """Take what the returns of one customer and item give back off ``left``, in place."""
    open_rows: list[int] = []
    for row in group.tolist():
        if not returned[row]:
            open_rows.append(row)
            continue
        recent = [bought for bought in reversed(open_rows) if days[row] - days[bought] <= within_days]
        same = (bought for bought in recent if left[bought] == left[row] and (known or price[bought] == price[row]))
        exact = next(same, None)
        for bought in [exact] if exact is not None else recent if known else []:
            taken = min(left[bought], left[row])
            left[bought] -= taken
            left[row] -= taken
            if left[bought] <= _WHOLE:
                open_rows.remove(bought)
            if left[row] <= _WHOLE:
                break


__all__ = ["take_back"]
