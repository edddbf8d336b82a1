"""What customers did lately, as the request tells: events in time order, the newest ones where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.rows import Rows
from shelfwise.types import Event, EventKind, Index

__all__ = ["KINDS", "Session"]

KINDS = tuple(EventKind)
"""The kinds of event by their code."""
_CODE = {kind: code for code, kind in enumerate(KINDS)}
_MOST_EVENTS = 2_000
"""Events kept of one session, the newest."""
_MOST_READ = 50_000
"""Events of one session that are looked at: half from either end, as a list may run either way."""
_SECONDS_PER_DAY = 86_400.0


@attrs.frozen(eq=False)
class Session:
    """The events of some customers: ``rows`` with the items, oldest first, and one entry of each array per event.

    ``kind`` is a position in :data:`KINDS`. ``age_days`` is the time since the event, NaN where it carries none, 0 for
    one that lies ahead. ``quantity`` is in units.
    """

    rows: Rows
    kind: NDArray[np.int8]
    age_days: NDArray[np.float64]
    quantity: NDArray[np.float64]

    @classmethod
    def of(cls, sessions: Sequence[Sequence[Event]], items: Index, now: datetime) -> Session:
        """Read the events of each customer; those of unknown items are passed over.

        Events are sorted by time, stably; one without a time keeps its place behind the one before it.
        """
        read = [events if len(events) <= _MOST_READ else _ends(events) for events in sessions]
        flat = [event for events in read for event in events]
        if not flat:
            return cls.empty(len(sessions))
        start = np.zeros(len(read) + 1, dtype=np.int64)
        np.cumsum([len(events) for events in read], out=start[1:])
        row = np.repeat(np.arange(len(read)), np.diff(start))
        item = items.positions(event.item_id for event in flat)
        time = np.array([np.nan if event.time is None else event.time.timestamp() for event in flat])
        kept = _newest(row, item, _filled(time, start[row]))
        return cls(
            rows=Rows(np.searchsorted(row[kept], np.arange(len(read) + 1)), item[kept]),
            kind=np.array([_CODE[event.kind] for event in flat], dtype=np.int8)[kept],
            age_days=np.maximum(now.timestamp() - time[kept], 0.0) / _SECONDS_PER_DAY,
            quantity=np.array([event.quantity for event in flat], dtype=np.float64)[kept],
        )

    @classmethod
    def empty(cls, customers: int) -> Session:
        """Return the session of customers who did nothing."""
        return cls(Rows.empty(customers), np.zeros(0, np.int8), np.zeros(0), np.zeros(0))

    def take(self, rows: NDArray[np.int64]) -> Session:
        """Return the sessions of some customers, in the order asked."""
        entries = self.rows.entries(rows)
        return Session(self.rows.take(rows), self.kind[entries], self.age_days[entries], self.quantity[entries])


def _ends(events: Sequence[Event]) -> Sequence[Event]:
    """Return what may be the newest of very many events, whichever way they run."""
    return (*events[: _MOST_READ // 2], *events[-_MOST_READ // 2 :])


def _filled(time: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the times, one that is missing being that of the last event before it that has one, else the lowest.

    ``first`` is the place of the first event of the same customer.
    """
    last = np.maximum.accumulate(np.where(np.isnan(time), -1, np.arange(time.size)))
    return np.where(last >= first, time[last], -np.inf)


def _newest(row: NDArray[np.int64], item: NDArray[np.int64], stands: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places of the events to keep, by customer and time: the newest ones of known items."""
    kept = np.flatnonzero(item >= 0)
    row, stands = row[kept], stands[kept]
    if ((stands[1:] < stands[:-1]) & (row[1:] == row[:-1])).any():
        kept = kept[np.lexsort((stands, row))]  # which is stable, and leaves the rows where they are
    later = np.searchsorted(row, row, side="right") - np.arange(row.size)
    return kept[later <= _MOST_EVENTS]
