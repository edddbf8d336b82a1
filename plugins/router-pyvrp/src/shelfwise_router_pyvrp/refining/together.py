"""Ruin and recreate from two seeds at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from shelfwise.routing.draft import Draft
from shelfwise.types import Deadline, RouteRequest
from shelfwise_router_pyvrp.refining.refine import refine
from shelfwise_router_pyvrp.stopping import Stoppable

__all__ = ["refined"]

_MEETINGS = 4
"""How often both go on from the better plan of the two."""


def refined(draft: Draft, request: RouteRequest, deadline: Deadline, *, most: int, workers: int) -> Draft:
    """Return a better draft after ``most`` rounds of each worker, or as many as the deadline allows.

    The compiled search lets other threads run, so that each worker has a core. Without a deadline the same request has
    the same plan.
    """
    if workers == 1:
        refine(draft, deadline, seed=request.seed, most=most)
        return draft
    with ThreadPoolExecutor(workers) as threads:
        for meeting in range(_MEETINGS):
            until, rounds = Stoppable(deadline.share(1.0 / (_MEETINGS - meeting)).ends_at), most // _MEETINGS
            drafts = [draft, *(_copied(draft, request) for _ in range(workers - 1))]
            seeds = range(request.seed + meeting * workers, request.seed + (meeting + 1) * workers)
            pairs = zip(drafts, seeds, strict=True)
            searches = [threads.submit(refine, one, until, seed=seed, most=rounds) for one, seed in pairs]
            try:
                for search in searches:
                    search.result()
            except BaseException:  # an interrupt does not wait for the meeting
                until.stopped.set()
                raise
            draft = min(drafts, key=lambda one: one.total)
    return draft


def _copied(draft: Draft, request: RouteRequest) -> Draft:
    copy = Draft(draft.problem, request)
    copy.pinned, copy.unkept = dict(draft.pinned), dict(draft.unkept)
    for vehicle, trips in enumerate(draft.trips):
        copy.put(vehicle, trips, draft.cost[vehicle])
    return copy
