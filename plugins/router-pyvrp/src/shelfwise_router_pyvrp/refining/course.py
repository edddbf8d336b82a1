"""A route as legs and visits, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from shelfwise_router_pyvrp.refining.compiling import compiled
from shelfwise_router_pyvrp.refining.facts import ANY_TIME, RELOAD, Facts, Floats, Ints

__all__ = ["Course", "lay_out"]


class Course(NamedTuple):
    """What is at each place of a route, deliveries and reloads first and then the end, in minutes.

    ``legs`` lead to the places. ``closes`` is what binds, ``due`` after when a delivery is late for ``late_rate`` a
    minute (inf where it never is).
    """

    legs: Floats
    minutes: Floats
    opens: Floats
    closes: Floats
    due: Floats
    late_rate: Floats

    @classmethod
    def of(cls, places: int) -> Course:
        """Return room for a course of so many places."""
        return cls(*(np.zeros(places) for _ in cls._fields))


@compiled
def lay_out(facts: Facts, kind: int, route: Ints, length: int, course: Course) -> float:
    """Write the course of ``route[:length]`` with a vehicle of a type; return its km.

    The end of the route opens when the vehicle may leave, and closes with the shift; a reload opens so that it is not
    over before what the trip after it brings is released.
    """
    km, start, pace = 0.0, facts.depot[kind], facts.pace[kind]
    loaded, loading = length, 0.0
    course.opens[length] = facts.shift_opens[kind]
    for place in range(length + 1):
        stop = facts.end[kind]
        minutes, opens, closes, late_rate = 0.0, course.opens[length], facts.shift_closes[kind], np.inf
        if place < length and route[place] == RELOAD:
            stop, minutes, opens, closes = facts.depot[kind], facts.reload[kind], -ANY_TIME, ANY_TIME
            loaded, loading = place, minutes
        elif place < length:
            stop = route[place]
            minutes, opens, closes = facts.service[stop], facts.opens[stop], facts.closes[stop]
            late_rate = facts.late_rate[stop]
            course.opens[loaded] = max(course.opens[loaded], facts.released[stop] - loading)
        km += facts.km[start, stop]
        course.legs[place] = pace * facts.minutes[start, stop]
        course.minutes[place], course.opens[place], course.closes[place] = minutes, opens, closes
        course.due[place], course.late_rate[place] = closes, late_rate
        start = stop
    return km
