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

__all__ = ["write_plan"]


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
