"""The router as a plugin: a first plan at once, then the search, then whatever the search does not know."""

from __future__ import annotations

import attrs
from attrs.validators import ge, in_, le, optional
from pyvrp import Solution

from shelfwise.hookspecs import hookimpl
from shelfwise.routing.construction import constructed
from shelfwise.routing.draft import Draft
from shelfwise.routing.planning import write_plan
from shelfwise.routing.previous import mended
from shelfwise.routing.pricing import Trips
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, Delivery, RoutePlan, RouteRequest, State
from shelfwise.types.ranges import TUNE, Integers, Uniform
from shelfwise_router_pyvrp.contraction import contracted
from shelfwise_router_pyvrp.presets import PRESETS
from shelfwise_router_pyvrp.running import Task, run
from shelfwise_router_pyvrp.search import Settings
from shelfwise_router_pyvrp.translate import translate
from shelfwise_router_pyvrp.worker import Worker

__all__ = ["PyVRPRouter"]

_WRITING = 1e-4
"""Seconds that it takes to write down each delivery of the plan."""

_MENDING, _MENDING_EACH = 0.05, 5e-5
"""The share of the time that is kept for what the search does not know, and the seconds a delivery that are enough."""

_SETTING_UP = 1.5e-7
"""Seconds that it takes to begin the search, for each pair of deliveries."""

_STEP = 4e-5
"""Seconds that an iteration takes, for the square root of the number of deliveries."""

_WORTHWHILE = 3.0
"""Seconds of search that a second process is started for."""


@attrs.define(eq=False)
class PyVRPRouter:
    """Plan routes by iterated local search with the operators of PyVRP, until the deadline.

    The search ends by itself after the ``iterations`` of the ``preset`` - fast, balanced or best - or those given, and
    then always with the same plan for the same seed. Where it goes on for seconds a second of its ``workers`` searches
    from another seed, in a process of its own. It looks at the ``neighbours`` of each delivery, and accepts at
    first what costs ``threshold`` of the way more than the best plan. What it does not know - breaks and lateness -
    is brought in at the end, where stops that are in the way are moved or left out.
    """

    preset: str = attrs.field(default="balanced", validator=in_(tuple(PRESETS)))
    iterations: int | None = attrs.field(default=None, validator=optional(ge(0)))
    workers: int = attrs.field(default=2, validator=[ge(1), le(2)])
    neighbours: int = attrs.field(default=30, validator=ge(1), metadata={TUNE: Integers(10, 60)})
    threshold: float = attrs.field(default=0.01, validator=ge(0.0), metadata={TUNE: Uniform(0.001, 0.05, log=True)})

    @hookimpl
    def route(
        self, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], deadline: Deadline
    ) -> RoutePlan:
        """Return a feasible plan; whatever is in no route is skipped with its reason."""
        writing = Deadline(deadline.ends_at - _WRITING * len(deliveries))
        problem = Problem.of(request, state, deliveries)
        before = Draft(problem, request)
        if request.previous:
            mended(before, request, writing)
        mending = min(_MENDING * writing.remaining(), _MENDING_EACH * len(deliveries))
        found, in_time = self._searched(problem, before, request, Deadline(writing.ends_at - mending))
        draft = Draft(problem, request)
        draft.take(found)
        draft.insert_all(writing)
        best = min(draft, before, key=lambda one: one.total)
        return write_plan(best, request, writing, solver="pyvrp", in_time=in_time)

    def _searched(
        self, problem: Problem, before: Draft, request: RouteRequest, deadline: Deadline
    ) -> tuple[dict[int, Trips], bool]:
        """Return the best routes found, and whether the search ended by itself."""
        if not problem.allowed.any():
            return {}, True
        if deadline.remaining() < _SETTING_UP * len(problem) ** 2:
            return dict(enumerate(constructed(problem, request, deadline).trips)), False
        pinned = {before.vehicles[number].vehicle_id: rows for number, rows in before.pinned.items() if rows}
        translation = translate(contracted(problem, pinned) if pinned else problem, request)
        task = Task(
            data=translation.data,
            penalties=translation.penalties,
            start=translation.solution(dict(enumerate(before.trips))),
            settings=Settings(self.neighbours, self.threshold),
            seed=request.seed,
            iterations=PRESETS[self.preset] if self.iterations is None else self.iterations,
            deadline=deadline,
            seconds=deadline.remaining(),
        )
        best, in_time = self._run(task)
        return translation.routes(best), in_time

    def _run(self, task: Task) -> tuple[Solution, bool]:
        """Search with as many workers as there are, where that is long enough to be worth their start."""
        expected = task.iterations * _STEP * task.data.num_clients**0.5
        if self.workers == 1 or min(expected, task.seconds) < _WORTHWHILE:
            return run(task)
        with Worker(task) as worker:
            return run(task, worker)
