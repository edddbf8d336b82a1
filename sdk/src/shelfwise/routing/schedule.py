"""From the order of the stops to a route with times, loads and costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import numpy as np

from shelfwise.routing.timing import ANY_TIME, Segment, join_one
from shelfwise.routing.travel import Travel
from shelfwise.types import Delivery, Route, State, Stop, Vehicle

__all__ = ["minutes_since", "preferred_departure", "schedule", "shift_minutes"]

_START_HOUR = 8
"""When a vehicle without a shift leaves on the first day of the plan, unless a window asks for another hour."""


def minutes_since(origin: datetime, moment: datetime | None, otherwise: float) -> float:
    """Return the minutes from ``origin`` to ``moment``, or ``otherwise`` where there is none."""
    return otherwise if moment is None else (moment - origin).total_seconds() / 60.0


def shift_minutes(vehicle: Vehicle, origin: datetime) -> tuple[float, float]:
    """Return the earliest departure and the latest return of a vehicle in minutes since ``origin``.

    A vehicle without the start of a shift may leave from ``origin`` on.
    """
    start = minutes_since(origin, vehicle.shift_start, min(0.0, minutes_since(origin, vehicle.shift_end, 0.0)))
    return start, minutes_since(origin, vehicle.shift_end, ANY_TIME)


def preferred_departure(vehicle: Vehicle, state: State) -> float:
    """Return when a vehicle leaves if nothing speaks against it, in minutes since ``state.as_of``."""
    if vehicle.shift_start is not None:
        return minutes_since(state.as_of, vehicle.shift_start, 0.0)
    return minutes_since(state.as_of, datetime.combine(state.starts_on, time(_START_HOUR), tzinfo=UTC), 0.0)


def schedule(travel: Travel, state: State, vehicle: Vehicle, stops: Sequence[Delivery]) -> Route | None:
    """Return the route that makes ``stops`` in the given order, or None where no departure keeps shift and windows.

    Of the departures with which the whole takes least time, the vehicle takes the earliest in its shift or, without
    a shift, the one nearest to eight o'clock (UTC) of the plan's first day. Capacities are not looked at.
    """
    origin = state.as_of
    depot = travel.depots.position(vehicle.node_id)
    rows = np.array([depot, *(len(travel.depots) + travel.deliveries.positions(d.delivery_id for d in stops)), depot])
    km = travel.distance_km(rows[:-1], rows[1:]).tolist()
    minutes = travel.duration_minutes(rows[:-1], rows[1:], vehicle.speed_kmh).tolist()
    opens, closes = shift_minutes(vehicle, origin)
    yard = Segment(0.0, opens, closes)
    visits = [
        Segment(
            delivery.service_minutes,
            minutes_since(origin, delivery.window_start, -ANY_TIME),
            minutes_since(origin, delivery.window_end, ANY_TIME),
        )
        for delivery in stops
    ]
    whole = yard
    for visit, leg in zip((*visits, yard), minutes, strict=True):
        whole = join_one(whole, visit, leg)
    if not np.isfinite(whole.duration):
        return None
    departs = min(max(preferred_departure(vehicle, state), whole.earliest), whole.latest)
    return _route(vehicle, stops, visits, km, minutes, origin, departs)


def _route(
    vehicle: Vehicle,
    deliveries: Sequence[Delivery],
    visits: Sequence[Segment],
    km: Sequence[float],
    minutes: Sequence[float],
    origin: datetime,
    departs: float,
) -> Route:
    clock, load, stops = departs, sum(delivery.quantity for delivery in deliveries), []
    for delivery, visit, leg_km, leg in zip(deliveries, visits, km[:-1], minutes[:-1], strict=True):
        clock += leg
        wait = max(visit.earliest - clock, 0.0)
        stops.append(Stop(delivery.delivery_id, origin + timedelta(minutes=clock), wait, leg_km, load))
        clock += wait + visit.duration
        load = max(load - delivery.quantity, 0.0)
    clock += minutes[-1]
    return Route(
        vehicle_id=vehicle.vehicle_id,
        node_id=vehicle.node_id,
        departs_at=origin + timedelta(minutes=departs),
        returns_at=origin + timedelta(minutes=clock),
        stops=stops,
        distance_km=sum(km),
        fixed_cost=vehicle.fixed_cost,
        distance_cost=vehicle.cost_per_km * sum(km),
        time_cost=vehicle.cost_per_hour * (clock - departs) / 60.0,
    )
