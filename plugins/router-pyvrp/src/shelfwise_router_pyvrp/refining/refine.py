"""From a draft to a better one by compiled ruin and recreate, if that is ready when it is needed."""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime

from shelfwise.routing.draft import Draft
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, Delivery, Depot, RouteRequest, State, Vehicle

__all__ = ["prepare", "prepared", "refine"]

_SETTING_UP = 5e-8
"""Seconds that it takes to begin, for each pair of deliveries."""

_prepared, _preparing = threading.Event(), threading.Lock()


def refine(draft: Draft, deadline: Deadline, *, seed: int, most: int) -> int:
    """Take out strings of neighbouring stops and put them back where they cost least; return how many rounds were made.

    Slack induction by string removals (Christiaens & Vanden Berghe 2020), with everything that binds a route
    considered, in ``most`` rounds or as many as the deadline allows. The draft is left at the best plan seen; pinned
    stops stay. Without a deadline the same seed leads to the same plan. With one, nothing is done where it is too near
    to begin, or where :func:`prepare` was not called before.
    """
    problem = draft.problem
    if len(problem) < 2 or not problem.allowed.any() or deadline.remaining() < _SETTING_UP * len(problem) ** 2:
        return 0
    if not _prepared.is_set():
        if math.isfinite(deadline.ends_at):
            return 0
        prepare()
    from shelfwise_router_pyvrp.refining.searching import search

    return search(draft, deadline, seed, most)


def prepared(seconds: float) -> bool:
    """Tell whether the search is compiled within ``seconds``; where nobody has begun that, it begins beside this."""
    if not _prepared.is_set() and not _preparing.locked():
        threading.Thread(target=prepare, name="prepare refining", daemon=True).start()
    return _prepared.wait(None if math.isinf(seconds) else seconds)


def prepare() -> None:
    """Compile the search, half a minute of work the first time; later processes load what was kept in half a second."""
    with _preparing:
        if _prepared.is_set():
            return
        from shelfwise_router_pyvrp.refining.searching import search

        depot, delivery = Depot("depot", 0.0, 0.0), Delivery("delivery", latitude=0.0, longitude=0.1)
        request = RouteRequest(vehicles=(Vehicle("vehicle", "depot"),), depots=(depot,))
        problem = Problem.of(request, State(as_of=datetime(2026, 1, 1, tzinfo=UTC)), (delivery,))
        search(Draft(problem, request), Deadline(), seed=0, most=1)
        _prepared.set()
