"""What is asked of the router: deliveries, vehicles, depots, travel and the plan before."""

from __future__ import annotations

from shelfwise.types import Break, Delivery, Depot, PreviousRoute, RouteRequest, TravelMatrix, Vehicle
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.columns import read_doubles, write_doubles
from shelfwise.wire.reading import Reading
from shelfwise.wire.writing import Writing


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
        pickup=message.pickup,
        skills=message.skills,
        priority=message.priority,
        late_cost_per_hour=(
            reading.money(message.late_cost_per_hour, "late_cost_per_hour") if given("late_cost_per_hour") else None
        ),
        released_at=reading.moment(message.released_at, "released_at") if given("released_at") else None,
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
            pickup=delivery.pickup,
            skills=delivery.skills,
            priority=writing.whole(delivery.priority, "priority"),
        )
    )
    if delivery.window_start is not None:
        writing.moment(message.window_start, delivery.window_start, "window_start")
    if delivery.window_end is not None:
        writing.moment(message.window_end, delivery.window_end, "window_end")
    if delivery.skip_cost is not None:
        writing.money(message.skip_cost, delivery.skip_cost, "skip_cost")
    if delivery.late_cost_per_hour is not None:
        writing.money(message.late_cost_per_hour, delivery.late_cost_per_hour, "late_cost_per_hour")
    if delivery.released_at is not None:
        writing.moment(message.released_at, delivery.released_at, "released_at")


def _read_break(message: pb.Break, reading: Reading) -> Break:
    return Break(
        earliest=reading.moment(message.earliest, "earliest"),
        latest=reading.moment(message.latest, "latest"),
        minutes=message.minutes,
    )


def _write_break(message: pb.Break, pause: Break, writing: Writing) -> None:
    writing.moment(message.earliest, pause.earliest, "earliest")
    writing.moment(message.latest, pause.latest, "latest")
    message.minutes = pause.minutes


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
        skills=message.skills,
        max_distance_km=message.max_distance_km if given("max_distance_km") else None,
        max_minutes=message.max_minutes if given("max_minutes") else None,
        max_stops=message.max_stops if given("max_stops") else None,
        max_trips=message.max_trips if given("max_trips") else 1,
        reload_minutes=message.reload_minutes,
        ends_anywhere=message.ends_anywhere,
        breaks=reading.rows("breaks", _read_break, message.breaks),
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
            skills=vehicle.skills,
            max_distance_km=vehicle.max_distance_km,
            max_minutes=vehicle.max_minutes,
            max_stops=None if vehicle.max_stops is None else writing.whole(vehicle.max_stops, "max_stops"),
            max_trips=writing.whole(vehicle.max_trips, "max_trips"),
            reload_minutes=vehicle.reload_minutes,
            ends_anywhere=vehicle.ends_anywhere,
        )
    )
    writing.rows("breaks", _write_break, message.breaks, vehicle.breaks)
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


def _read_previous(message: pb.PreviousRoute, _reading: Reading) -> PreviousRoute:
    return PreviousRoute(message.vehicle_id, message.delivery_ids, message.pinned)


def _write_previous(message: pb.PreviousRoute, route: PreviousRoute, writing: Writing) -> None:
    message.vehicle_id = route.vehicle_id
    message.delivery_ids.extend(route.delivery_ids)
    message.pinned = writing.whole(route.pinned, "pinned")


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
        previous=reading.rows("previous", _read_previous, message.previous),
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
    writing.rows("previous", _write_previous, message.previous, request.previous)
