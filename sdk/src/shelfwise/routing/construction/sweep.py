"""A plan for when there is no time: deliveries by the direction they lie in, vehicle after vehicle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.schedule import schedule
from shelfwise.routing.travel import Travel
from shelfwise.types import (
    Deadline,
    Delivery,
    Route,
    RoutePlan,
    RouteRequest,
    SkippedDelivery,
    SkipReason,
    State,
    Vehicle,
)

__all__ = ["swept"]

_AMOUNTS = ("quantity", "weight_kg", "volume_l")
_CAPACITIES = ("capacity", "capacity_kg", "capacity_l")
_FULL = 0.9
"""The share of what a vehicle takes that is planned for, so that fewer routes are too long."""


def swept(request: RouteRequest, state: State, deliveries: Sequence[Delivery], deadline: Deadline) -> RoutePlan:
    """Return a plan made in some milliseconds, without a table of distances (Gillett & Miller 1974).

    Around each depot deliveries are taken by direction until a vehicle is full, those with earlier windows first; a
    route that does not hold is halved. Vehicles make one trip; those with pinned stops make nothing, and what is pinned
    waits. What is left when vehicles or time run out is skipped for want of time.
    """
    travel = Travel.of(request, state, deliveries)
    waiting = _by_direction(travel, deliveries)
    pinned = {previous.vehicle_id: previous.delivery_ids[: previous.pinned] for previous in request.previous}
    kept = {row for ids in pinned.values() for row in travel.deliveries.positions(ids).tolist()}
    routes: list[Route] = []
    made: set[int] = set()
    for vehicle in request.vehicles or ():
        if deadline.expired:
            break
        depot = travel.depots.position(vehicle.node_id)
        if pinned.get(vehicle.vehicle_id) or not travel.located[depot]:
            continue
        rows = list(_filled(vehicle, deliveries, waiting.get(depot, []), made | kept))
        route = None
        while rows and route is None:
            route = _route(travel, state, vehicle, sorted((deliveries[row] for row in rows), key=_closing))
            if route is None:
                rows = rows[: len(rows) // 2]
        if route is not None:
            routes.append(route)
            made.update(rows)
    return RoutePlan(
        routes=routes,
        skipped=[
            SkippedDelivery(delivery.delivery_id, SkipReason.TIME_LIMIT, "The time given is too short to plan for it.")
            for row, delivery in enumerate(deliveries)
            if row not in made
        ],
        solver="sweep",
    )


def _route(travel: Travel, state: State, vehicle: Vehicle, stops: Sequence[Delivery]) -> Route | None:
    route = schedule(travel, state, vehicle, stops)
    too_far = route is not None and vehicle.max_distance_km is not None and route.distance_km > vehicle.max_distance_km
    return None if too_far else route


def _by_direction(travel: Travel, deliveries: Sequence[Delivery]) -> dict[int, list[int]]:
    """Return the deliveries of each depot - their own or the nearest - by the direction they lie in from there."""
    depots, size = len(travel.depots), len(travel)
    if not depots or not len(deliveries):
        return {}
    if travel.matrix is None:
        north = np.radians(travel.latitude)
        east = np.radians(travel.longitude) * np.cos(np.nanmean(north))
    else:
        # Without coordinates the ways from and to the first depots stand in for them.
        every = np.arange(size)
        north = travel.distance_km(0, every)
        east = travel.distance_km(every, depots - 1 if depots > 1 else size - 1)
    away = np.hypot(north[depots:, None] - north[:depots], east[depots:, None] - east[:depots])
    away = np.where(np.isfinite(away), away, np.inf)
    own = travel.depots.positions(delivery.node_id for delivery in deliveries)
    home = np.where(own >= 0, own, away.argmin(axis=1))
    angle: NDArray[np.float64] = np.arctan2(north[depots:] - north[home], east[depots:] - east[home])
    order = np.argsort(angle, kind="stable")
    located = travel.located[depots:]
    return {depot: [row for row in order.tolist() if home[row] == depot and located[row]] for depot in range(depots)}


def _filled(vehicle: Vehicle, deliveries: Sequence[Delivery], rows: Sequence[int], made: set[int]) -> Iterator[int]:
    """Yield the next deliveries in a direction that a vehicle has skills and room for."""
    room = [np.inf if getattr(vehicle, name) is None else _FULL * getattr(vehicle, name) for name in _CAPACITIES]
    stops, skills = np.inf if vehicle.max_stops is None else vehicle.max_stops, set(vehicle.skills)
    for row in rows:
        delivery = deliveries[row]
        if row in made or not skills.issuperset(delivery.skills) or delivery.node_id not in ("", vehicle.node_id):
            continue
        room = [left - getattr(delivery, name) for left, name in zip(room, _AMOUNTS, strict=True)]
        stops -= 1
        if min(room) < 0 or stops < 0:
            return
        yield row


def _closing(delivery: Delivery) -> float:
    """Return what stops are ordered by: the end of their window, the end of days without one."""
    return np.inf if delivery.window_end is None else delivery.window_end.timestamp()
