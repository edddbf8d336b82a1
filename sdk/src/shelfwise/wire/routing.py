"""Routing: the request with its deliveries and vehicles, and the routes of the answer."""

from __future__ import annotations

from shelfwise.types import (
    Delivery,
    Depot,
    Route,
    RouteRequest,
    SkippedDelivery,
    SkipReason,
    Stop,
    TravelMatrix,
    Vehicle,
)
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.columns import read_doubles, write_doubles
from shelfwise.wire.reading import Reading
from shelfwise.wire.words import Words
from shelfwise.wire.writing import Writing

SKIP_REASONS = Words(pb.SkipReason, SkipReason)


def _read_delivery(message: pb.Delivery, reading: Reading) -> Delivery:
    given = message.HasField
    return Delivery(
        delivery_id=message.delivery_id,
        node_id=message.node_id,
        zone=message.zone,
        latitude=message.latitude if given("latitude") else None,
        longitude=message.longitude if given("longitude") else None,
        quantity=message.quantity if given("quantity") else 1.0,
        weight_kg=message.weight_kg,
        volume_l=message.volume_l,
        window_start=reading.moment(message.window_start, "window_start") if given("window_start") else None,
        window_end=reading.moment(message.window_end, "window_end") if given("window_end") else None,
        service_minutes=message.service_minutes,
        skip_cost=reading.money(message.skip_cost, "skip_cost") if given("skip_cost") else None,
        order_id=message.order_id,
    )


def _write_delivery(message: pb.Delivery, delivery: Delivery, writing: Writing) -> None:
    message.MergeFrom(
        pb.Delivery(
            delivery_id=delivery.delivery_id,
            node_id=delivery.node_id,
            zone=delivery.zone,
            latitude=delivery.latitude,
            longitude=delivery.longitude,
            quantity=delivery.quantity,
            weight_kg=delivery.weight_kg,
            volume_l=delivery.volume_l,
            service_minutes=delivery.service_minutes,
            order_id=delivery.order_id,
        )
    )
    if delivery.window_start is not None:
        writing.moment(message.window_start, delivery.window_start, "window_start")
    if delivery.window_end is not None:
        writing.moment(message.window_end, delivery.window_end, "window_end")
    if delivery.skip_cost is not None:
        writing.money(message.skip_cost, delivery.skip_cost, "skip_cost")


def _read_vehicle(message: pb.Vehicle, reading: Reading) -> Vehicle:
    given = message.HasField
    return Vehicle(
        vehicle_id=message.vehicle_id,
        node_id=message.node_id,
        capacity=message.capacity if given("capacity") else None,
        capacity_kg=message.capacity_kg if given("capacity_kg") else None,
        capacity_l=message.capacity_l if given("capacity_l") else None,
        fixed_cost=reading.money(message.fixed_cost, "fixed_cost"),
        cost_per_km=reading.money(message.cost_per_km, "cost_per_km") if given("cost_per_km") else 1.0,
        cost_per_hour=reading.money(message.cost_per_hour, "cost_per_hour"),
        speed_kmh=message.speed_kmh if given("speed_kmh") else 40.0,
        shift_start=reading.moment(message.shift_start, "shift_start") if given("shift_start") else None,
        shift_end=reading.moment(message.shift_end, "shift_end") if given("shift_end") else None,
    )


def _write_vehicle(message: pb.Vehicle, vehicle: Vehicle, writing: Writing) -> None:
    message.MergeFrom(
        pb.Vehicle(
            vehicle_id=vehicle.vehicle_id,
            node_id=vehicle.node_id,
            capacity=vehicle.capacity,
            capacity_kg=vehicle.capacity_kg,
            capacity_l=vehicle.capacity_l,
            speed_kmh=vehicle.speed_kmh,
        )
    )
    writing.money(message.fixed_cost, vehicle.fixed_cost, "fixed_cost")
    writing.money(message.cost_per_km, vehicle.cost_per_km, "cost_per_km")
    writing.money(message.cost_per_hour, vehicle.cost_per_hour, "cost_per_hour")
    if vehicle.shift_start is not None:
        writing.moment(message.shift_start, vehicle.shift_start, "shift_start")
    if vehicle.shift_end is not None:
        writing.moment(message.shift_end, vehicle.shift_end, "shift_end")


def _read_depot(message: pb.Depot, _reading: Reading) -> Depot:
    return Depot(
        node_id=message.node_id,
        latitude=message.latitude if message.HasField("latitude") else None,
        longitude=message.longitude if message.HasField("longitude") else None,
    )


def _read_travel(message: pb.TravelMatrix, reading: Reading) -> TravelMatrix:
    shape = (len(message.place_ids), len(message.place_ids))
    distance_km, duration_minutes = read_doubles(message, "distance_km", "duration_minutes")
    return TravelMatrix(
        place_ids=message.place_ids,
        distance_km=reading.shaped(distance_km, shape, "distance_km"),
        duration_minutes=reading.shaped(duration_minutes, shape, "duration_minutes"),
    )


def _write_travel(message: pb.TravelMatrix, travel: TravelMatrix, writing: Writing) -> None:
    message.SetInParent()
    message.place_ids.extend(travel.place_ids)
    size = len(travel.place_ids)
    for name, values in (("distance_km", travel.distance_km), ("duration_minutes", travel.duration_minutes)):
        if values.shape != (size, size):
            writing.add(name, f"must be square, {size} x {size} as place_ids, got {values.shape}")
        write_doubles(message, name, values)


def read_route_request(message: pb.RouteRequest, reading: Reading) -> RouteRequest:
    """Read what is asked of the router."""
    deliveries = reading.rows("deliveries", _read_delivery, message.deliveries)
    vehicles = reading.rows("vehicles", _read_vehicle, message.vehicles)
    depots = reading.rows("depots", _read_depot, message.depots)
    if message.only_transfers and deliveries:
        reading.add("only_transfers", f"must be false where deliveries are given, got {len(deliveries)} of them")
    return RouteRequest(
        deliveries=tuple(deliveries) if deliveries or message.only_transfers else None,
        vehicles=tuple(vehicles) or None,
        depots=tuple(depots) or None,
        travel=reading.part("travel", _read_travel, message.travel) if message.HasField("travel") else None,
    )


def write_route_request(message: pb.RouteRequest, request: RouteRequest, writing: Writing) -> None:
    """Write what is asked of the router; ``seed`` is the orchestrator's."""
    message.only_transfers = request.deliveries == ()
    writing.rows("deliveries", _write_delivery, message.deliveries, request.deliveries or ())
    writing.rows("vehicles", _write_vehicle, message.vehicles, request.vehicles or ())
    for depot in request.depots or ():
        message.depots.add(node_id=depot.node_id, latitude=depot.latitude, longitude=depot.longitude)
    for name, given in (("vehicles", request.vehicles), ("depots", request.depots)):
        if given == ():
            writing.add(name, "must name at least one, or be left out for those on record")
    if request.travel is not None:
        writing.part("travel", _write_travel, message.travel, request.travel)


def _read_stop(message: pb.Stop, reading: Reading) -> Stop:
    return Stop(
        delivery_id=message.delivery_id,
        arrives_at=reading.moment(message.arrives_at, "arrives_at"),
        wait_minutes=message.wait_minutes,
        distance_km=message.distance_km,
        load=message.load,
    )


def _write_stop(message: pb.Stop, stop: Stop, writing: Writing) -> None:
    message.delivery_id = stop.delivery_id
    writing.moment(message.arrives_at, stop.arrives_at, "arrives_at")
    message.wait_minutes = stop.wait_minutes
    message.distance_km = stop.distance_km
    message.load = stop.load


def read_route(message: pb.Route, reading: Reading) -> Route:
    """Read a route."""
    return Route(
        vehicle_id=message.vehicle_id,
        node_id=message.node_id,
        departs_at=reading.moment(message.departs_at, "departs_at"),
        returns_at=reading.moment(message.returns_at, "returns_at"),
        stops=reading.rows("stops", _read_stop, message.stops),
        distance_km=message.distance_km,
        fixed_cost=reading.money(message.fixed_cost, "fixed_cost"),
        distance_cost=reading.money(message.distance_cost, "distance_cost"),
        time_cost=reading.money(message.time_cost, "time_cost"),
    )


def write_route(message: pb.Route, route: Route, writing: Writing) -> None:
    """Write a route."""
    message.vehicle_id = route.vehicle_id
    message.node_id = route.node_id
    writing.moment(message.departs_at, route.departs_at, "departs_at")
    writing.moment(message.returns_at, route.returns_at, "returns_at")
    writing.rows("stops", _write_stop, message.stops, route.stops)
    message.distance_km = route.distance_km
    writing.money(message.fixed_cost, route.fixed_cost, "fixed_cost")
    writing.money(message.distance_cost, route.distance_cost, "distance_cost")
    writing.money(message.time_cost, route.time_cost, "time_cost")


def read_skipped(message: pb.SkippedDelivery, reading: Reading) -> SkippedDelivery:
    """Read a delivery that is in no route."""
    reason = reading.word(SKIP_REASONS, message.reason, "reason")
    return SkippedDelivery(message.delivery_id, reason, message.text)


def write_skipped(message: pb.SkippedDelivery, skipped: SkippedDelivery, _writing: Writing) -> None:
    """Write a delivery that is in no route."""
    message.delivery_id = skipped.delivery_id
    message.reason = SKIP_REASONS.number[skipped.reason]
    message.text = skipped.text
