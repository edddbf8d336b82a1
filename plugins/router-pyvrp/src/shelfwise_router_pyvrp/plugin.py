"""The router as a plugin: proof where deliveries are few, else PyVRP's operators, and then all that they lack."""

from __future__ import annotations

from functools import partial

import attrs
from attrs.validators import ge, in_, le, optional
from pyvrp import Solution

from shelfwise.hookspecs import hookimpl
from shelfwise.routing.construction import constructed, swept
from shelfwise.routing.draft import Draft
from shelfwise.routing.planning import write_plan
from shelfwise.routing.previous import mended
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, Delivery, RoutePlan, RouteRequest, State
from shelfwise.types.ranges import TUNE, Integers, Uniform
from shelfwise_router_pyvrp.companion import Companion
from shelfwise_router_pyvrp.contraction import contracted
from shelfwise_router_pyvrp.partner import proven
from shelfwise_router_pyvrp.presets import PRESETS
from shelfwise_router_pyvrp.refining import prepare, prepared, refined
from shelfwise_router_pyvrp.running import Task, run
from shelfwise_router_pyvrp.search import Settings
from shelfwise_router_pyvrp.stopping import Stoppable, attended
from shelfwise_router_pyvrp.translate import approximated, translate

__all__ = ["PyVRPRouter"]

_WRITING, _WRITING_EACH = 4e-3, 4e-5
"""Seconds that it takes to write down the plan, and each delivery of it."""

_TABLES, _DRAFTING = 3e-8, 1e-4
"""Seconds that tables of distances take for each pair of deliveries, and a draft by direction for each of them."""

_SETTING_UP = 3e-6
"""Seconds until PyVRP's operators have a first plan, for each load and the deliveries to the power of 1.5."""

_MENDING, _MENDING_EACH = 0.05, 5e-5
"""The share of the time that is kept for what the search does not know, and the seconds a delivery that are enough."""

_EXPLAINING, _EXPLAINING_SECONDS = 0.05, 1.0
"""The share of the time, and the most seconds, that are kept for why deliveries are left out."""

_KNOWN = 0.2
"""The share of the time for PyVRP's operators where something binds that they do not know."""

_STEP = 4e-5
"""Seconds that an iteration takes, for the square root of the number of deliveries."""

_WORTHWHILE = 3.0
"""Seconds of search that a second one is begun for."""


@attrs.define(eq=False)
class PyVRPRouter:
    """Plan routes by iterated local search with the operators of PyVRP, until the deadline.

    Where there are breaks, lateness, or limits that the operators do not know, ruin and recreate goes on from what they
    find. The search ends by itself after the ``iterations`` and ``rounds`` of the ``preset`` - fast, balanced or best -
    or those given, and then always with the same plan for the same seed. Where it goes on for seconds a second of its
    ``workers`` searches from another seed. It looks at the ``neighbours`` of each delivery, and accepts at first what
    costs ``threshold`` of its routes more than the best plan. Up to ``proven_deliveries`` the router called ``partner``
    is asked first, if it is installed; a plan that it proves to be the cheapest is the answer.
    """

    preset: str = attrs.field(default="balanced", validator=in_(tuple(PRESETS)))
    iterations: int | None = attrs.field(default=None, validator=optional(ge(0)))
    rounds: int | None = attrs.field(default=None, validator=optional(ge(0)))
    workers: int = attrs.field(default=2, validator=[ge(1), le(2)])
    neighbours: int = attrs.field(default=30, validator=ge(1), metadata={TUNE: Integers(10, 60)})
    threshold: float = attrs.field(default=0.01, validator=ge(0.0), metadata={TUNE: Uniform(0.001, 0.05, log=True)})
    partner: str = "ortools"
    proven_deliveries: int = attrs.field(default=12, validator=ge(0))

    @hookimpl
    def train(self) -> None:
        """Compile what is compiled; there is nothing to learn."""
        prepare()

    @hookimpl
    def load(self) -> None:
        """Compile what is compiled, or load it."""
        prepare()

    @hookimpl
    def route(
        self, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], deadline: Deadline
    ) -> RoutePlan:
        """Return a feasible plan; whatever is in no route is skipped with its reason."""
        size = len(deliveries)
        writing = Deadline(deadline.ends_at - _WRITING - _WRITING_EACH * size)
        if not request.previous and writing.remaining() < _TABLES * size**2 + _DRAFTING * size:
            return swept(request, state, deliveries, deadline)
        if 0 < size <= self.proven_deliveries:
            plan = proven(self.partner, request, state, deliveries, writing.share(0.5))
            if plan is not None:
                return plan
        problem = Problem.of(request, state, deliveries)
        before = Draft(problem, request)
        if request.previous:
            mended(before, request, writing)
        draft, in_time = self._planned(problem, before, request, writing)
        best = min(draft, before, key=lambda one: one.total)
        return write_plan(best, request, writing, solver="pyvrp", in_time=in_time)

    def _planned(self, problem: Problem, before: Draft, request: RouteRequest, writing: Deadline) -> tuple[Draft, bool]:
        """Return the best draft found, and whether the search ended by itself."""
        explaining = Deadline(writing.ends_at - min(_EXPLAINING * writing.remaining(), _EXPLAINING_SECONDS))
        ends = Deadline(explaining.ends_at - min(_MENDING * explaining.remaining(), _MENDING_EACH * len(problem)))
        most = PRESETS[self.preset].rounds if self.rounds is None else self.rounds
        rich = most > 0 and bool(approximated(problem))
        searching = ends.share(_KNOWN) if rich else ends
        hurried = searching.remaining() < _SETTING_UP * _loads(problem) * len(problem) ** 1.5
        if hurried:
            draft, in_time = constructed(problem, request, searching), False
        else:
            draft, in_time = self._searched(problem, before, request, searching)
            draft.insert_all(explaining)
        if hurried or rich:
            draft = min(draft, before, key=lambda one: one.total)
            if hurried or prepared(0.3 * ends.remaining()):
                draft = refined(draft, request, ends, most=most, workers=self.workers if rich else 1)
                draft.insert_all(explaining)
            in_time = not ends.expired
        return draft, in_time

    def _searched(
        self, problem: Problem, before: Draft, request: RouteRequest, deadline: Deadline
    ) -> tuple[Draft, bool]:
        """Return the best that PyVRP's operators find, and whether the search ended by itself."""
        draft = Draft(problem, request)
        if not problem.allowed.any():
            return draft, True
        pinned = {before.vehicles[number].vehicle_id: rows for number, rows in before.pinned.items() if rows}
        translation = translate(contracted(problem, pinned) if pinned else problem, request)
        task = Task(
            data=translation.data,
            penalties=translation.penalties,
            start=translation.solution(dict(enumerate(before.trips))),
            settings=Settings(self.neighbours, self.threshold),
            seed=request.seed,
            iterations=PRESETS[self.preset].iterations if self.iterations is None else self.iterations,
            deadline=deadline,
            seconds=deadline.remaining(),
        )
        best, in_time = self._run(task)
        draft.take(translation.routes(best))
        return draft, in_time

    def _run(self, task: Task) -> tuple[Solution, bool]:
        """Search with as many workers as there are, where that is long enough to be worth their start."""
        until = Stoppable(task.deadline.ends_at)
        task = attrs.evolve(task, deadline=until)
        expected = task.iterations * _STEP * task.data.num_clients**0.5
        if self.workers == 1 or min(expected, task.seconds) < _WORTHWHILE:
            (found,) = attended([partial(run, task)], until)
        else:
            with Companion(task) as companion:
                (found,) = attended([partial(run, task, companion)], until)
        return found


def _loads(problem: Problem) -> int:
    """Return how many loads vehicles may have at most, each skill being one."""
    return int(problem.demand.shape[1]) + len({skill for delivery in problem.deliveries for skill in delivery.skills})
