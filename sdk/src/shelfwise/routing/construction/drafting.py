"""From what the search found to a draft that keeps everything that binds a route."""

from __future__ import annotations

from shelfwise.routing.construction.construct import construct
from shelfwise.routing.construction.solution import Solution
from shelfwise.routing.construction.sweep import swept
from shelfwise.routing.draft import Draft
from shelfwise.routing.previous import mended
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, RouteRequest

__all__ = ["constructed", "drafted"]

_SAVINGS = 1.5e-6
"""Seconds that savings and what follows on them take for each pair of deliveries."""


def drafted(problem: Problem, request: RouteRequest, solution: Solution, deadline: Deadline) -> Draft:
    """Return the routes of a solution, mended where they cannot be driven, or the previous plan if that is better."""
    draft = Draft(problem, request)
    waiting = {kind: [number for number, own in enumerate(draft.kind) if own == kind] for kind in set(draft.kind)}
    routes = {}
    for number, stops in enumerate(solution.routes):
        if stops:
            routes[waiting[int(solution.kind[number])].pop(0)] = [stops]
    draft.take(routes)
    draft.insert_all(deadline)
    return _or_previous(draft, request, deadline)


def constructed(problem: Problem, request: RouteRequest, deadline: Deadline) -> Draft:
    """Return a first plan, or the previous plan where that is cheaper, as a draft.

    It is made by savings, or by direction where the time is too short for that.
    """
    if deadline.remaining() >= _SAVINGS * len(problem) ** 2:
        return drafted(problem, request, construct(problem, deadline), deadline)
    draft = Draft(problem, request)
    numbers = {vehicle.vehicle_id: number for number, vehicle in enumerate(draft.vehicles)}
    plan, rows = swept(request, problem.state, problem.deliveries, deadline), problem.travel.deliveries
    draft.take({numbers[route.vehicle_id]: [rows.positions(route.delivery_ids).tolist()] for route in plan.routes})
    return _or_previous(draft, request, deadline)


def _or_previous(draft: Draft, request: RouteRequest, deadline: Deadline) -> Draft:
    if not request.previous:
        return draft
    before = Draft(draft.problem, request)
    mended(before, request, deadline)
    return min(draft, before, key=lambda one: one.total)
