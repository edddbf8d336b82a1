"""The baseline router: savings, local search, then ruin and recreate while that still helps and there is time."""

from __future__ import annotations

import attrs

from shelfwise.baselines.router.local_search import improve
from shelfwise.baselines.router.ruin import RuinAndRecreate
from shelfwise.hookspecs import hookimpl
from shelfwise.routing.construction.construct import construct, settle
from shelfwise.routing.construction.drafting import drafted
from shelfwise.routing.construction.solution import Solution
from shelfwise.routing.neighbours import nearest
from shelfwise.routing.planning import phases, write_plan
from shelfwise.routing.problem import Ints, Problem
from shelfwise.types import Deadline, Delivery, RoutePlan, RouteRequest, State
from shelfwise.types.ranges import TUNE, Uniform

__all__ = ["BaselineRouter"]

_MOVES, _RUINS = 20, 100
"""Nearest deliveries that the local search and the ruins look at."""


@attrs.define(eq=False)
class BaselineRouter:
    """Plan routes by savings, local search, and ruin and recreate, in numpy alone.

    The search knows one trip a vehicle, its capacities, shift and skills, and windows that must be kept. Whatever else
    binds a route is brought in at the end, where stops that are in the way are moved or left out.

    The search ends by itself, and then always with the same plan for the same seed: after ``rounds_per_delivery`` of
    ruin and recreate, but ``most_rounds`` in all. A deadline ends it sooner. A round takes out ``removed`` stops on
    average; worse plans are accepted by ``warmth`` at first, which ``cooling_rounds`` halve, see
    :class:`~shelfwise.baselines.router.ruin.RuinAndRecreate`.
    """

    rounds_per_delivery: int = attrs.field(default=25, validator=attrs.validators.ge(0))
    most_rounds: int = attrs.field(default=5_000, validator=attrs.validators.ge(0))
    removed: float = attrs.field(default=10.0, validator=attrs.validators.ge(1.0), metadata={TUNE: Uniform(3.0, 30.0)})
    warmth: float = attrs.field(
        default=1.0, validator=attrs.validators.ge(0.0), metadata={TUNE: Uniform(0.05, 5.0, log=True)}
    )
    cooling_rounds: float = attrs.field(
        default=60.0, validator=attrs.validators.gt(0.0), metadata={TUNE: Uniform(5.0, 1000.0, log=True)}
    )

    @hookimpl
    def route(
        self, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], deadline: Deadline
    ) -> RoutePlan:
        """Return a feasible plan; whatever is in no route is skipped with its reason."""
        search_ends, writing = phases(deadline, len(deliveries))
        problem = Problem.of(request, state, deliveries)
        solution = construct(problem, search_ends)
        near = nearest(problem, _RUINS)
        improve(solution, near[:, :_MOVES], search_ends)
        if self._search(solution, near, request.seed, search_ends):
            improve(solution, near[:, :_MOVES], search_ends)
        settle(solution, search_ends)
        in_time = not search_ends.expired
        draft = drafted(problem, request, solution, writing)
        return write_plan(draft, request, writing, solver="savings", in_time=in_time)

    def _search(self, solution: Solution, near: Ints, seed: int, deadline: Deadline) -> bool:
        """Ruin and recreate, leave the solution at the best plan seen, and tell whether that is a better one."""
        search = RuinAndRecreate(
            solution, near, seed, removed=self.removed, warmth=self.warmth, cooling_rounds=self.cooling_rounds
        )
        first = search.best
        for _ in range(min(self.rounds_per_delivery * len(solution.problem), self.most_rounds)):
            if deadline.expired:
                break
            search.round()
        solution.restore(search.best)
        return search.best is not first
