"""From a draft to the router's answer."""

from __future__ import annotations

import attrs

from shelfwise.routing.delivery_costs import delivery_costs
from shelfwise.routing.draft import Draft
from shelfwise.routing.explanation import explain, explain_at_once
from shelfwise.routing.obstacles import obstructed
from shelfwise.routing.previous import moved_stops
from shelfwise.routing.schedule import schedule
from shelfwise.types import Deadline, Route, RoutePlan, RouteRequest

__all__ = ["phases", "write_plan"]

_WRITING_SECONDS = 0.01, 0.0001
"""What it takes to write the plan down: once, and for each delivery."""
_MENDING, _MENDING_SECONDS = 0.1, 2.0
"""The share of the time, and the most seconds, for routes that a search left for mending, and for explanations."""


def phases(deadline: Deadline, deliveries: int) -> tuple[Deadline, Deadline]:
    """Return until when to search, and until when to mend and explain what the search left, before the plan is due."""
    once, each = _WRITING_SECONDS
    mending = Deadline(deadline.ends_at - once - each * deliveries)
    return Deadline(mending.ends_at - min(_MENDING * mending.remaining(), _MENDING_SECONDS)), mending


def write_plan(
    draft: Draft,
    request: RouteRequest,
    deadline: Deadline,
    *,
    solver: str,
    in_time: bool,
    lower_bound: float | None = None,
) -> RoutePlan:
    """Return the plan that a draft is, with its times, reasons for what it leaves out, and the costs of one more stop.

    ``in_time`` tells whether the search ended by itself; otherwise more time might have found a place for more. All
    reasons come before the first obstacle is measured. Once the ``deadline`` has passed, nobody looks for what keeps
    out a delivery that could be made alone: it wants for time.
    """
    reasons = [
        explain_at_once(draft, row) if deadline.expired else explain(draft, row, in_time=in_time)
        for row in draft.left_out
    ]
    skipped = []
    for row, why in zip(draft.left_out, reasons, strict=True):
        if deadline.expired:
            skipped.append(why)
            continue
        found = obstructed(draft, request, row, deadline)
        skipped.append(attrs.evolve(why, obstacles=found.obstacles, remedy=found.remedy))
    routes = [_route(draft, vehicle) for vehicle, trips in enumerate(draft.trips) if trips]
    return RoutePlan(
        routes=routes,
        skipped=skipped,
        delivery_costs=delivery_costs(draft),
        solver=solver,
        lower_bound=lower_bound,
        moved_stops=moved_stops(request, routes) if request.previous else None,
    )


def _route(draft: Draft, vehicle: int) -> Route:
    problem = draft.problem
    trips = [[problem.deliveries[row] for row in trip] for trip in draft.trips[vehicle]]
    route = schedule(problem.travel, problem.state, draft.vehicles[vehicle], *trips)
    assert route is not None, f"the route of {draft.vehicles[vehicle].vehicle_id} cannot be driven"
    return route
