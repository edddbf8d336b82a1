"""What the time of a route costs, compiled: the same as :func:`shelfwise.routing.timeline.arrange` finds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from shelfwise_router_pyvrp.refining.compiling import compiled
from shelfwise_router_pyvrp.refining.course import Course
from shelfwise_router_pyvrp.refining.facts import ANY_TIME, ROUNDING, Floats, Ints

__all__ = ["Shift", "time_cost"]


class Shift(NamedTuple):
    """What :class:`shelfwise.routing.timeline.Shift` has; ``pauses`` (breaks, 3) are its breaks."""

    opens: float
    closes: float
    most: float
    preferred: float
    rate: float
    pauses: Floats


@compiled
def time_cost(shift: Shift, course: Course, length: int, busy: float, soft: bool, history: Ints, at: Ints) -> float:
    """Return the cost of time and lateness at the best departure, inf where there is none.

    The course is that of a route of ``length`` places and the end, with ``busy`` minutes of driving and service.
    ``soft`` tells whether some delivery may be late. ``history`` (places, breaks + 1) and ``at`` (breaks,) are room
    to work in.
    """
    best = np.inf
    for late in (False, True):
        if late and (best < np.inf or not soft):
            break
        if late:
            course.closes[:length][course.late_rate[:length] < np.inf] = ANY_TIME
        for first in range(len(shift.pauses) + 1):
            for last in range(first, len(shift.pauses) + 1):
                best = min(best, _cost_of_part(shift, course, length, busy, first, last, late, history, at))
    return best


@compiled
def _cost_of_part(
    shift: Shift,
    course: Course,
    length: int,
    busy: float,
    first: int,
    last: int,
    late: bool,
    history: Ints,
    at: Ints,
) -> float:
    """Return the cost of time if the breaks from ``first`` to before ``last`` are those that are due."""
    pauses = shift.pauses[first:last]
    opens, closes = shift.opens, shift.closes
    if first:
        opens = max(opens, shift.pauses[first - 1, 1])
    if last < len(shift.pauses):
        closes = min(closes, shift.pauses[last, 1])
    if opens > closes or opens + busy + pauses[:, 2].sum() > closes + 1.0:
        return np.inf
    course.opens[length], course.closes[length] = opens, closes
    if len(pauses) and not _taken(course, length, pauses, history, at):
        return np.inf
    duration, earliest, latest = _whole(course, length, pauses, at)
    if not duration <= min(shift.most + ROUNDING, ANY_TIME):
        return np.inf
    if not late:
        return shift.rate * duration
    usual = _followed(course, length, pauses, at, min(max(shift.preferred, earliest), latest), shift.rate)
    departs = max(opens, earliest - max(shift.most - duration, 0.0))
    return min(usual, _followed(course, length, pauses, at, departs, shift.rate))


@compiled
def _taken(course: Course, length: int, pauses: Floats, history: Ints, at: Ints) -> bool:
    """Find the leg on which each break is taken, in ``at``; tell whether there is."""
    count = len(pauses)
    ready, done = np.full(count + 1, np.inf), np.empty(count + 1)
    ready[0] = course.opens[length]
    for place in range(length + 1):
        done[:] = np.inf
        for before in range(count, -1, -1):
            if ready[before] == np.inf:
                continue
            limit = course.legs[place]
            there = ready[before] + limit
            for taken in range(before, count + 1):
                if taken > before:
                    there = max(there, pauses[taken - 1, 0])
                    if not there <= pauses[taken - 1, 1] + limit + ROUNDING:
                        break
                    there += pauses[taken - 1, 2]
                    limit = 0.0
                begins = max(there, course.opens[place])
                if begins <= course.closes[place] + ROUNDING and begins + course.minutes[place] < done[taken]:
                    done[taken] = begins + course.minutes[place]
                    history[place, taken] = before
        ready, done = done, ready
    if ready[count] == np.inf:
        return False
    taken = count
    for place in range(length, -1, -1):
        before = history[place, taken]
        at[before:taken] = place
        taken = before
    return True


@compiled
def _join(
    duration: float, earliest: float, latest: float, minutes: float, opens: float, closes: float, leg: float
) -> tuple[float, float, float]:
    """Return a segment followed by a leg and a visit, as :func:`shelfwise.routing.timing.join_one`."""
    gone = duration + leg
    if not earliest + gone <= closes + 2.0 * ROUNDING:
        return np.inf, earliest, latest
    wait = max(opens - gone - latest, 0.0)
    return gone + minutes + wait, max(opens - gone, earliest) - wait, min(closes - gone, latest)


@compiled
def _whole(course: Course, length: int, pauses: Floats, at: Ints) -> tuple[float, float, float]:
    """Return the segment of the whole route, breaks taken on the legs ``at``."""
    duration, earliest, latest = 0.0, course.opens[length], course.closes[length]
    number = 0
    for place in range(length + 1):
        leg, first = course.legs[place], number
        while number < len(pauses) and at[number] == place:
            opens, closes, minutes = pauses[number]
            if number == first:
                closes += leg
            duration, earliest, latest = _join(duration, earliest, latest, minutes, opens, closes, leg)
            leg = 0.0
            number += 1
        duration, earliest, latest = _join(
            duration, earliest, latest, course.minutes[place], course.opens[place], course.closes[place], leg
        )
        if duration == np.inf:
            break
    return duration, earliest, latest


@compiled
def _followed(course: Course, length: int, pauses: Floats, at: Ints, departs: float, rate: float) -> float:
    """Return the cost of time and lateness of a vehicle that leaves at ``departs``."""
    clock, number, cost = departs, 0, 0.0
    for place in range(length + 1):
        left = course.legs[place]
        while number < len(pauses) and at[number] == place:
            driven = min(max(pauses[number, 0] - clock, 0.0), left)
            clock = max(clock + driven, pauses[number, 0]) + pauses[number, 2]
            left -= driven
            number += 1
        clock += left
        if place < length:
            clock = max(clock, course.opens[place])
            late = clock - course.due[place]
            if late > ROUNDING and course.late_rate[place] < np.inf:
                cost += late * course.late_rate[place]
            clock += course.minutes[place]
    return cost + rate * (clock - departs)
