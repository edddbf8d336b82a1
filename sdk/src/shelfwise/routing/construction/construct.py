"""A first plan: savings for each size of vehicle, what is left over inserted, what does not pay left out."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.routing.construction.fleet import assigned, base_types, route_cost
from shelfwise.routing.construction.insertion import best_insertion
from shelfwise.routing.construction.savings import savings_routes
from shelfwise.routing.construction.solution import Solution
from shelfwise.routing.problem import Problem
from shelfwise.routing.timing import ANY_TIME
from shelfwise.types import Deadline

__all__ = ["construct", "settle", "with_releases_as_windows"]


def construct(problem: Problem, deadline: Deadline) -> Solution:
    """Return the cheapest of the constructions from vehicles of each size, or the first where time is up.

    Of releases it knows no more than when a vehicle can be there that leaves for one delivery alone.
    """
    problem, best = with_releases_as_windows(problem), None
    for base in base_types(problem):
        solution = assigned(problem, savings_routes(problem, base, deadline))
        settle(solution, deadline)
        if best is None or solution.cost < best.cost:
            best = solution
        if deadline.expired:
            break
    return best or Solution(problem)


def settle(solution: Solution, deadline: Deadline) -> None:
    """Insert what is in no route where that pays, and leave out what does not pay."""
    _insert(solution, deadline)
    _drop(solution)


def _insert(solution: Solution, deadline: Deadline) -> None:
    """Insert what is in no route where that adds least, large deliveries first."""
    problem = solution.problem
    rows = sorted(row for row in solution.skipped if problem.new_routes[row])
    for row in sorted(rows, key=lambda row: float(-problem.demand[row].sum())):
        if deadline.expired:
            return
        added, slot = best_insertion(solution, row)
        if added < problem.skip_cost[row]:
            solution.insert(row, slot)


def _drop(solution: Solution) -> None:
    """Leave out the deliveries, and then the routes, that cost more than it costs to leave them out."""
    problem = solution.problem
    optional = [row for row, delivery in enumerate(problem.deliveries) if delivery.skip_cost is not None]
    for row in optional:
        number = int(solution.route[row])
        if row in solution.skipped or len(solution.routes[number]) == 1:
            continue
        without = [stop for stop in solution.routes[number] if stop != row]
        saved = solution.route_cost[number] - route_cost(problem, int(solution.kind[number]), without)
        if saved > problem.skip_cost[row]:
            solution.remove([row])
    for number, stops in enumerate(solution.routes):
        if stops and solution.route_cost[number] > problem.skip_cost[stops].sum():
            solution.remove(stops)


def with_releases_as_windows(problem: Problem) -> Problem:
    """Return the problem in which no window opens before the nearest vehicle that leaves at the release is there."""
    late = problem.released > -ANY_TIME
    if not late.any():
        return problem
    ways = problem.types.pace[:, None] * problem.minutes[problem.types.depot, : len(problem)]
    nearest = np.min(ways, axis=0, where=problem.allowed.T, initial=np.inf)
    opens = np.where(late, np.clip(problem.released + nearest, problem.opens, problem.closes), problem.opens)
    return attrs.evolve(problem, opens=opens, reversible=False)
