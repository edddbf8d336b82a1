"""Whether one route is what its vehicle can drive, and says of itself what follows from its stops."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from shelfwise.types import Break, Delivery, Route, Stop, StopKind, Vehicle

__all__ = ["TIME_TOLERANCE_MINUTES", "RouteCheck"]

TIME_TOLERANCE_MINUTES = 1.0 / 60.0
"""A second: what rounding of times may amount to."""

_RELATIVE, _ABSOLUTE = 1e-6, 1e-4
"""What rounding of amounts, distances and loads may amount to."""

_CAPACITIES = (("capacity", "quantity", "units"), ("capacity_kg", "weight_kg", "kg"), ("capacity_l", "volume_l", "l"))


@attrs.frozen
class RouteCheck:
    """One route against its vehicle, all deliveries by id, and the legs between the places of the route."""

    route: Route
    vehicle: Vehicle
    orders: Mapping[str, Delivery]
    legs: tuple[list[float], list[float]]

    def problems(self) -> Iterator[str]:
        """Yield in words what is wrong."""
        if not self._served:
            yield "it has no stops"
            return
        if not all(map(math.isfinite, self.legs[0] + self.legs[1])):
            yield "a place on it has no known location"
            return
        if nonsense := list(self._nonsense()):
            yield from nonsense
            return
        yield from self._places()
        yield from self._loads()
        yield from self._times()
        yield from self._releases()
        yield from self._breaks()
        yield from self._lateness()
        yield from self._limits()
        yield from self._amounts()

    @property
    def _served(self) -> list[Delivery]:
        return [self.orders[delivery_id] for delivery_id in self.route.delivery_ids]

    def _nonsense(self) -> Iterator[str]:
        """Yield what is wrong with single stops; nothing else can be said of a route where something is."""
        for stop in self.route.stops:
            order = self.orders.get(stop.delivery_id)
            if order is None:
                kinds, minutes = [StopKind.RELOAD, StopKind.BREAK], stop.minutes
                if stop.kind == StopKind.RELOAD:
                    minutes = self.vehicle.reload_minutes
            else:
                kinds, minutes = [StopKind.PICKUP if order.pickup else StopKind.DELIVERY], order.service_minutes
            if stop.kind not in kinds:
                yield f"stop {_name(stop)}: is no {stop.kind}"
            if not 0.0 <= stop.wait_minutes < math.inf or _differ(stop.minutes, minutes):
                yield f"stop {_name(stop)}: waits {stop.wait_minutes} minutes and takes {stop.minutes}"

    def _places(self) -> Iterator[str]:
        vehicle = self.vehicle
        if self.route.node_id != vehicle.node_id:
            yield f"it starts at {self.route.node_id}, but the vehicle stands at {vehicle.node_id}"
        for order in self._served:
            if order.node_id not in ("", vehicle.node_id):
                way = "goes to" if order.pickup else "comes from"
                yield f"delivery {order.delivery_id} {way} {order.node_id}, not {way.split()[1]} {vehicle.node_id}"
            if lacking := sorted(set(order.skills) - set(vehicle.skills)):
                yield f"delivery {order.delivery_id} needs {', '.join(lacking)}, which the vehicle does not have"

    def _trips(self) -> list[list[Stop]]:
        trips: list[list[Stop]] = [[]]
        for stop in self.route.stops:
            if stop.kind == StopKind.RELOAD:
                trips.append([])
            elif stop.kind != StopKind.BREAK:
                trips[-1].append(stop)
        return trips

    def _loads(self) -> Iterator[str]:
        trips = self._trips()
        if len(trips) > self.vehicle.max_trips:
            yield f"it makes {len(trips)} trips, above the {self.vehicle.max_trips} it may make"
        for trip in trips:
            if not trip:
                yield "one of its trips has no stops"
            for name, amount, unit in _CAPACITIES:
                capacity = getattr(self.vehicle, name)
                most = max(self._on_board(trip, amount), default=0.0)
                if capacity is not None and most > capacity + _slack(capacity):
                    yield f"it carries {most:g} {unit}, above the capacity of {capacity:g}"
        yield from self._stated_loads()

    def _on_board(self, trip: Sequence[Stop], amount: str) -> Iterator[float]:
        """Yield what is on board from the beginning of a trip on, after each stop."""
        orders = [self.orders[stop.delivery_id] for stop in trip]
        load = math.fsum(getattr(order, amount) for order in orders if not order.pickup)
        yield load
        for order in orders:
            load += getattr(order, amount) if order.pickup else -getattr(order, amount)
            yield load

    def _stated_loads(self) -> Iterator[str]:
        loads = iter([load for trip in self._trips() for load in self._on_board(trip, "quantity")])
        load = next(loads)
        for stop in self.route.stops:
            if _differ(stop.load, load):
                yield f"stop {_name(stop)}: load {stop.load:g}, but {load:g} units are on board"
            if stop.kind != StopKind.BREAK:
                load = next(loads)

    def _times(self) -> Iterator[str]:
        route, vehicle = self.route, self.vehicle
        if vehicle.shift_start and _minutes(route.departs_at, vehicle.shift_start) > TIME_TOLERANCE_MINUTES:
            yield f"it departs at {route.departs_at}, before the shift starts at {vehicle.shift_start}"
        if vehicle.shift_end and _minutes(vehicle.shift_end, route.returns_at) > TIME_TOLERANCE_MINUTES:
            yield f"it returns at {route.returns_at}, after the shift ends at {vehicle.shift_end}"
        legs, leaves = iter(self.legs[1]), route.departs_at
        left = next(legs)
        for stop in route.stops:
            passed = _minutes(leaves, stop.arrives_at)
            if stop.kind == StopKind.BREAK:
                if not passed >= -TIME_TOLERANCE_MINUTES:
                    yield f"stop {_name(stop)}: begins at {stop.arrives_at}, before {leaves}"
                left -= min(passed, left)
            else:
                if abs(passed - left) > TIME_TOLERANCE_MINUTES:
                    yield f"stop {_name(stop)}: arrives at {stop.arrives_at}, {left:.2f} minutes after {leaves}"
                left = next(legs)
            leaves = stop.arrives_at + timedelta(minutes=stop.wait_minutes + stop.minutes)
        if abs(_minutes(leaves, route.returns_at) - left) > TIME_TOLERANCE_MINUTES:
            yield f"it returns at {route.returns_at}, {left:.2f} minutes after {leaves}"

    def _releases(self) -> Iterator[str]:
        """No trip leaves before all that it brings can."""
        leaves = self.route.departs_at
        for stop in self.route.stops:
            if stop.kind == StopKind.RELOAD:
                leaves = stop.arrives_at + timedelta(minutes=stop.wait_minutes + stop.minutes)
            released = self.orders[stop.delivery_id].released_at if stop.kind == StopKind.DELIVERY else None
            if released and _minutes(leaves, released) > TIME_TOLERANCE_MINUTES:
                yield f"stop {stop.delivery_id}: its trip leaves at {leaves}, before it is released at {released}"

    def _breaks(self) -> Iterator[str]:
        """Every break that is due is taken once, in order, in its window, for as long as it is."""
        taken = [stop for stop in self.route.stops if stop.kind == StopKind.BREAK]
        for rest in self.vehicle.breaks:
            if taken and self._is(taken[0], rest):
                taken.pop(0)
            elif (
                _minutes(self.route.departs_at, rest.latest) > TIME_TOLERANCE_MINUTES
                and _minutes(rest.latest, self.route.returns_at) > TIME_TOLERANCE_MINUTES
            ):
                yield f"it takes no break of {rest.minutes:g} minutes between {rest.earliest} and {rest.latest}"
        for stop in taken:
            yield f"the break at {stop.arrives_at} is none of the vehicle's"

    def _is(self, stop: Stop, rest: Break) -> bool:
        early, late = _minutes(stop.arrives_at, rest.earliest), _minutes(rest.latest, stop.arrives_at)
        as_long = abs(stop.minutes - rest.minutes) <= TIME_TOLERANCE_MINUTES
        return as_long and max(early, late) <= TIME_TOLERANCE_MINUTES and not stop.wait_minutes

    def _lateness(self) -> Iterator[str]:
        cost = 0.0
        for stop in self.route.stops:
            if not stop.delivery_id:
                continue
            order = self.orders[stop.delivery_id]
            starts = stop.arrives_at + timedelta(minutes=stop.wait_minutes)
            if order.window_start and _minutes(starts, order.window_start) > TIME_TOLERANCE_MINUTES:
                yield f"stop {order.delivery_id}: served at {starts}, before its window starts at {order.window_start}"
            late = _minutes(order.window_end, starts) if order.window_end else 0.0
            if late > TIME_TOLERANCE_MINUTES and order.late_cost_per_hour is None:
                yield f"stop {order.delivery_id}: served at {starts}, after its window ends at {order.window_end}"
            if abs(stop.late_minutes - max(late, 0.0)) > TIME_TOLERANCE_MINUTES:
                yield f"stop {order.delivery_id}: {stop.late_minutes:g} minutes late, but it is {max(late, 0.0):g}"
            cost += stop.late_minutes / 60.0 * (order.late_cost_per_hour or 0.0)
        if _differ(self.route.late_cost, cost):
            yield f"late_cost is {self.route.late_cost:g}, but it comes to {cost:g}"

    def _limits(self) -> Iterator[str]:
        route, vehicle = self.route, self.vehicle
        for most, is_, what in (
            (vehicle.max_distance_km, math.fsum(self.legs[0]), "km"),
            (vehicle.max_minutes, _minutes(route.departs_at, route.returns_at), "minutes"),
            (vehicle.max_stops, len(self._served), "stops"),
        ):
            if most is not None and is_ > most + max(_slack(most), TIME_TOLERANCE_MINUTES):
                yield f"it makes {is_:g} {what}, above the limit of {most:g}"

    def _amounts(self) -> Iterator[str]:
        route, vehicle, km = self.route, self.vehicle, self.legs[0]
        stated, number = 0.0, 0
        for stop in route.stops:
            stated += stop.distance_km
            if stop.kind == StopKind.BREAK:
                continue
            if _differ(stated, km[number]):
                yield f"stop {_name(stop)}: {stated:g} km from the place before, but it is {km[number]:g}"
            stated, number = 0.0, number + 1
        hours = _minutes(route.departs_at, route.returns_at) / 60.0
        for name, given, right in (
            ("distance_km", route.distance_km, math.fsum(km)),
            ("fixed_cost", route.fixed_cost, vehicle.fixed_cost),
            ("distance_cost", route.distance_cost, vehicle.cost_per_km * math.fsum(km)),
            ("time_cost", route.time_cost, vehicle.cost_per_hour * hours),
        ):
            if _differ(given, right):
                yield f"{name} is {given:g}, but it comes to {right:g}"


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60.0


def _slack(value: float) -> float:
    return _ABSOLUTE + _RELATIVE * abs(value)


def _differ(stated: float, right: float) -> bool:
    return not abs(stated - right) <= _slack(right)


def _name(stop: Stop) -> str:
    return stop.delivery_id or str(stop.kind)
