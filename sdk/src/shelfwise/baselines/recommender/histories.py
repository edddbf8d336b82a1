"""What each customer has had: items with their weight, number of purchases and age, one row a customer."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.interactions import Interactions

__all__ = ["Histories", "Profile"]


@attrs.frozen(eq=False)
class Profile:
    """What is known of one customer at this moment; the arrays have one entry per distinct item.

    ``weight`` is interest, recent baskets counting more; ``count`` the number of purchases and ``age`` how many
    baskets ago the last one was. ``baskets`` is the number of baskets, ``lines`` their mean number of items, and
    ``idle_days`` the time since the last one. ``session`` holds the weights of the items that the current session is
    about, 0 for all others.
    """

    item: NDArray[np.int64] = attrs.field(factory=lambda: np.zeros(0, np.int64))
    weight: NDArray[np.float64] = attrs.field(factory=lambda: np.zeros(0))
    count: NDArray[np.float64] = attrs.field(factory=lambda: np.zeros(0))
    age: NDArray[np.float64] = attrs.field(factory=lambda: np.zeros(0))
    baskets: float = 0.0
    lines: float = 0.0
    idle_days: float = 0.0
    session: NDArray[np.float64] = attrs.field(factory=lambda: np.zeros(0))

    def after(
        self, item: NDArray[np.int64], weight: NDArray[np.float64], bought: NDArray[np.bool_], *, decay: float
    ) -> Profile:
        """Return the profile after the session's events, which are one more basket: what was before has aged."""
        both = np.concatenate([self.item, item])
        distinct, place = np.unique(both, return_inverse=True)
        new = place[self.item.size :]
        old = place[: self.item.size]
        weights, counts = np.zeros(distinct.size), np.zeros(distinct.size)
        ages = np.full(distinct.size, np.inf)
        weights[old], counts[old], ages[old] = decay * self.weight, self.count, self.age + 1.0
        session = np.zeros(distinct.size)
        np.add.at(weights, new, weight)
        np.maximum.at(session, new, weight)
        np.add.at(counts, new, bought.astype(np.float64))
        ages[new[bought]] = 0.0
        baskets = self.baskets + float(bought.any())
        return Profile(distinct, weights, counts, ages, baskets, self.lines, idle_days=0.0, session=session)


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

    def profile(self, customer: int) -> Profile:
        """Return one customer's profile, an empty one for -1: a stranger, whose baskets will be like any other."""
        if customer < 0:
            return Profile(lines=self.mean_lines)
        row = slice(self.start[customer], self.start[customer + 1])
        return Profile(
            item=self.item[row],
            weight=self.weight[row],
            count=self.count[row],
            age=self.age[row],
            baskets=float(self.baskets[customer]),
            lines=float(self.lines[customer]),
            idle_days=float(self.now - self.last_day[customer]),
        )
