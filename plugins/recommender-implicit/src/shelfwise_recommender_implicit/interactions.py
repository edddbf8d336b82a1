"""Who had what: the matrix that is factorised, and how popular each item is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.slates import KINDS
from shelfwise.types import EventKind, Index

if TYPE_CHECKING:
    from pandas import DataFrame

    from shelfwise.dataset import Dataset

__all__ = ["KIND_WEIGHT", "Interactions"]

_WEIGHT = {EventKind.VIEW: 0.25, EventKind.CART: 0.5, EventKind.PURCHASE: 1.0}
KIND_WEIGHT = np.array([_WEIGHT.get(kind, 0.0) for kind in KINDS], dtype=np.float32)
"""How much an event says of interest, by the code of its kind; a return says nothing."""
_DAY = np.timedelta64(1, "D")


@attrs.frozen(eq=False)
class Interactions:
    """The past in sparse arrays of shape (customers + 1, items); the last row, of a stranger, is empty.

    ``weight`` is interest: purchases count 1, looks less, the same again less and less. ``bought`` holds the number of
    purchases. ``share``, of shape (items,), is the part of what sells that is each item, lately more than formerly.
    Items stand in the order of that share, equals in an order that a hash of their ids draws: of equal scores the
    earlier item wins, and ids must not decide.
    """

    items: Index
    customers: Index
    weight: sparse.csr_array
    bought: sparse.csr_array
    share: NDArray[np.float64]

    @classmethod
    def of(cls, dataset: Dataset, half_life_days: float, seed: int) -> Interactions:
        """Read the events of the data set, or the demand where there are none."""
        ids = Index(tuple(dataset.items["item_id"]))
        share = _share(dataset, ids, half_life_days)
        order = np.lexsort((_scrambled(ids, seed), -share))
        items = Index(tuple(ids.array[order]))
        events = dataset.events
        known = (events["customer_id"] != "").to_numpy(bool)
        events = events[known]
        customers = Index(tuple(dict.fromkeys(events["customer_id"])))
        kind = events["kind"].astype(str).map({kind.value: code for code, kind in enumerate(KINDS)}).to_numpy(np.int64)
        row, column = customers.positions(events["customer_id"]), items.positions(events["item_id"])
        shape = (len(customers) + 1, len(items))
        weight = _counted(row, column, KIND_WEIGHT[kind], shape)
        weight.data = np.log1p(weight.data) / np.log(2.0, dtype=np.float32)
        purchased = kind == KINDS.index(EventKind.PURCHASE)
        bought = _counted(row[purchased], column[purchased], np.ones(int(purchased.sum()), np.float32), shape)
        return cls(items, customers, weight, bought, share[order])

    def of_later(self, events: DataFrame) -> sparse.csr_array:
        """Return how often customers of the past bought items of the catalogue in later ``events``."""
        bought = events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)]
        row, column = self.customers.positions(bought["customer_id"]), self.items.positions(bought["item_id"])
        known = (row >= 0) & (column >= 0)
        ones = np.ones(int(known.sum()), np.float32)
        return _counted(row[known], column[known], ones, (len(self.customers) + 1, len(self.items)))


def _counted(
    row: NDArray[np.int64], column: NDArray[np.int64], value: NDArray[np.float32], shape: tuple[int, int]
) -> sparse.csr_array:
    """Return sums of ``value`` by row and column, without those that are 0, in sorted rows of 32-bit indices."""
    kept = value > 0
    entries = (row[kept].astype(np.int32), column[kept].astype(np.int32))
    table = sparse.csr_array(sparse.coo_array((value[kept], entries), shape=shape))
    table.sum_duplicates()
    return table


def _share(dataset: Dataset, items: Index, half_life_days: float) -> NDArray[np.float64]:
    events = dataset.events
    bought = events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)]
    if len(bought):
        ids, when, amount = bought["item_id"], bought["time"], np.ones(len(bought))
    else:
        demand = dataset.demand
        ids, when, amount = demand["item_id"], demand["date"], demand["units"].to_numpy(np.float64)
    moments: NDArray[Any] = when.to_numpy("datetime64[us]")
    age = (moments.max() - moments) / _DAY if moments.size else np.zeros(0)
    sold = np.bincount(items.positions(ids), amount * 0.5 ** (age / half_life_days), len(items))
    return np.asarray(sold / max(float(sold.sum()), 1e-12))


def _scrambled(items: Index, seed: int) -> NDArray[np.uint64]:
    salt = seed.to_bytes(8, "little", signed=True)
    digests = (hashlib.blake2b(item.encode(), digest_size=8, key=salt).digest() for item in items)
    return np.array([int.from_bytes(digest, "little") for digest in digests], dtype=np.uint64)
