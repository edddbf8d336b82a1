"""When a vehicle is where: departure, arrivals, waits, breaks and lateness of visits in a given order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import attrs
import numpy as np

from shelfwise.routing.timing import ANY_TIME, Segment, forward, join_one

__all__ = ["Pause", "Shift", "Timeline", "Visit", "arrange"]

_ROUNDING = 1e-6
"""Minutes that rounding may amount to."""


class Visit(NamedTuple):
    """A visit of so many minutes that starts in a window; after it for ``late_rate`` a minute, inf where never."""

    minutes: float
    opens: float
    closes: float
    late_rate: float = np.inf


class Pause(NamedTuple):
    """A break: the earliest and the latest start, and its minutes."""

    earliest: float
    latest: float
    minutes: float


@attrs.frozen
class Shift:
    """What binds a vehicle: earliest departure, latest return, ``most`` minutes between them, and breaks in order.

    It leaves at ``preferred`` where that costs nothing; a minute costs ``rate``. All times in minutes.
    """

    opens: float
    closes: float
    most: float = np.inf
    pauses: tuple[Pause, ...] = ()
    preferred: float = 0.0
    rate: float = 0.0

    def parts(self) -> Iterator[tuple[float, float, tuple[Pause, ...]]]:
        """Yield departure no sooner than, return no later than, and the breaks that are due then."""
        for first in range(len(self.pauses) + 1):
            opens = max(self.opens, self.pauses[first - 1].latest) if first else self.opens
            for last in range(first, len(self.pauses) + 1):
                closes = min(self.closes, self.pauses[last].latest) if last < len(self.pauses) else self.closes
                if opens <= closes:
                    yield opens, closes, self.pauses[first:last]


@attrs.frozen
class Timeline:
    """When everything happens, in minutes: each list has a value a visit.

    ``pauses`` are the number of the leg on which a break is taken, its start, and the minutes driven on that leg
    before it. ``cost`` is that of time and lateness.
    """

    departs: float
    ends: float
    arrives: list[float]
    waits: list[float]
    late: list[float]
    pauses: list[tuple[int, float, float, Pause]]
    cost: float


def arrange(shift: Shift, visits: Sequence[Visit], legs: Sequence[float]) -> Timeline | None:
    """Return the cheapest timeline found for visits in the given order, or None where there is none.

    ``legs`` are the minutes on the road before each visit and to the end, one more than visits. Without breaks and
    lateness the shortest is found; nobody is late where all can be in time. Each break is taken as soon as the vehicle
    that leaves early can: the best place of several is not sought.
    """
    hard = [Segment(visit.minutes, visit.opens, visit.closes) for visit in visits]
    best = _best(shift, visits, hard, legs, late=False)
    if best is None and any(visit.late_rate < np.inf for visit in visits):
        soft = [Segment(v.minutes, v.opens, v.closes if v.late_rate == np.inf else ANY_TIME) for v in visits]
        best = _best(shift, visits, soft, legs, late=True)
    return best


def _best(
    shift: Shift, visits: Sequence[Visit], segments: Sequence[Segment], legs: Sequence[float], *, late: bool
) -> Timeline | None:
    best: Timeline | None = None
    for opens, closes, pauses in shift.parts():
        at = _taken(opens, closes, segments, legs, pauses)
        if at is None:
            continue
        yard = Segment(0.0, opens, closes)
        through, between = _with_pauses(segments, legs, pauses, at)
        whole = join_one(forward(yard, through, between[:-1])[-1] if through else yard, yard, between[-1])
        if not whole.duration <= min(shift.most + _ROUNDING, ANY_TIME):
            continue
        departures = {min(max(shift.preferred, whole.earliest), whole.latest)}
        if late:
            # To leave sooner and wait more may make the vehicle less late.
            departures.add(max(opens, whole.earliest - max(shift.most - whole.duration, 0.0)))
        for departs in departures:
            found = _follow(shift, visits, legs, pauses, at, departs)
            if best is None or found.cost < best.cost:
                best = found
    return best


def _taken(
    opens: float, closes: float, visits: Sequence[Segment], legs: Sequence[float], pauses: Sequence[Pause]
) -> list[int] | None:
    """Return the leg on which each break is taken so that a vehicle that leaves at once is done soonest, or None."""
    if not pauses:
        return []
    count = len(pauses)
    ready = [opens] + [np.inf] * count
    history: list[list[int]] = []
    for leg, visit in zip(legs, (*visits, Segment(0.0, -ANY_TIME, closes)), strict=True):
        done, came = [np.inf] * (count + 1), [0] * (count + 1)
        # Of two ways that end alike, the one that rests sooner.
        for before in range(count, -1, -1):
            for more, there in enumerate(_rested(ready[before], leg, pauses[before:])):
                start = max(there, visit.earliest)
                if start <= visit.latest + _ROUNDING and start + visit.duration < done[before + more]:
                    done[before + more], came[before + more] = start + visit.duration, before
        ready = done
        history.append(came)
    if ready[count] == np.inf:
        return None
    at, taken = [0] * count, count
    for leg_number in range(len(legs) - 1, -1, -1):
        before = history[leg_number][taken]
        at[before:taken] = [leg_number] * (taken - before)
        taken = before
    return at


def _rested(leaves: float, leg: float, pauses: Sequence[Pause]) -> Iterator[float]:
    """Yield when a leg is behind a vehicle that takes none, one, two ... breaks on it, as long as they can begin."""
    there, limit = leaves + leg, leg
    yield there
    for pause in pauses:
        there = max(there, pause.earliest)
        # On the road a break begins before the rest of the leg is driven; a second one is held to begin after that.
        if not there <= pause.latest + limit + _ROUNDING:
            return
        there, limit = there + pause.minutes, 0.0
        yield there


def _with_pauses(
    visits: Sequence[Segment], legs: Sequence[float], pauses: Sequence[Pause], at: Sequence[int]
) -> tuple[list[Segment], list[float]]:
    """Return visits and legs in which a break is one more visit, with all of its leg before it."""
    through, between = list(visits), list(legs)
    last = len(pauses)
    for number in range(last - 1, -1, -1):
        leg_number, pause = at[number], pauses[number]
        alone = number == 0 or at[number - 1] != leg_number
        latest = pause.latest + (legs[leg_number] if alone else 0.0)
        through.insert(leg_number, Segment(pause.minutes, pause.earliest, latest))
        between.insert(leg_number + 1, 0.0)
    return through, between


def _follow(
    shift: Shift,
    visits: Sequence[Visit],
    legs: Sequence[float],
    pauses: Sequence[Pause],
    at: Sequence[int],
    departs: float,
) -> Timeline:
    """Return what happens when a vehicle leaves at ``departs``."""
    clock, number, cost = departs, 0, 0.0
    arrives: list[float] = []
    waits: list[float] = []
    late: list[float] = []
    taken: list[tuple[int, float, float, Pause]] = []
    for leg_number, leg in enumerate(legs):
        left = leg
        while number < len(pauses) and at[number] == leg_number:
            pause = pauses[number]
            driven = min(max(pause.earliest - clock, 0.0), left)
            start = max(clock + driven, pause.earliest)
            taken.append((leg_number, start, driven, pause))
            clock, left, number = start + pause.minutes, left - driven, number + 1
        clock += left
        if leg_number < len(visits):
            visit = visits[leg_number]
            arrives.append(clock)
            waits.append(max(visit.opens - clock, 0.0))
            clock += waits[-1]
            late.append(max(clock - visit.closes, 0.0))
            if late[-1] > _ROUNDING and visit.late_rate < np.inf:
                cost += late[-1] * visit.late_rate
            clock += visit.minutes
    return Timeline(departs, clock, arrives, waits, late, taken, cost + shift.rate * (clock - departs))
