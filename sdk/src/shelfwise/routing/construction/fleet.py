"""Which vehicle drives which route."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from shelfwise.routing.construction.solution import Solution
from shelfwise.routing.problem import Floats, Ints, Problem
from shelfwise.routing.timing import Segment, through

__all__ = ["assigned", "base_types", "cheapest_type", "route_cost", "route_costs"]

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
    costs = _without_waits(problem, stops)
    if not problem.timed:
        return costs
    for kind in np.flatnonzero(np.isfinite(costs)).tolist():
        costs[kind] = route_cost(problem, kind, stops)
    return costs


def route_cost(problem: Problem, kind: int, stops: list[int]) -> float:
    """Return what a route costs with a vehicle of type ``kind``, inf where windows or the shift forbid it."""
    types = problem.types
    places = np.array([types.depot[kind], *stops, types.end[kind]])
    leaves, arrives = places[:-1], places[1:]
    km = problem.distance[leaves, arrives]
    cost = float(types.fixed_cost[kind] + types.cost_per_km[kind] * km.sum())
    if not problem.timed:
        return cost
    minutes = km if problem.minutes is problem.distance else problem.minutes[leaves, arrives]
    yard = Segment(0.0, float(types.opens[kind]), float(types.closes[kind]))
    visits = [*(problem.visits[stop] for stop in stops), yard]
    duration = through(yard, visits, (types.pace[kind] * minutes).tolist())
    return float(cost + types.cost_per_minute[kind] * duration) if duration < np.inf else np.inf


def cheapest_type(solution: Solution, number: int) -> int:
    """Return the vehicle type, out of those with vehicles left and its own, that would drive a route at least cost."""
    problem, stops, kind = solution.problem, solution.routes[number], int(solution.kind[number])
    best = float(solution.route_cost[number]) - 1e-9
    bounds = np.where(solution.left > 0, _without_waits(problem, stops), np.inf)
    for other in np.argsort(bounds, kind="stable").tolist():
        if bounds[other] >= best:
            break
        cost = route_cost(problem, other, stops) if problem.timed else bounds[other]
        if cost < best:
            kind, best = other, cost
    return kind


def _without_waits(problem: Problem, stops: list[int]) -> Floats:
    """Return what a route would cost with each vehicle type if nobody ever waited, inf where it does not fit."""
    types = problem.types
    fits = (problem.demand[stops].sum(axis=0) <= types.capacity + 1e-9).all(axis=1)
    fits &= np.isfinite(problem.alone[:, stops]).all(axis=1)
    km, minutes = (
        table[stops[:-1], stops[1:]].sum() + table[types.depot, stops[0]] + table[stops[-1], types.end]
        for table in (problem.distance, problem.minutes)
    )
    hours = types.cost_per_minute * (types.pace * minutes + problem.service[stops].sum())
    return np.where(fits, types.fixed_cost + types.cost_per_km * km + hours, np.inf)


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
