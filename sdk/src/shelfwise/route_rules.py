"""The rules that what is asked of the router is checked by: deliveries, vehicles, travel and the plan before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from shelfwise.errors import Violation
from shelfwise.rules import (
    UnknownId,
    coordinates,
    distinct,
    finite,
    finite_column,
    is_in_range,
    known_id,
    not_empty,
    ordered_moments,
    whole_number,
)
from shelfwise.types import Break, Delivery, Index, RouteRequest, State, TravelMatrix, Vehicle

HIGHEST_PRIORITY = 100


def route_violations(request: RouteRequest, state: State) -> Iterator[Violation]:
    """Yield everything that is wrong with what is asked of the router; ``state`` says which ids are on record."""
    where = "route"
    deliveries, vehicles, depots = request.deliveries or (), request.vehicles or (), request.depots or ()
    places = Index(tuple(dict.fromkeys([*state.nodes.index.ids, *(depot.node_id for depot in depots)])))
    yield from distinct(f"{where}.deliveries", [delivery.delivery_id for delivery in deliveries], "delivery_id")
    yield from distinct(f"{where}.vehicles", [vehicle.vehicle_id for vehicle in vehicles], "vehicle_id")
    yield from distinct(f"{where}.depots", [depot.node_id for depot in depots], "node_id")
    for name in ("vehicles", "depots"):
        if getattr(request, name) == ():
            yield Violation(f"{where}.{name}", "must hold at least one, or be left out for those on record")
    for row, depot in enumerate(depots):
        yield from not_empty(f"{where}.depots[{row}].node_id", depot.node_id)
        yield from coordinates(f"{where}.depots[{row}]", depot)
    for row, delivery in enumerate(deliveries):
        yield from _delivery(f"{where}.deliveries[{row}]", delivery, places)
    for row, vehicle in enumerate(vehicles):
        yield from _vehicle(f"{where}.vehicles[{row}]", vehicle, places)
    if request.travel is not None:
        yield from _travel(f"{where}.travel", request.travel)
    yield from _previous(f"{where}.previous", request, state)


def _delivery(where: str, delivery: Delivery, places: Index) -> Iterator[Violation]:
    yield from not_empty(f"{where}.delivery_id", delivery.delivery_id)
    if delivery.node_id:
        yield from known_id(f"{where}.node_id", delivery.node_id, places, "node")
    yield from coordinates(where, delivery)
    for name in ("quantity", "weight_kg", "volume_l", "service_minutes"):
        yield from finite(f"{where}.{name}", getattr(delivery, name), 0.0)
    for name in ("skip_cost", "late_cost_per_hour"):
        if (cost := getattr(delivery, name)) is not None:
            yield from finite(f"{where}.{name}", cost, 0.0)
    yield from whole_number(f"{where}.priority", delivery.priority, 0, HIGHEST_PRIORITY)
    yield from _skills(f"{where}.skills", delivery.skills)
    yield from _moments(where, delivery)


def _moments(where: str, delivery: Delivery) -> Iterator[Violation]:
    """Demand a window that closes no sooner than it opens, nor, where it must be kept, than the delivery is there."""
    kept = delivery.late_cost_per_hour is None and not delivery.pickup
    window = ordered_moments(where, "window_start", delivery.window_start, "window_end", delivery.window_end)
    due = delivery.window_end if kept else None
    release = ordered_moments(where, "released_at", delivery.released_at, "window_end", due)
    yield from dict.fromkeys((*window, *release))


def _vehicle(where: str, vehicle: Vehicle, places: Index) -> Iterator[Violation]:
    yield from not_empty(f"{where}.vehicle_id", vehicle.vehicle_id)
    yield from known_id(f"{where}.node_id", vehicle.node_id, places, "node")
    for name in ("capacity", "capacity_kg", "capacity_l", "max_distance_km", "max_minutes", "max_stops"):
        if (limit := getattr(vehicle, name)) is not None:
            yield from finite(f"{where}.{name}", limit, 0.0)
    for name in ("fixed_cost", "cost_per_km", "cost_per_hour", "reload_minutes"):
        yield from finite(f"{where}.{name}", getattr(vehicle, name), 0.0)
    yield from finite(f"{where}.max_trips", vehicle.max_trips, 1)
    yield from finite(f"{where}.speed_kmh", vehicle.speed_kmh, 0.0, above=True)
    yield from ordered_moments(where, "shift_start", vehicle.shift_start, "shift_end", vehicle.shift_end)
    yield from _skills(f"{where}.skills", vehicle.skills)
    yield from _breaks(f"{where}.breaks", vehicle.breaks)


def _skills(where: str, skills: tuple[str, ...]) -> Iterator[Violation]:
    for row, skill in enumerate(skills):
        yield from not_empty(f"{where}[{row}]", skill)
    yield from distinct(where, skills)


def _breaks(where: str, breaks: tuple[Break, ...]) -> Iterator[Violation]:
    """Demand breaks of a sensible length, neither of whose ends is before that of the break before."""
    for row, pause in enumerate(breaks):
        yield from ordered_moments(f"{where}[{row}]", "earliest", pause.earliest, "latest", pause.latest)
        yield from finite(f"{where}[{row}].minutes", pause.minutes, 0.0)
    if not all(is_in_range(moment) for pause in breaks for moment in (pause.earliest, pause.latest)):
        return
    for row, (before, pause) in enumerate(pairwise(breaks), start=1):
        for name in ("earliest", "latest"):
            least, moment = getattr(before, name), getattr(pause, name)
            if moment < least:
                words = f"must not be before that of the break before, {least.isoformat()}, got {moment.isoformat()}"
                yield Violation(f"{where}[{row}].{name}", words)


def _travel(where: str, travel: TravelMatrix) -> Iterator[Violation]:
    yield from distinct(f"{where}.place_ids", travel.place_ids)
    size = len(travel.place_ids)
    for name in ("distance_km", "duration_minutes"):
        values = getattr(travel, name)
        if values.shape != (size, size):
            yield Violation(f"{where}.{name}", f"must be square, {size} x {size} as place_ids, got {values.shape}")
        else:
            yield from finite_column(f"{where}.{name}", values.ravel())


def _previous(where: str, request: RouteRequest, state: State) -> Iterator[Violation]:
    """Demand that the plan before names nothing twice, and pins what is asked for to vehicles that there are."""
    vehicles = state.vehicles if request.vehicles is None else request.vehicles
    deliveries = state.deliveries if request.deliveries is None else request.deliveries
    vehicle_ids = {vehicle.vehicle_id for vehicle in vehicles}
    asked = {delivery.delivery_id for delivery in deliveries}
    yield from distinct(where, [route.vehicle_id for route in request.previous], "vehicle_id")
    seen: dict[str, str] = {}
    for number, route in enumerate(request.previous):
        path = f"{where}[{number}]"
        yield from not_empty(f"{path}.vehicle_id", route.vehicle_id)
        yield from whole_number(f"{path}.pinned", route.pinned, 0, len(route.delivery_ids))
        if route.pinned > 0 and route.vehicle_id and route.vehicle_id not in vehicle_ids:
            words = f"{route.vehicle_id!r} has pinned deliveries, but is no vehicle of this plan"
            yield UnknownId(f"{path}.vehicle_id", words)
        for row, delivery_id in enumerate(route.delivery_ids):
            here = f"{path}.delivery_ids[{row}]"
            yield from not_empty(here, delivery_id)
            if (first := seen.setdefault(delivery_id, here)) != here and delivery_id:
                yield Violation(here, f"must be distinct, but {delivery_id!r} stands at {first} already")
            if row < route.pinned and delivery_id and delivery_id not in asked:
                yield UnknownId(here, f"{delivery_id!r} is pinned, but is no delivery of this plan")
