"""Whether a plan of routes holds, worked out afresh from the request: no solver has a hand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.route_check import RouteCheck
from shelfwise.routing.travel import Travel
from shelfwise.types import Delivery, Route, RoutePlan, RouteRequest, SkipReason, State, StopKind, Vehicle

__all__ = ["check_routes"]


def check_routes(
    request: RouteRequest,
    state: State,
    deliveries: tuple[Delivery, ...],
    plan: RoutePlan,
    travel: Travel | None = None,
) -> tuple[str, ...]:
    """Return in words everything that is wrong with a plan; nothing where it holds.

    Each delivery is in exactly one route or skipped; each vehicle is used at most once, within its shift, its limits,
    its skills and, on each trip, its capacities; no trip leaves before all that it brings is released; breaks that are
    due are taken; windows hold, or lateness is paid for; pinned stops are where they were; distances, times, loads and
    costs are those that follow from the stops. ``request`` names its vehicles; ``travel`` saves working it out again
    where it is at hand.
    """
    travel = travel or Travel.of(request, state, deliveries)
    orders = {delivery.delivery_id: delivery for delivery in deliveries}
    vehicles = {vehicle.vehicle_id: vehicle for vehicle in request.vehicles or ()}
    problems = [*_coverage(orders, plan), *_reasons(orders, plan), *_fleet(vehicles, plan), *_pinned(request, plan)]
    sound = [
        route
        for route in plan.routes
        if route.vehicle_id in vehicles and all(delivery_id in orders for delivery_id in route.delivery_ids)
    ]
    for route, legs in zip(sound, _legs(travel, vehicles, sound), strict=True):
        check = RouteCheck(route, vehicles[route.vehicle_id], orders, legs)
        problems += [f"route of {route.vehicle_id}: {problem}" for problem in check.problems()]
    return tuple(problems)


def _coverage(orders: Mapping[str, Delivery], plan: RoutePlan) -> Iterator[str]:
    routed = Counter(delivery_id for route in plan.routes for delivery_id in route.delivery_ids)
    skipped = Counter(skip.delivery_id for skip in plan.skipped)
    for delivery_id in {**routed, **skipped}:
        if delivery_id not in orders:
            yield f"delivery {delivery_id}: nobody asked for it"
    for delivery_id in orders:
        times = routed[delivery_id], skipped[delivery_id]
        if times == (0, 0):
            yield f"delivery {delivery_id}: neither in a route nor skipped"
        elif times[0] and times[1]:
            yield f"delivery {delivery_id}: both in a route and skipped"
        elif sum(times) > 1:
            yield f"delivery {delivery_id}: {'in routes' if times[0] else 'skipped'} {sum(times)} times"


def _reasons(orders: Mapping[str, Delivery], plan: RoutePlan) -> Iterator[str]:
    must = {delivery_id for delivery_id, order in orders.items() if order.skip_cost is None}
    for skip in plan.skipped:
        if not isinstance(skip.reason, SkipReason):
            yield f"delivery {skip.delivery_id}: skipped without a reason"
        elif skip.reason == SkipReason.COST and skip.delivery_id in must:
            yield f"delivery {skip.delivery_id}: skipped for its cost, but it must be delivered"


def _fleet(vehicles: Mapping[str, Vehicle], plan: RoutePlan) -> Iterator[str]:
    for vehicle_id, times in Counter(route.vehicle_id for route in plan.routes).items():
        if vehicle_id not in vehicles:
            yield f"route of {vehicle_id}: there is no such vehicle"
        elif times > 1:
            yield f"route of {vehicle_id}: the vehicle has {times} routes"


def _pinned(request: RouteRequest, plan: RoutePlan) -> Iterator[str]:
    """A pinned stop stays where it was, or is skipped; nothing comes before it but other pinned ones."""
    skipped = {skip.delivery_id for skip in plan.skipped}
    routes = {route.vehicle_id: route.delivery_ids for route in plan.routes}
    for previous in request.previous:
        kept = tuple(name for name in previous.delivery_ids[: previous.pinned] if name not in skipped)
        first = routes.get(previous.vehicle_id, ())[: len(kept)]
        if first != kept:
            yield f"route of {previous.vehicle_id}: begins with {', '.join(first)}, but {', '.join(kept)} are pinned"


def _legs(
    travel: Travel, vehicles: Mapping[str, Vehicle], routes: Sequence[Route]
) -> Iterator[tuple[list[float], list[float]]]:
    """Yield km and minutes of the legs of each route, all of them looked up in one go. Breaks are no places."""
    origins: list[NDArray[np.int64]] = []
    destinations: list[NDArray[np.int64]] = []
    for route in routes:
        depot = travel.depots.position(vehicles[route.vehicle_id].node_id)
        places = [stop for stop in route.stops if stop.kind != StopKind.BREAK]
        stops = travel.deliveries.positions(stop.delivery_id for stop in places) + len(travel.depots)
        stops[[stop.kind == StopKind.RELOAD for stop in places]] = depot
        rows = np.concatenate(([depot], stops, [depot]))
        origins.append(rows[:-1])
        destinations.append(rows[1:])
    if not routes:
        return
    lengths = [len(rows) for rows in origins]
    speeds = np.repeat([vehicles[route.vehicle_id].speed_kmh for route in routes], lengths)
    start, end = np.concatenate(origins), np.concatenate(destinations)
    km, minutes = travel.distance_km(start, end), travel.duration_minutes(start, end, speeds)
    for last in np.cumsum(lengths)[[vehicles[route.vehicle_id].ends_anywhere for route in routes]] - 1:
        km[last] = minutes[last] = 0.0
    cuts = np.cumsum(lengths)[:-1]
    for own_km, own_minutes in zip(np.split(km, cuts), np.split(minutes, cuts), strict=True):
        yield own_km.tolist(), own_minutes.tolist()
