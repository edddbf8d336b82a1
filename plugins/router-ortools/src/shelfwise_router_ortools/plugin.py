"""The router as a plugin: a first plan at once, then the cheapest of a few deliveries or a search among many."""

from __future__ import annotations

import attrs
from attrs.validators import ge, in_, le, optional

from shelfwise.hookspecs import hookimpl
from shelfwise.routing.construction import constructed
from shelfwise.routing.draft import Draft
from shelfwise.routing.planning import phases, write_plan
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, Delivery, RoutePlan, RouteRequest, State
from shelfwise_router_ortools.exact import prove
from shelfwise_router_ortools.guided import improved
from shelfwise_router_ortools.presets import PRESETS

__all__ = ["ORToolsRouter"]


@attrs.define(eq=False)
class ORToolsRouter:
    """Plan routes with OR-Tools: proven cheapest for a few deliveries, by guided local search for more.

    Up to ``proven_deliveries`` the cheapest plan is sought, and a bound below which there is none is told. Where there
    are more, or the time is too short for that, the first plan is improved until the deadline; without one until the
    search has accepted as many ``solutions`` as the ``preset`` says - fast, balanced or best - or as are given.
    """

    preset: str = attrs.field(default="balanced", validator=in_(tuple(PRESETS)))
    solutions: int | None = attrs.field(default=None, validator=optional(ge(1)))
    proven_deliveries: int = attrs.field(default=12, validator=[ge(0), le(14)])

    @hookimpl
    def route(
        self, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], deadline: Deadline
    ) -> RoutePlan:
        """Return a feasible plan, no dearer than the previous one; what is in no route is skipped with its reason."""
        ends, writing = phases(deadline, len(deliveries))
        problem = Problem.of(request, state, deliveries)
        draft, solver, bound, proven = constructed(problem, request, ends), "savings", None, False
        if int(problem.allowed.any(axis=1).sum()) <= self.proven_deliveries:
            before = draft.total
            proof = prove(draft, ends, request.seed)
            proven, bound = proof.complete, _in_currency(proof.bound, draft)
            if proven or draft.total < before:
                solver = "ortools cp-sat"
        if not proven:
            found = improved(draft, request, self.solutions or PRESETS[self.preset], ends)
            draft, solver = found, solver if found is draft else "ortools routing"
        return write_plan(draft, request, writing, solver=solver, in_time=proven or not ends.expired, lower_bound=bound)


def _in_currency(bound: float, draft: Draft) -> float | None:
    """Return the bound on plans that leave out no more of what must be made than a draft does."""
    problem = draft.problem
    must = [row for row in draft.left_out if problem.deliveries[row].skip_cost is None]
    return max(bound - float(problem.skip_cost[must].sum()), 0.0)
