"""What customers did, in the order in which they did it: one row a customer, one entry an event."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.types import EventKind, Index

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["INTEREST", "KINDS", "PURCHASE", "History", "Sequences", "interactions"]

KINDS = tuple(EventKind)
"""The kinds of event by their code."""
PURCHASE = KINDS.index(EventKind.PURCHASE)
INTEREST = np.array(
    [{EventKind.VIEW: 0.25, EventKind.CART: 0.5, EventKind.PURCHASE: 1.0}.get(kind, 0.0) for kind in KINDS]
)
"""How much each kind of event says about interest; a return says nothing."""
_MICROSECONDS_PER_DAY = 86_400e6


@attrs.frozen(eq=False, slots=False)
class Sequences:
    """Events in compressed rows: row r is ``start[r]:start[r + 1]`` of the columns, oldest first.

    ``item`` and ``kind`` are positions, ``day`` is in days since 1970 with fractions, ``visit`` counts the baskets of
    the row from 0; ``now``, of shape (rows,), is the day at which the row is looked at.
    """

    start: NDArray[np.int64]
    item: NDArray[np.int64]
    kind: NDArray[np.int8]
    day: NDArray[np.float64]
    visit: NDArray[np.int64]
    now: NDArray[np.float64]

    @classmethod
    def empty(cls, now: NDArray[np.float64]) -> Sequences:
        """Return rows without events."""
        none = np.zeros(0, np.int64)
        return cls(np.zeros(now.size + 1, np.int64), none, np.zeros(0, np.int8), np.zeros(0), none, now)

    def __len__(self) -> int:
        return self.now.size

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """The number of events of each row."""
        return np.diff(self.start)

    @cached_property
    def row(self) -> NDArray[np.int64]:
        """The row of each event."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @cached_property
    def visits(self) -> NDArray[np.int64]:
        """The number of baskets of each row."""
        return np.where(self.lengths > 0, np.append(self.visit, -1)[self.start[1:] - 1] + 1, 0)

    @cached_property
    def back(self) -> NDArray[np.int64]:
        """How many baskets of the row came after that of each event."""
        return self.visits[self.row] - 1 - self.visit

    @cached_property
    def idle_days(self) -> NDArray[np.float64]:
        """Days since each row's last event, infinite where there is none."""
        last = np.append(self.day, -np.inf)[np.where(self.lengths > 0, self.start[1:] - 1, -1)]
        return np.asarray(np.maximum(self.now - last, 0.0))

    def where(self, kept: NDArray[np.bool_]) -> Sequences:
        """Return the rows with only the events that are kept; baskets are counted anew."""
        count = np.append(0, np.cumsum(kept))
        row, old = self.row[kept], self.visit[kept]
        first = np.ones(row.size, dtype=bool)
        first[1:] = (row[1:] != row[:-1]) | (old[1:] != old[:-1])
        number = np.cumsum(first) - 1
        start = count[self.start]
        opening = np.append(number, 0)[np.minimum(start[:-1], max(row.size - 1, 0))]
        return Sequences(start, self.item[kept], self.kind[kept], self.day[kept], number - opening[row], self.now)

    def newest(self, most: int) -> Sequences:
        """Return the last ``most`` events of each row."""
        if self.lengths.max(initial=0) <= most:
            return self
        return self.where(self.start[1:][self.row] - np.arange(self.item.size) <= most)

    def take(self, rows: NDArray[np.int64]) -> Sequences:
        """Return some of the rows, in the order asked; -1 gives an empty one."""
        known = rows >= 0
        length = np.where(known, self.lengths[rows] if len(self) else 0, 0)
        start = np.append(0, np.cumsum(length))
        first = np.where(known, self.start[rows] if len(self) else 0, 0)
        place = np.repeat(first - start[:-1], length) + np.arange(start[-1])
        now = np.where(known, np.append(self.now, 0.0)[rows], self.now.max(initial=0.0))
        return Sequences(start, self.item[place], self.kind[place], self.day[place], self.visit[place], now)

    def at(self, now: NDArray[np.float64] | float) -> Sequences:
        """Return the same rows, looked at on another day."""
        return attrs.evolve(self, now=np.broadcast_to(np.asarray(now, np.float64), (len(self),)))

    def followed_by(self, later: Sequences) -> Sequences:
        """Return each row with the events of another one behind it; they are baskets of their own."""
        if not later.item.size:
            return attrs.evolve(self, now=later.now)
        start = self.start + later.start
        place = np.concatenate(
            [np.arange(self.item.size) + later.start[self.row], np.arange(later.item.size) + self.start[1:][later.row]]
        )

        def woven(ours: NDArray[Any], theirs: NDArray[Any]) -> NDArray[Any]:
            column = np.empty(place.size, dtype=ours.dtype)
            column[place] = np.concatenate([ours, theirs])
            return column

        return Sequences(
            start=start,
            item=woven(self.item, later.item),
            kind=woven(self.kind, later.kind),
            day=woven(self.day, later.day),
            visit=woven(self.visit, later.visit + self.visits[later.row]),
            now=later.now,
        )

    def interest(self, decay: float, items: int) -> sparse.csr_array:
        """Return what each row is about, of shape (rows, items): a basket weighs ``decay`` times the next one."""
        weight = (INTEREST[self.kind] * decay**self.back).astype(np.float32)
        # Sparse arrays are sorted in place now and then, which must not put events out of order.
        return sparse.csr_array((weight, self.item.copy(), self.start.copy()), shape=(len(self), items))

    def purchases(self) -> Sequences:
        """Return only what was bought."""
        return self.where(self.kind == PURCHASE)


@attrs.frozen(eq=False)
class History:
    """The sequences of all customers on record, and behind them those of strangers, of whom only a session is known.

    ``sequences`` has one row per customer, in the order of ``customers``, and then one per anonymous session.
    """

    items: Index
    customers: Index
    sequences: Sequences

    @classmethod
    def of(cls, events: DataFrame, items: Index, customers: Index | None = None) -> History:
        """Sort events by customer and time; ``events`` has the columns of ``Dataset.events``.

        ``customers`` is who comes first, by default whoever the events name, in the order of appearance.
        """
        import pandas as pd

        row = items.positions(events["item_id"])
        kind = np.array([KINDS.index(EventKind(k)) for k in KINDS])[
            pd.Categorical(events["kind"].astype(str), categories=[k.value for k in KINDS]).codes
        ]
        kept = (row >= 0) & (INTEREST[kind] > 0)
        events, row, kind = events[kept], row[kept], kind[kept]
        day = events["time"].to_numpy("datetime64[us]").astype(np.int64) / _MICROSECONDS_PER_DAY
        who = events["customer_id"].to_numpy(object)
        if customers is None:
            customers = Index(tuple(dict.fromkeys(str(one) for one in who if one)))
        customer = customers.positions(who)
        session, _ = pd.factorize(events["session_id"].to_numpy(object))
        unnamed = (events["session_id"] == "").to_numpy(np.bool_)
        visit = np.where(unnamed, -1 - np.floor(day).astype(np.int64), session)
        # A session without a customer is a stranger of its own; an event with neither tells nothing of anybody.
        owner = np.where(customer >= 0, customer, len(customers) + session)
        kept = (customer >= 0) | ~unnamed
        strangers = np.unique(owner[kept & (customer < 0)])
        owner = np.where(customer >= 0, customer, len(customers) + np.searchsorted(strangers, owner))
        table = pd.DataFrame({"owner": owner, "visit": visit, "day": day, "item": row, "kind": kind})[kept]
        table["opened"] = table.groupby(["owner", "visit"], sort=False)["day"].transform("min")
        table = table.sort_values(["owner", "opened", "visit", "day"], kind="stable")
        rows = len(customers) + strangers.size
        turns = (table[["owner", "visit"]].diff().fillna(1) != 0).any(axis=1).to_numpy(np.bool_)
        owners = table["owner"].to_numpy(np.int64)
        start = np.searchsorted(owners, np.arange(rows + 1))
        number = np.cumsum(turns) - 1
        opening = np.append(number, 0)[np.minimum(start[:-1], max(owners.size - 1, 0))]
        now = np.full(rows, float(day.max(initial=0.0)))
        return cls(
            items,
            customers,
            Sequences(
                start=start,
                item=table["item"].to_numpy(np.int64),
                kind=table["kind"].to_numpy(np.int8),
                day=table["day"].to_numpy(np.float64),
                visit=number - opening[owners],
                now=now,
            ),
        )

    @property
    def known(self) -> Sequences:
        """The sequences of the customers on record."""
        return self.sequences.take(np.arange(len(self.customers)))


def interactions(sequences: Sequences, items: int) -> NDArray[np.int64]:
    """Return how often each item was met, of shape (items,)."""
    return np.bincount(sequences.item, minlength=items)
