"""Start a router from the best routes of the passes before."""

from __future__ import annotations

from shelfwise.types import PreviousRoute, RoutePlan


def previous_routes(given: tuple[PreviousRoute, ...], best: RoutePlan) -> tuple[PreviousRoute, ...]:
    """Return the best routes so far as the plan before; what a caller's ``given`` plan pins stays pinned."""
    pinned = {route.vehicle_id: route for route in given if route.pinned}
    routes = {route.vehicle_id: route.delivery_ids for route in best.routes}
    found = []
    for vehicle_id in dict.fromkeys((*pinned, *routes)):
        fixed = pinned[vehicle_id].delivery_ids[: pinned[vehicle_id].pinned] if vehicle_id in pinned else ()
        rest = [delivery_id for delivery_id in routes.get(vehicle_id, ()) if delivery_id not in fixed]
        found.append(PreviousRoute(vehicle_id, (*fixed, *rest), len(fixed)))
    return tuple(found)
