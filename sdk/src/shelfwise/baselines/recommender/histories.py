"""What each customer has had: items with their weight, number of purchases and age, one row a customer."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.slates import Rows

__all__ = ["Histories", "Profiles"]


@attrs.frozen(eq=False)
class Profiles:
    """What is known of some customers at this moment.

    ``items`` holds the distinct items of each, and ``weight``, ``count``, ``age`` and ``session`` have one entry for
    each of these: ``weight`` is interest, recent baskets counting more; ``count`` the number of purchases and ``age``
    how many baskets ago the last one was; ``session`` the weight of the items that the current session is about, 0 for
    all others. ``baskets``, of shape (customers,) as are the others, is the number of baskets, ``lines`` their mean
    number of items, and ``idle_days`` the time since the last one.
    """

    items: Rows
    weight: NDArray[np.float64]
    count: NDArray[np.float64]
    age: NDArray[np.float64]
    session: NDArray[np.float64]
    baskets: NDArray[np.float64]
    lines: NDArray[np.float64]
    idle_days: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.items)

    @property
    def bought(self) -> Rows:
        """The items that each customer has bought."""
        return self.items.where(self.count > 0)

    @property
    def session_size(self) -> NDArray[np.int64]:
        """How many items the current session of each customer is about, of shape (customers,)."""
        return np.bincount(self.items.row[self.session != 0.0], minlength=len(self))

    def take(self, rows: NDArray[np.int64]) -> Profiles:
        """Return the profiles of some of the customers, in the order asked."""
        entries = self.items.entries(rows)
        return Profiles(
            items=self.items.take(rows),
            weight=self.weight[entries],
            count=self.count[entries],
            age=self.age[entries],
            session=self.session[entries],
            baskets=self.baskets[rows],
            lines=self.lines[rows],
            idle_days=self.idle_days[rows],
        )

    def matrix(self, value: NDArray[np.float64], items: int) -> sparse.csr_array:
        """Return one value an entry, such as ``weight``, as a sparse array of shape (customers, items)."""
        return sparse.csr_array((value, self.items.item, self.items.start), shape=(len(self), items))

    def after(
        self,
        row: NDArray[np.int64],
        item: NDArray[np.int64],
        weight: NDArray[np.float64],
        bought: NDArray[np.bool_],
        *,
        decay: float,
    ) -> Profiles:
        """Return the profiles after sessions, each of them one more basket: what was before has aged.

        The arrays have one entry an event, ``row`` being whose it is.
        """
        if not row.size:
            return self
        width = 1 + max(int(self.items.item.max(initial=0)), int(item.max()))
        earlier = self.items.row * width + self.items.item
        key, place = np.unique(np.concatenate([earlier, row * width + item]), return_inverse=True)
        old, new = place[: earlier.size], place[earlier.size :]
        active, buying = np.zeros((2, len(self)), dtype=bool)
        active[row], buying[row[bought]] = True, True
        aged = active[self.items.row]
        weights, counts, session = np.zeros((3, key.size))
        ages = np.full(key.size, np.inf)
        weights[old], counts[old], ages[old] = np.where(aged, decay, 1.0) * self.weight, self.count, self.age + aged
        np.add.at(weights, new, weight)
        np.maximum.at(session, new, weight)
        np.add.at(counts, new, bought.astype(np.float64))
        ages[new[bought]] = 0.0
        return Profiles(
            items=Rows(np.searchsorted(key // width, np.arange(len(self) + 1)), key % width),
            weight=weights,
            count=counts,
            age=ages,
            session=session,
            baskets=self.baskets + buying,
            lines=self.lines,
            idle_days=np.where(active, 0.0, self.idle_days),
        )


@attrs.frozen(eq=False, slots=False)
class Histories:
    """The profiles of all customers, in compressed rows: row c is ``start[c]:start[c + 1]`` of the item columns.

    ``last_day`` is the day of each customer's last basket, ``now`` the one up to which the past reaches, and ``decay``
    what a basket's weight is multiplied with when another one follows.
    """

    start: NDArray[np.int64]
    item: NDArray[np.int64]
    weight: NDArray[np.float64]
    count: NDArray[np.float64]
    age: NDArray[np.float64]
    baskets: NDArray[np.float64]
    lines: NDArray[np.float64]
    last_day: NDArray[np.float64]
    now: float
    decay: float

    @classmethod
    def of(cls, past: Interactions, *, decay: float, now: float) -> Histories:
        """Sum up the past: a basket's weight is ``decay`` to the number of the customer's later baskets."""
        lines = past.line_customer >= 0
        customer, item = past.line_customer[lines], past.item[lines]
        back = past.back()[past.basket[lines]].astype(np.float64)
        width, size = len(past.items), len(past.customers)
        key, place = np.unique(customer * width + item, return_inverse=True)
        bought = past.purchased[lines]
        age = np.full(key.size, np.inf)
        np.minimum.at(age, place[bought], back[bought])
        known = past.customer >= 0
        baskets = np.bincount(past.customer[known], minlength=size).astype(np.float64)
        last_day = np.full(size, -np.inf)
        np.maximum.at(last_day, past.customer[known], past.day[known])
        return cls(
            start=np.searchsorted(key // width, np.arange(size + 1)),
            item=key % width,
            weight=np.bincount(place, past.weight[lines] * decay**back, key.size).astype(np.float64),
            count=np.bincount(place, bought, key.size).astype(np.float64),
            age=age,
            baskets=baskets,
            lines=np.bincount(customer, minlength=size) / np.maximum(baskets, 1.0),
            last_day=last_day,
            now=now,
            decay=decay,
        )

    @cached_property
    def mean_lines(self) -> float:
        """The mean number of items in a basket of a known customer."""
        baskets = self.baskets.sum()
        return float(self.lines @ self.baskets / baskets) if baskets else 1.0

    @cached_property
    def _everybody(self) -> Profiles:
        """The profiles of all customers, and at the end that of a stranger, whose baskets will be like any other."""
        return Profiles(
            items=Rows(np.append(self.start, self.start[-1]), self.item),
            weight=self.weight,
            count=self.count,
            age=self.age,
            session=np.zeros(self.item.size),
            baskets=np.append(self.baskets, 0.0),
            lines=np.append(self.lines, self.mean_lines),
            idle_days=np.append(self.now - self.last_day, 0.0),
        )

    def profiles(self, customer: NDArray[np.int64]) -> Profiles:
        """Return the profiles of customers, -1 for a stranger."""
        return self._everybody.take(customer)
