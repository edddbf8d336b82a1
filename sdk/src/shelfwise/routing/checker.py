"""Whether a plan of routes holds, worked out afresh from the request: no solver has a hand in it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.travel import Travel
from shelfwise.types import Delivery, Route, RoutePlan, RouteRequest, SkipReason, State, Vehicle

__all__ = ["TIME_TOLERANCE_MINUTES", "check_routes"]

TIME_TOLERANCE_MINUTES = 1.0 / 60.0
"""A second: what rounding of times may amount to."""

_RELATIVE, _ABSOLUTE = 1e-6, 1e-4
"""What rounding of amounts, distances and loads may amount to."""

_CAPACITIES = (("capacity", "quantity", "units"), ("capacity_kg", "weight_kg", "kg"), ("capacity_l", "volume_l", "l"))


def check_routes(
    request: RouteRequest,
    state: State,
    deliveries: tuple[Delivery, ...],
    plan: RoutePlan,
    travel: Travel | None = None,
) -> tuple[str, ...]:
    """Return in words everything that is wrong with a plan; nothing where it holds.

    Each delivery is in exactly one route or skipped; each vehicle is used at most once, within its shift and
    capacities; windows hold; distances, times, loads and costs are those that follow from the stops. ``request``
    names its vehicles; ``travel`` saves working it out again where it is at hand.
    """
    travel = travel or Travel.of(request, state, deliveries)
    orders = {delivery.delivery_id: delivery for delivery in deliveries}
    vehicles = {vehicle.vehicle_id: vehicle for vehicle in request.vehicles or ()}
    problems = [*_coverage(orders, plan), *_reasons(orders, plan), *_fleet(vehicles, plan)]
    sound = [
        route
        for route in plan.routes
        if route.vehicle_id in vehicles and all(stop.delivery_id in orders for stop in route.stops)
    ]
    for route, legs in zip(sound, _legs(travel, vehicles, sound), strict=True):
        check = _Check(route, vehicles[route.vehicle_id], [orders[stop.delivery_id] for stop in route.stops], legs)
        problems += [f"route of {route.vehicle_id}: {problem}" for problem in check.problems()]
    return tuple(problems)


def _coverage(orders: Mapping[str, Delivery], plan: RoutePlan) -> Iterator[str]:
    routed = Counter(stop.delivery_id for route in plan.routes for stop in route.stops)
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


def _legs(
    travel: Travel, vehicles: Mapping[str, Vehicle], routes: Sequence[Route]
) -> Iterator[tuple[list[float], list[float]]]:
    """Yield km and minutes of the legs of each route, all of them looked up in one go."""
    origins: list[NDArray[np.int64]] = []
    destinations: list[NDArray[np.int64]] = []
    for route in routes:
        depot = travel.depots.position(vehicles[route.vehicle_id].node_id)
        stops = travel.deliveries.positions(stop.delivery_id for stop in route.stops) + len(travel.depots)
        rows = np.concatenate(([depot], stops, [depot]))
        origins.append(rows[:-1])
        destinations.append(rows[1:])
    if not routes:
        return
    lengths = [len(rows) for rows in origins]
    speeds = np.repeat([vehicles[route.vehicle_id].speed_kmh for route in routes], lengths)
    start, end = np.concatenate(origins), np.concatenate(destinations)
    km, minutes = travel.distance_km(start, end), travel.duration_minutes(start, end, speeds)
    cuts = np.cumsum(lengths)[:-1]
    for own_km, own_minutes in zip(np.split(km, cuts), np.split(minutes, cuts), strict=True):
        yield own_km.tolist(), own_minutes.tolist()


@attrs.frozen
class _Check:
    """One route against its vehicle, the deliveries in the order of its stops, and the legs between them."""

    route: Route
    vehicle: Vehicle
    orders: list[Delivery]
    legs: tuple[list[float], list[float]]

    def problems(self) -> Iterator[str]:
        if not self.orders:
            yield "it has no stops"
            return
        if not all(map(math.isfinite, self.legs[0] + self.legs[1])):
            yield "a place on it has no known location"
            return
        yield from self._places()
        yield from self._loads()
        yield from self._times()
        yield from self._amounts()

    def _places(self) -> Iterator[str]:
        if self.route.node_id != self.vehicle.node_id:
            yield f"it starts at {self.route.node_id}, but the vehicle stands at {self.vehicle.node_id}"
        for order in self.orders:
            if order.node_id not in ("", self.vehicle.node_id):
                yield f"delivery {order.delivery_id} comes from {order.node_id}, not from {self.vehicle.node_id}"

    def _loads(self) -> Iterator[str]:
        for name, amount, unit in _CAPACITIES:
            capacity = getattr(self.vehicle, name)
            total = math.fsum(getattr(order, amount) for order in self.orders)
            if capacity is not None and total > capacity + _slack(capacity):
                yield f"it carries {total:g} {unit}, above the capacity of {capacity:g}"
        left = math.fsum(order.quantity for order in self.orders)
        for stop, order in zip(self.route.stops, self.orders, strict=True):
            if _differ(stop.load, left):
                yield f"stop {order.delivery_id}: load {stop.load:g}, but {left:g} units are on board"
            left -= order.quantity

    def _times(self) -> Iterator[str]:
        route, vehicle = self.route, self.vehicle
        if vehicle.shift_start and _minutes(route.departs_at, vehicle.shift_start) > TIME_TOLERANCE_MINUTES:
            yield f"it departs at {route.departs_at}, before the shift starts at {vehicle.shift_start}"
        if vehicle.shift_end and _minutes(vehicle.shift_end, route.returns_at) > TIME_TOLERANCE_MINUTES:
            yield f"it returns at {route.returns_at}, after the shift ends at {vehicle.shift_end}"
        leaves, gone = route.departs_at, 0.0
        for stop, order, minutes in zip(route.stops, self.orders, self.legs[1], strict=False):
            gone += minutes
            if abs(_minutes(leaves, stop.arrives_at) - minutes) > TIME_TOLERANCE_MINUTES:
                yield f"stop {order.delivery_id}: arrives at {stop.arrives_at}, {minutes:.2f} minutes after {leaves}"
            if not 0.0 <= stop.wait_minutes < math.inf:
                yield f"stop {order.delivery_id}: waits {stop.wait_minutes} minutes"
                return
            starts = stop.arrives_at + timedelta(minutes=stop.wait_minutes)
            if order.window_start and _minutes(starts, order.window_start) > TIME_TOLERANCE_MINUTES:
                yield f"stop {order.delivery_id}: served at {starts}, before its window starts at {order.window_start}"
            if order.window_end and _minutes(order.window_end, starts) > TIME_TOLERANCE_MINUTES:
                yield f"stop {order.delivery_id}: served at {starts}, after its window ends at {order.window_end}"
            gone += stop.wait_minutes + order.service_minutes
            leaves = starts + timedelta(minutes=order.service_minutes)
        gone += self.legs[1][-1]
        if abs(_minutes(route.departs_at, route.returns_at) - gone) > TIME_TOLERANCE_MINUTES:
            yield f"it returns at {route.returns_at}, but travel, waits and service take {gone:.2f} minutes"

    def _amounts(self) -> Iterator[str]:
        route, vehicle, km = self.route, self.vehicle, self.legs[0]
        for stop, leg in zip(route.stops, km, strict=False):
            if _differ(stop.distance_km, leg):
                yield f"stop {stop.delivery_id}: {stop.distance_km:g} km from the place before, but it is {leg:g}"
        hours = _minutes(route.departs_at, route.returns_at) / 60.0
        for name, stated, right in (
            ("distance_km", route.distance_km, math.fsum(km)),
            ("fixed_cost", route.fixed_cost, vehicle.fixed_cost),
            ("distance_cost", route.distance_cost, vehicle.cost_per_km * math.fsum(km)),
            ("time_cost", route.time_cost, vehicle.cost_per_hour * hours),
        ):
            if _differ(stated, right):
                yield f"{name} is {stated:g}, but it comes to {right:g}"


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60.0


def _slack(value: float) -> float:
    return _ABSOLUTE + _RELATIVE * abs(value)


def _differ(stated: float, right: float) -> bool:
    return not abs(stated - right) <= _slack(right)
