"""Which vehicle drives which route."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from shelfwise.baselines.router.problem import Floats, Ints, Problem
from shelfwise.baselines.router.solution import Solution
from shelfwise.routing.timing import ANY_TIME, Segment, join

__all__ = ["assigned", "base_types", "route_costs"]

_NEVER = 1e15
"""The cost of an assignment that cannot be."""

_SIZES = 4
"""Vehicle sizes from which a construction is tried, where the fleet is mixed."""


def base_types(problem: Problem) -> list[Ints]:
    """Return type vectors to construct from: per delivery the cheapest type among those of a similar rank in size.

    A delivery that no type of that rank can serve takes the cheapest of all; -1 where none can. Largest first.
    """
    types = problem.types
    if not len(types) or not len(problem):
        return [np.full(len(problem), -1, dtype=np.int64)]
    volume = np.where(np.isfinite(types.capacity), types.capacity, 1e18)
    rank = np.zeros(len(types))
    for depot in np.unique(types.depot):
        here = np.flatnonzero(types.depot == depot)
        order = here[np.lexsort(volume[here].T[::-1])]
        rank[order] = np.linspace(0.0, 1.0, len(order)) if len(order) > 1 else 1.0
    choices: dict[bytes, Ints] = {}
    for level in np.linspace(1.0, 0.0, min(_SIZES, len(types))):
        reach = np.array([np.abs(rank[types.depot == depot] - level).min() for depot in types.depot])
        picked = np.abs(rank - level) <= reach + 1e-9
        alone = np.where(picked[:, None], problem.alone, np.inf)
        alone = np.where(np.isfinite(alone).any(axis=0), alone, problem.alone)
        base = np.where(np.isfinite(alone).any(axis=0), alone.argmin(axis=0), -1)
        choices.setdefault(base.tobytes(), base)
    return list(choices.values())


def route_costs(problem: Problem, stops: list[int]) -> Floats:
    """Return what a route would cost with each vehicle type, of shape (types,), inf where it cannot drive it."""
    types = problem.types
    fits = (problem.demand[stops].sum(axis=0) <= types.capacity + 1e-9).all(axis=1)
    fits &= np.isfinite(problem.alone[:, stops]).all(axis=1)
    inner = float(problem.distance[stops[:-1], stops[1:]].sum())
    km = inner + problem.distance[types.depot, stops[0]] + problem.distance[stops[-1], types.depot]
    costs = np.where(fits, types.fixed_cost + types.cost_per_km * km, np.inf)
    if not problem.timed:
        return costs
    duration = _durations(problem, stops)
    return np.where(np.isfinite(duration), costs + types.cost_per_minute * np.minimum(duration, ANY_TIME), np.inf)


def _durations(problem: Problem, stops: list[int]) -> Floats:
    types = problem.types
    yard = Segment(np.zeros(len(types)), types.opens, types.closes)
    whole, place = yard, types.depot
    for stop in stops:
        visit = Segment(problem.service[stop], problem.opens[stop], problem.closes[stop])
        whole = join(whole, visit, types.pace * problem.minutes[place, stop])
        place = np.full(len(types), stop)
    duration: Floats = join(whole, yard, types.pace * problem.minutes[place, types.depot]).duration
    return duration


def assigned(problem: Problem, routes: list[tuple[int, list[int]]]) -> Solution:
    """Return a solution in which the fleet drives ``routes`` at the least cost in all.

    A route for which no vehicle is left is dropped; those go first that cost least to leave out.
    """
    solution = Solution(problem)
    if not routes:
        return solution
    costs = np.stack([route_costs(problem, stops) for _, stops in routes])
    for (_, stops), kind in zip(routes, _kinds(problem, routes, costs), strict=True):
        if kind >= 0:
            solution.open(kind, stops)
    return solution


def _kinds(problem: Problem, routes: list[tuple[int, list[int]]], costs: Floats) -> list[int]:
    """Return the type for each route, -1 for those dropped: an assignment problem where vehicles are scarce."""
    count = problem.types.count
    cheapest = np.where(np.isfinite(costs.min(axis=1)), costs.argmin(axis=1), -1)
    wanted = np.bincount(cheapest[cheapest >= 0], minlength=len(count))
    if (wanted <= count).all():
        return [int(kind) for kind in cheapest]
    columns = np.repeat(np.arange(len(count)), np.minimum(count, len(routes)))
    left_out = [float(problem.skip_cost[stops].sum()) for _, stops in routes]
    table = np.hstack([costs[:, columns], np.where(np.eye(len(routes), dtype=bool), np.array(left_out), np.inf)])
    _, chosen = linear_sum_assignment(np.where(np.isfinite(table), table, _NEVER))
    return [int(columns[column]) if column < len(columns) else -1 for column in chosen]
