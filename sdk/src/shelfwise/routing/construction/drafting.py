"""From what the search found to a draft that keeps everything that binds a route."""

from __future__ import annotations

from shelfwise.routing.construction.construct import construct
from shelfwise.routing.construction.solution import Solution
from shelfwise.routing.draft import Draft
from shelfwise.routing.previous import mended
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, RouteRequest

__all__ = ["constructed", "drafted"]


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
    if request.previous:
        before = Draft(problem, request)
        mended(before, request, deadline)
        return min(draft, before, key=lambda one: one.total)
    return draft


def constructed(problem: Problem, request: RouteRequest, deadline: Deadline) -> Draft:
    """Return a first plan by savings, or the previous plan where that is cheaper, as a draft."""
    return drafted(problem, request, construct(problem, deadline), deadline)
