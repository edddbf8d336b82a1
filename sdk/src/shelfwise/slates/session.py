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
        moment = now.timestamp()
        read = [_read(events, items) if events else _NOTHING for events in sessions]
        time = np.concatenate([np.zeros(0), *(one[2] for one in read)])
        return cls(
            rows=Rows.of([one[0] for one in read]),
            kind=np.concatenate([np.zeros(0, np.int8), *(one[1] for one in read)]),
            age_days=np.maximum(moment - time, 0.0) / _SECONDS_PER_DAY,
            quantity=np.concatenate([np.zeros(0), *(one[3] for one in read)]),
        )

    @classmethod
    def empty(cls, customers: int) -> Session:
        """Return the session of customers who did nothing."""
        return cls(Rows.empty(customers), *_NOTHING[1:])

    def take(self, rows: NDArray[np.int64]) -> Session:
        """Return the sessions of some customers, in the order asked."""
        entries = Rows(self.rows.start, np.arange(self.rows.item.size)).take(rows).item
        kept = Rows(np.append(0, np.cumsum(self.rows.lengths[rows])), self.rows.item[entries])
        return Session(kept, self.kind[entries], self.age_days[entries], self.quantity[entries])


_Read = tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.float64], NDArray[np.float64]]
_NOTHING: _Read = (np.zeros(0, np.int64), np.zeros(0, np.int8), np.zeros(0), np.zeros(0))


def _read(events: Sequence[Event], items: Index) -> _Read:
    """Return item, kind, time in seconds since 1970 (NaN where there is none) and quantity of the events to keep."""
    if len(events) > _MOST_READ:
        events = (*events[: _MOST_READ // 2], *events[-_MOST_READ // 2 :])
    item = items.positions(event.item_id for event in events)
    time = np.array([np.nan if event.time is None else event.time.timestamp() for event in events])
    kept = np.flatnonzero(item >= 0)
    stands = _filled(time)[kept]
    if (stands[1:] < stands[:-1]).any():
        kept = kept[np.argsort(stands, kind="stable")]
    kept = kept[-_MOST_EVENTS:]
    chosen = [events[place] for place in kept.tolist()]
    kind = np.array([_CODE[event.kind] for event in chosen], dtype=np.int8)
    quantity = np.array([event.quantity for event in chosen], dtype=np.float64)
    return item[kept], kind, time[kept], quantity


def _filled(time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the times with that of the last event before that has one where there is none, else the lowest."""
    place = np.where(np.isnan(time), -1, np.arange(time.size))
    last = np.maximum.accumulate(place)
    return np.where(last >= 0, time[last], -np.inf)
