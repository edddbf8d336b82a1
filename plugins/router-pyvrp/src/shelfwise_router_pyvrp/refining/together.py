"""Ruin and recreate from one seed, or from two at the same time."""

from __future__ import annotations

from functools import partial

from shelfwise.routing.draft import Draft
from shelfwise.types import Deadline, RouteRequest
from shelfwise_router_pyvrp.refining.refine import refine
from shelfwise_router_pyvrp.stopping import Stoppable, attended

__all__ = ["refined"]

_MEETINGS = 4
"""How often both go on from the better plan of the two."""


def refined(draft: Draft, request: RouteRequest, deadline: Deadline, *, most: int, workers: int) -> Draft:
    """Return a better draft after ``most`` rounds of each worker, or as many as the deadline allows.

    The compiled search lets other threads run, so that each worker has a core. Without a deadline the same request has
    the same plan.
    """
    meetings = 1 if workers == 1 else _MEETINGS
    for meeting in range(meetings):
        until = Stoppable(deadline.share(1.0 / (meetings - meeting)).ends_at)
        drafts = [draft, *(_copied(draft, request) for _ in range(workers - 1))]
        seeds = range(request.seed + meeting * workers, request.seed + (meeting + 1) * workers)
        pairs = zip(drafts, seeds, strict=True)
        attended([partial(refine, one, until, seed=seed, most=most // meetings) for one, seed in pairs], until)
        draft = min(drafts, key=lambda one: one.total)
    return draft


def _copied(draft: Draft, request: RouteRequest) -> Draft:
    copy = Draft(draft.problem, request)
    copy.pinned, copy.unkept = dict(draft.pinned), dict(draft.unkept)
    for vehicle, trips in enumerate(draft.trips):
        copy.put(vehicle, trips, draft.cost[vehicle])
    return copy
