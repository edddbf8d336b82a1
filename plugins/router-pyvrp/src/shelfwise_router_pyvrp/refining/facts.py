"""What the compiled search looks at, as plain arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.routing.neighbours import nearest
from shelfwise.routing.problem import Problem

__all__ = ["ANY_TIME", "RELOAD", "ROUNDING", "Facts", "Flags", "Floats", "Ints"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

RELOAD = -1
"""Stands in a sequence of deliveries for a visit to the depot between two trips."""
ANY_TIME = 1e9
"""Minutes, the end of time."""
ROUNDING = 1e-6
"""Minutes, km or parts of a load that rounding may amount to."""
_NEAR = 60
"""Deliveries around one from which others are taken out with it."""


class Facts(NamedTuple):
    """A problem: rows of deliveries, then of vehicle types, as :class:`~shelfwise.routing.problem.Problem` has them.

    ``pauses`` (types, breaks, 3) are earliest start, latest start and minutes of the first ``breaks`` of a type.
    """

    km: Floats
    minutes: Floats
    demand: Floats
    pickup: Flags
    service: Floats
    opens: Floats
    closes: Floats
    released: Floats
    late_rate: Floats
    skip_cost: Floats
    allowed: Flags
    near: Ints
    depot: Ints
    end: Ints
    capacity: Floats
    fixed_cost: Floats
    per_km: Floats
    rate: Floats
    pace: Floats
    shift_opens: Floats
    shift_closes: Floats
    preferred: Floats
    most_minutes: Floats
    most_km: Floats
    most_stops: Floats
    most_trips: Ints
    reload: Floats
    pauses: Floats
    breaks: Ints

    @classmethod
    def of(cls, problem: Problem) -> Facts:
        """Return the arrays of a problem, of the same types, layouts and flags for any, as the compiled code needs."""
        types, shifts = problem.types, problem.types.shifts
        breaks = [len(shift.pauses) for shift in shifts]
        pauses = np.zeros((len(shifts), max(1, *breaks), 3))
        for kind, shift in enumerate(shifts):
            pauses[kind, : len(shift.pauses)] = np.array(shift.pauses).reshape(-1, 3)
        return cls(
            km=_floats(problem.distance),
            minutes=_floats(problem.minutes),
            demand=_floats(problem.demand),
            pickup=np.array(problem.pickup, np.bool_),
            service=_floats(problem.service),
            opens=_floats(problem.opens),
            closes=_floats(problem.closes),
            released=_floats(problem.released),
            late_rate=_floats([visit.late_rate for visit in problem.appointments]),
            skip_cost=_floats(problem.skip_cost),
            allowed=np.array(problem.allowed, np.bool_, order="C"),
            near=_whole(nearest(problem, _NEAR)),
            depot=_whole(types.depot),
            end=_whole(types.end),
            capacity=_floats(types.capacity),
            fixed_cost=_floats(types.fixed_cost),
            per_km=_floats(types.cost_per_km),
            rate=_floats([shift.rate for shift in shifts]),
            pace=_floats(types.pace),
            shift_opens=_floats(types.opens),
            shift_closes=_floats(types.closes),
            preferred=_floats([shift.preferred for shift in shifts]),
            most_minutes=_floats(types.most_minutes),
            most_km=_floats(types.most_km),
            most_stops=_floats(types.most_stops),
            most_trips=_whole(types.most_trips),
            reload=_floats([alike[0].reload_minutes for alike in types.vehicles]),
            pauses=pauses,
            breaks=_whole(breaks),
        )


def _floats(values: ArrayLike) -> Floats:
    return np.require(values, np.float64, ("C_CONTIGUOUS", "ALIGNED", "WRITEABLE"))


def _whole(values: ArrayLike) -> Ints:
    return np.array(values, np.int64, order="C")
