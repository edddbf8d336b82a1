"""What binds a delivery or a vehicle, each limit with what a route uses of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from shelfwise.types import Delivery, Route, SkipReason, Stop, StopKind, Vehicle

__all__ = ["LIMITS", "Limit"]

Orders = Mapping[str, Delivery]

_DAY_MINUTES = 480.0
"""A working day, beside which changes of times are large or small."""


@attrs.frozen
class Limit:
    """An attribute of the vehicle, or else of the delivery, that says how much may be used; None is no limit.

    ``uses`` tells how much a route uses of it that makes the delivery of a stop.
    """

    name: str
    reason: SkipReason
    unit: str
    of_vehicle: bool
    uses: Callable[[Route, Orders, Stop], Any]
    downward: bool = False

    def loosened(self, delivery: Delivery, vehicle: Vehicle) -> tuple[Delivery, Vehicle] | None:
        """Return both without the limit; None where there is none."""
        if getattr(vehicle if self.of_vehicle else delivery, self.name) is None:
            return None
        none: dict[str, Any] = {self.name: None}
        if self.of_vehicle:
            return delivery, attrs.evolve(vehicle, **none)
        if self.name == "window_end":
            # Being late for nothing keeps it as near to the window as can be.
            return attrs.evolve(delivery, late_cost_per_hour=0.0), vehicle
        return attrs.evolve(delivery, **none), vehicle

    def excess(self, delivery: Delivery, vehicle: Vehicle, route: Route, orders: Orders) -> float:
        """Return what a route uses above the limit, in :attr:`unit`."""
        stop = next(stop for stop in route.stops if stop.delivery_id == delivery.delivery_id)
        limit, used = getattr(vehicle if self.of_vehicle else delivery, self.name), self.uses(route, orders, stop)
        over = (used - limit).total_seconds() / 60.0 if isinstance(limit, datetime) else float(used - limit)
        return -over if self.downward else over

    def share(self, delivery: Delivery, vehicle: Vehicle, amount: float) -> float:
        """Return how large a change is beside what there is."""
        limit = getattr(vehicle if self.of_vehicle else delivery, self.name)
        return amount / (_DAY_MINUTES if isinstance(limit, datetime) else limit or amount)

    def raised(self, delivery: Delivery, vehicle: Vehicle, amount: float) -> tuple[Delivery, Vehicle]:
        """Return both with a limit that allows so much more."""
        limit = getattr(vehicle if self.of_vehicle else delivery, self.name)
        more = -amount if self.downward else amount
        changed: dict[str, Any] = {
            self.name: limit + timedelta(minutes=more) if isinstance(limit, datetime) else limit + more
        }
        if self.of_vehicle:
            return delivery, attrs.evolve(vehicle, **changed)
        return attrs.evolve(delivery, **changed), vehicle


def _served(_route: Route, _orders: Orders, stop: Stop) -> datetime:
    return stop.arrives_at + timedelta(minutes=stop.wait_minutes)


def _left(route: Route, _orders: Orders, stop: Stop) -> datetime:
    """Return when the trip of a stop leaves the depot."""
    before = route.stops[: route.stops.index(stop)]
    reloads = [one for one in before if one.kind == StopKind.RELOAD]
    if not reloads:
        return route.departs_at
    return _served(route, _orders, reloads[-1]) + timedelta(minutes=reloads[-1].minutes)


def _most(amount: str) -> Callable[[Route, Orders, Stop], float]:
    def on_board(route: Route, orders: Orders, _stop: Stop) -> float:
        trips: list[list[Delivery]] = [[]]
        for stop in route.stops:
            if stop.kind == StopKind.RELOAD:
                trips.append([])
            elif stop.delivery_id:
                trips[-1].append(orders[stop.delivery_id])
        most = 0.0
        for trip in trips:
            load = sum(getattr(order, amount) for order in trip if not order.pickup)
            most = max(most, load)
            for order in trip:
                load += getattr(order, amount) * (1.0 if order.pickup else -1.0)
                most = max(most, load)
        return most

    return on_board


LIMITS = (
    Limit("capacity", SkipReason.CAPACITY, "units", True, _most("quantity")),
    Limit("capacity_kg", SkipReason.CAPACITY, "kg", True, _most("weight_kg")),
    Limit("capacity_l", SkipReason.CAPACITY, "l", True, _most("volume_l")),
    Limit("window_end", SkipReason.WINDOW, "minutes", False, _served),
    Limit("window_start", SkipReason.WINDOW, "minutes", False, _served, downward=True),
    Limit("released_at", SkipReason.WINDOW, "minutes", False, _left, downward=True),
    Limit("shift_end", SkipReason.SHIFT, "minutes", True, lambda route, _orders, _stop: route.returns_at),
    Limit(
        "max_minutes",
        SkipReason.SHIFT,
        "minutes",
        True,
        lambda route, _orders, _stop: (route.returns_at - route.departs_at).total_seconds() / 60.0,
    ),
    Limit("max_distance_km", SkipReason.DISTANCE, "km", True, lambda route, _orders, _stop: route.distance_km),
    Limit("max_stops", SkipReason.STOPS, "stops", True, lambda route, _orders, _stop: len(route.delivery_ids)),
)
