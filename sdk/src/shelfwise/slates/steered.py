"""What slates have sold of late: the part of their effect that the demand of the past holds already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.slates.trial import last_impression
from shelfwise.types import EventKind, Index

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["of_customers", "steered_units"]

_DAYS = 28
"""The days before the end of the data that count: about as far back as the level of a forecast remembers."""
_SPAN = np.timedelta64(_DAYS, "D")


def steered_units(dataset: Dataset, items: Index, customers: Index, days: float) -> sparse.csr_array:
    """Return the units a day that customers bought of what slates had shown them, of shape (customers, items).

    A purchase is one of the slate if an impression of the item to that customer came at most ``days`` before it.
    """
    shape = len(customers), len(items)
    shown = dataset.impressions[dataset.impressions["slot"].notna().to_numpy(bool)]
    if shown.empty:
        return sparse.csr_array(shape)
    events = dataset.events
    late = events["time"].to_numpy("datetime64[us]") > np.datetime64(dataset.as_of.replace(tzinfo=None), "us") - _SPAN
    bought = events[late & (events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)]
    bought = bought[last_impression(shown, bought, days) >= 0]
    row, column = customers.positions(bought["customer_id"]), items.positions(bought["item_id"])
    known = (row >= 0) & (column >= 0)
    units = bought["quantity"].to_numpy(np.float64) / _DAYS
    return sparse.csr_array((units[known], (row[known], column[known])), shape=shape)


def of_customers(
    steered: sparse.csr_array, customer: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return what customers (positions, -1 unknown) bought of slates: places in ``customer``, items, units a day."""
    known = np.flatnonzero(customer >= 0)
    start, end = steered.indptr[customer[known]], steered.indptr[customer[known] + 1]
    length = end - start
    at = np.arange(int(length.sum())) + np.repeat(start - np.append(0, np.cumsum(length))[:-1], length)
    return np.repeat(known, length), steered.indices[at].astype(np.int64), steered.data[at]
