"""The baseline router: savings, local search, then ruin and recreate while there is time."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.baselines.router.delivery_costs import delivery_costs
from shelfwise.baselines.router.explain import explain
from shelfwise.baselines.router.fleet import assigned, base_types
from shelfwise.baselines.router.problem import Problem
from shelfwise.baselines.router.savings import savings_routes
from shelfwise.baselines.router.solution import Solution
from shelfwise.hookspecs import hookimpl
from shelfwise.routing.schedule import schedule
from shelfwise.types import Deadline, Delivery, Route, RoutePlan, RouteRequest, State

__all__ = ["BaselineRouter"]


@attrs.define(eq=False)
class BaselineRouter:
    """Plan routes with numpy alone."""

    @hookimpl
    def route(
        self, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], deadline: Deadline
    ) -> RoutePlan:
        """Return a feasible plan; whatever is in no route is skipped with its reason."""
        problem = Problem.of(request, state, deliveries)
        best = construct(problem, deadline)
        return RoutePlan(
            routes=_routes(problem, best),
            skipped=tuple(explain(problem, best, row, in_time=not deadline.expired) for row in sorted(best.skipped)),
            delivery_costs=delivery_costs(problem, best),
        )


def construct(problem: Problem, deadline: Deadline) -> Solution:
    """Return the cheapest of the constructions from vehicles of each size."""
    best: Solution | None = None
    for base in base_types(problem):
        solution = assigned(problem, savings_routes(problem, base))
        insert_all(solution, deadline)
        if best is None or solution.cost < best.cost:
            best = solution
        if deadline.expired:
            break
    assert best is not None
    return best


def insert_all(solution: Solution, deadline: Deadline) -> None:
    """Insert what is left out where it adds least, as far as that costs less than leaving it out."""
    problem = solution.problem
    possible: list[bool] = np.isfinite(problem.alone.min(axis=0, initial=np.inf)).tolist()
    for row in sorted(solution.skipped, key=lambda row: (-problem.demand[row, 0], row)):
        if not possible[row] or deadline.expired:
            continue
        added, slot = solution.best_insertion(row)
        if added < problem.skip_cost[row]:
            solution.insert(row, slot)


def _routes(problem: Problem, solution: Solution) -> list[Route]:
    """Return the routes with their times, vehicles of a type in the order in which the request names them."""
    waiting = [list(group) for group in problem.types.vehicles]
    routes = []
    for number, stops in enumerate(solution.routes):
        if stops:
            vehicle = waiting[int(solution.kind[number])].pop(0)
            route = schedule(problem.travel, problem.state, vehicle, [problem.deliveries[row] for row in stops])
            assert route is not None
            routes.append(route)
    return routes
