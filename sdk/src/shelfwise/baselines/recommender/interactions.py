"""What customers did, as baskets in time order: the form in which the recommender learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.types import EventKind, Index

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["KIND_WEIGHT", "Interactions"]

KIND_WEIGHT = {EventKind.VIEW.value: 0.25, EventKind.CART.value: 0.5, EventKind.PURCHASE.value: 1.0}
"""How much each kind of event says about interest; a return says nothing."""
_MICROSECONDS_PER_DAY = 86_400e6
_LARGEST_BASKET = 200
"""Lines of one basket that are looked at; the invoice of a wholesaler tells little about what goes together."""


@attrs.frozen(eq=False)
class Interactions:
    """Lines of baskets, and the baskets sorted by customer and time.

    ``item``, ``basket``, ``weight`` and ``purchased`` have one entry per distinct item of a basket; ``customer``
    (-1 unknown) and ``day`` (days since 1970, with fractions) one per basket. Items and customers are positions.
    """

    items: Index
    customers: Index
    item: NDArray[np.int64]
    basket: NDArray[np.int64]
    weight: NDArray[np.float64]
    purchased: NDArray[np.bool_]
    customer: NDArray[np.int64]
    day: NDArray[np.float64]

    @classmethod
    def from_events(cls, events: DataFrame, items: Index) -> Interactions:
        """Group events into baskets: those of one session, or else of one customer and day.

        ``events`` has the columns of ``Dataset.events``. Items outside ``items`` are left out.
        """
        import pandas as pd

        events = events[["time", "customer_id", "item_id", "kind", "session_id"]]
        row = items.positions(events["item_id"])
        weight = events["kind"].astype(str).map(KIND_WEIGHT).fillna(0.0).to_numpy(np.float64)
        known = (row >= 0) & (weight > 0)
        events, row, weight = events[known], row[known], weight[known]

        day = events["time"].to_numpy("datetime64[us]").astype(np.int64) / _MICROSECONDS_PER_DAY
        customer, ids = pd.factorize(events["customer_id"].to_numpy(object))
        session, _ = pd.factorize(events["session_id"].to_numpy(object))
        no_session = (events["session_id"] == "").to_numpy(np.bool_)
        anonymous = (events["customer_id"] == "").to_numpy(np.bool_)
        customer = np.where(anonymous, -1, customer)
        visit = np.where(no_session, -1 - np.floor(day).astype(np.int64), session)
        # Without customer and session nothing ties lines together: each stands alone.
        visit = np.where(anonymous & no_session, np.iinfo(np.int64).min + np.arange(len(row)), visit)

        table = pd.DataFrame({"customer": customer, "visit": visit, "day": day, "item": row, "weight": weight})
        table["purchased"] = (events["kind"] == EventKind.PURCHASE.value).to_numpy(np.bool_)
        table["opened"] = table.groupby(["customer", "visit"], sort=False)["day"].transform("min")
        lines = table.groupby(["customer", "opened", "visit", "item"], sort=True, as_index=False).agg(
            weight=("weight", "max"), purchased=("purchased", "any")
        )
        opens = (lines[["customer", "opened", "visit"]].diff().fillna(1) != 0).any(axis=1).to_numpy(np.bool_)
        known_ids = np.asarray(ids, dtype=object)
        blank = np.flatnonzero(known_ids == "")
        if blank.size:  # the blank id took a code of its own
            known_ids = np.delete(known_ids, blank)
            lines["customer"] -= (lines["customer"] > blank[0]).astype(np.int64)
        return cls(
            items=items,
            customers=Index(tuple(known_ids)),
            item=lines["item"].to_numpy(np.int64),
            basket=np.cumsum(opens) - 1,
            weight=lines["weight"].to_numpy(np.float64),
            purchased=lines["purchased"].to_numpy(np.bool_),
            customer=lines["customer"].to_numpy(np.int64)[opens],
            day=lines["opened"].to_numpy(np.float64)[opens],
        )

    @classmethod
    def from_demand(cls, demand: DataFrame, items: Index) -> Interactions:
        """Take each day's units of an item as so many strangers' purchases, where there are no events.

        ``demand`` has the columns of ``Dataset.demand``.
        """
        row = items.positions(demand["item_id"])
        sold = demand[(row >= 0) & (demand["units"] > 0).to_numpy(np.bool_)].sort_values("date", kind="stable")
        lines = len(sold)
        return cls(
            items=items,
            customers=Index(),
            item=items.positions(sold["item_id"]),
            basket=np.arange(lines),
            weight=sold["units"].to_numpy(np.float64),
            purchased=np.ones(lines, dtype=bool),
            customer=np.full(lines, -1),
            day=sold["date"].to_numpy("datetime64[D]").astype(np.float64),
        )

    @property
    def line_customer(self) -> NDArray[np.int64]:
        """The customer of each line."""
        return self.customer[self.basket]

    @property
    def line_day(self) -> NDArray[np.float64]:
        """The day of each line."""
        return self.day[self.basket]

    def back(self) -> NDArray[np.int64]:
        """Return for each basket how many baskets of the same customer came after it."""
        rows = np.arange(len(self.customer))
        ends = np.searchsorted(self.customer, self.customer, side="right")
        return np.where(self.customer < 0, 0, ends - 1 - rows)

    def before(self, day: float) -> Interactions:
        """Return the part strictly before ``day``; items and customers keep their positions."""
        return self._of(self.day < day)

    def latest(self, lines: int) -> Interactions:
        """Return the newest baskets with no more than about ``lines`` lines in all."""
        if self.item.size <= lines:
            return self
        return self._of(self.day >= np.partition(self.line_day, -lines)[-lines])

    def _of(self, kept: NDArray[np.bool_]) -> Interactions:
        lines = kept[self.basket]
        return attrs.evolve(
            self,
            item=self.item[lines],
            basket=(np.cumsum(kept) - 1)[self.basket[lines]],
            weight=self.weight[lines],
            purchased=self.purchased[lines],
            customer=self.customer[kept],
            day=self.day[kept],
        )

    def matrix(self) -> sparse.csr_array:
        """Return the baskets as a sparse array of shape (baskets, items); of a large one, lines drawn at random."""
        drawn = np.lexsort((np.random.default_rng(0).permutation(self.item.size), self.basket))
        place = np.empty(self.item.size, dtype=np.int64)
        place[drawn] = np.arange(self.item.size)
        kept = place - np.searchsorted(self.basket, self.basket) < _LARGEST_BASKET
        shape = (len(self.customer), len(self.items))
        return sparse.csr_array((self.weight[kept], (self.basket[kept], self.item[kept])), shape=shape)
