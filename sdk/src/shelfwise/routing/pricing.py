"""What a route costs with a vehicle of a type, with everything that binds it considered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shelfwise.routing.problem import Problem
from shelfwise.routing.schedule import leaving, reloading
from shelfwise.routing.timeline import arrange
from shelfwise.routing.timing import ANY_TIME, Segment, forward, join_one

__all__ = ["Trips", "fits", "price"]

Trips = Sequence[Sequence[int]]
"""Deliveries by row, a sequence for each trip."""

_SLACK = 1e-6


def price(problem: Problem, kind: int, trips: Trips) -> float:
    """Return the cost of a route of ``trips``, in currency, inf where a vehicle of type ``kind`` cannot drive it.

    A route without stops costs nothing.
    """
    types, stops = problem.types, [row for trip in trips for row in trip]
    if not stops:
        return 0.0
    if len(trips) > types.most_trips[kind] or len(stops) > types.most_stops[kind]:
        return np.inf
    if not problem.allowed[stops, kind].all() or not all(fits(problem, kind, trip) for trip in trips):
        return np.inf
    depot = int(types.depot[kind])
    places = [depot]
    for trip in trips:
        places += [*([depot] if len(places) > 1 else []), *trip]
    places.append(int(types.end[kind]))
    km = float(problem.distance[places[:-1], places[1:]].sum())
    if km > types.most_km[kind] + _SLACK:
        return np.inf
    cost = float(types.fixed_cost[kind] + types.cost_per_km[kind] * km)
    return cost + _time_cost(problem, kind, trips, places) if problem.timed else cost


def fits(problem: Problem, kind: int, trip: Sequence[int]) -> bool:
    """Tell whether the load of a trip is at no time above a capacity."""
    rows = list(trip)
    demand, capacity = problem.demand[rows], problem.types.capacity[kind] + _SLACK
    if not problem.pickup[rows].any():
        return bool((demand.sum(axis=0) <= capacity).all())
    brought = np.where(problem.pickup[rows, None], 0.0, demand)
    on_board = brought.sum(axis=0) + np.cumsum(demand - 2.0 * brought, axis=0)
    # Stops count however they change the load.
    most = np.maximum(brought.sum(axis=0), on_board.max(axis=0))
    most[-1] = len(rows)
    return bool((most <= capacity).all())


def _time_cost(problem: Problem, kind: int, trips: Trips, places: Sequence[int]) -> float:
    """Return what the time of a route costs, lateness included, inf where it cannot be kept."""
    types, size = problem.types, len(problem)
    first, *later = (max([problem.releases[row] for row in trip], default=-ANY_TIME) for trip in trips)
    shift, minutes = leaving(types.shifts[kind], first), types.vehicles[kind][0].reload_minutes
    reloads = iter([reloading(minutes, released) for released in later])
    legs = (types.pace[kind] * problem.minutes[places[:-1], places[1:]]).tolist()
    if shift.pauses or problem.soft:
        visits = [problem.appointments[row] if row < size else next(reloads) for row in places[1:-1]]
        timeline = arrange(shift, visits, legs)
        return np.inf if timeline is None else timeline.cost
    through = [problem.visits[row] if row < size else Segment(*next(reloads)[:3]) for row in places[1:-1]]
    yard = Segment(0.0, shift.opens, shift.closes)
    duration = join_one(forward(yard, through, legs[:-1])[-1], yard, legs[-1]).duration
    return float(shift.rate * duration) if duration <= min(shift.most + _SLACK, ANY_TIME) else np.inf
