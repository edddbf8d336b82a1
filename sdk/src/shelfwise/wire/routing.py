"""The routes of the answer, what is left out of them, and how good they are."""

from __future__ import annotations

from shelfwise.types import Obstacle, Route, RoutingReport, SkippedDelivery, SkipReason, Stop, StopKind
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.reading import Reading
from shelfwise.wire.words import Words
from shelfwise.wire.writing import Writing

SKIP_REASONS = Words(pb.SkipReason, SkipReason)
STOP_KINDS = Words(pb.StopKind, StopKind)


def _read_stop(message: pb.Stop, reading: Reading) -> Stop:
    return Stop(
        delivery_id=message.delivery_id,
        arrives_at=reading.moment(message.arrives_at, "arrives_at"),
        wait_minutes=message.wait_minutes,
        distance_km=message.distance_km,
        load=message.load,
        # A peer from before there were kinds of stop knows nothing but deliveries, and sends none.
        kind=reading.word(STOP_KINDS, message.kind, "kind") if message.kind else StopKind.DELIVERY,
        minutes=message.minutes,
        late_minutes=message.late_minutes,
    )


def _write_stop(message: pb.Stop, stop: Stop, writing: Writing) -> None:
    message.delivery_id = stop.delivery_id
    writing.moment(message.arrives_at, stop.arrives_at, "arrives_at")
    message.wait_minutes = stop.wait_minutes
    message.distance_km = stop.distance_km
    message.load = stop.load
    message.kind = STOP_KINDS.number[stop.kind]
    message.minutes = stop.minutes
    message.late_minutes = stop.late_minutes


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
        late_cost=reading.money(message.late_cost, "late_cost"),
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
    writing.money(message.late_cost, route.late_cost, "late_cost")


def _read_obstacle(message: pb.Obstacle, reading: Reading) -> Obstacle:
    return Obstacle(
        vehicle_id=message.vehicle_id,
        reason=reading.word(SKIP_REASONS, message.reason, "reason"),
        amount=message.amount if message.HasField("amount") else None,
        unit=message.unit,
        text=message.text,
    )


def _write_obstacle(message: pb.Obstacle, obstacle: Obstacle, _writing: Writing) -> None:
    message.vehicle_id = obstacle.vehicle_id
    message.reason = SKIP_REASONS.number[obstacle.reason]
    if obstacle.amount is not None:
        message.amount = obstacle.amount
    message.unit = obstacle.unit
    message.text = obstacle.text


def read_skipped(message: pb.SkippedDelivery, reading: Reading) -> SkippedDelivery:
    """Read a delivery that is in no route."""
    return SkippedDelivery(
        delivery_id=message.delivery_id,
        reason=reading.word(SKIP_REASONS, message.reason, "reason"),
        text=message.text,
        obstacles=reading.rows("obstacles", _read_obstacle, message.obstacles),
        remedy=reading.part("remedy", _read_obstacle, message.remedy) if message.HasField("remedy") else None,
    )


def write_skipped(message: pb.SkippedDelivery, skipped: SkippedDelivery, writing: Writing) -> None:
    """Write a delivery that is in no route."""
    message.delivery_id = skipped.delivery_id
    message.reason = SKIP_REASONS.number[skipped.reason]
    message.text = skipped.text
    writing.rows("obstacles", _write_obstacle, message.obstacles, skipped.obstacles)
    if skipped.remedy is not None:
        writing.part("remedy", _write_obstacle, message.remedy, skipped.remedy)


def read_routing(message: pb.RoutingReport, reading: Reading) -> RoutingReport:
    """Read how good the routes are."""
    bounded = message.HasField("lower_bound")
    return RoutingReport(
        solver=message.solver,
        cost=reading.money(message.cost, "cost"),
        lower_bound=reading.money(message.lower_bound, "lower_bound") if bounded else None,
        moved_stops=message.moved_stops if message.HasField("moved_stops") else None,
    )


def write_routing(message: pb.RoutingReport, report: RoutingReport, writing: Writing) -> None:
    """Write how good the routes are."""
    message.solver = report.solver
    writing.money(message.cost, report.cost, "cost")
    if report.lower_bound is not None:
        writing.money(message.lower_bound, report.lower_bound, "lower_bound")
    if report.moved_stops is not None:
        message.moved_stops = writing.whole(report.moved_stops, "moved_stops")
