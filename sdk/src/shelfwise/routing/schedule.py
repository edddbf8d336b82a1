"""From the order of the stops to a route with times, loads and costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import attrs
import numpy as np

from shelfwise.routing.timeline import Pause, Shift, Timeline, Visit, arrange
from shelfwise.routing.timing import ANY_TIME
from shelfwise.routing.travel import Travel
from shelfwise.types import Delivery, Route, State, Stop, StopKind, Vehicle

__all__ = [
    "leaving",
    "minutes_since",
    "preferred_departure",
    "released_minutes",
    "reloading",
    "schedule",
    "shift_minutes",
    "shift_of",
    "visit_of",
]

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


def shift_of(vehicle: Vehicle, state: State) -> Shift:
    """Return what binds a vehicle in time, in minutes since ``state.as_of``; a minute costs what it does."""
    origin = state.as_of
    opens, closes = shift_minutes(vehicle, origin)
    return Shift(
        opens,
        closes,
        most=np.inf if vehicle.max_minutes is None else vehicle.max_minutes,
        pauses=tuple(
            Pause(minutes_since(origin, rest.earliest, 0.0), minutes_since(origin, rest.latest, 0.0), rest.minutes)
            for rest in vehicle.breaks
        ),
        preferred=preferred_departure(vehicle, state),
        rate=vehicle.cost_per_hour / 60.0,
    )


def visit_of(delivery: Delivery, origin: datetime) -> Visit:
    """Return a delivery as a visit, in minutes since ``origin``."""
    return Visit(
        delivery.service_minutes,
        minutes_since(origin, delivery.window_start, -ANY_TIME),
        minutes_since(origin, delivery.window_end, ANY_TIME),
        np.inf if delivery.late_cost_per_hour is None else delivery.late_cost_per_hour / 60.0,
    )


def released_minutes(delivery: Delivery, origin: datetime) -> float:
    """Return when a delivery can leave the depot, in minutes since ``origin``; a pickup is there at any time."""
    return minutes_since(origin, None if delivery.pickup else delivery.released_at, -ANY_TIME)


def leaving(shift: Shift, released: float) -> Shift:
    """Return a shift in which the vehicle does not leave before what its first trip brings is ``released``."""
    return attrs.evolve(shift, opens=max(shift.opens, released))


def reloading(minutes: float, released: float) -> Visit:
    """Return a reload of so many minutes that is not over before what the next trip brings is ``released``."""
    return Visit(minutes, released - minutes, ANY_TIME)


def schedule(travel: Travel, state: State, vehicle: Vehicle, *trips: Sequence[Delivery]) -> Route | None:
    """Return the route that makes ``trips``, each in the given order, or None where no departure keeps the times.

    Of the departures with which the whole takes least time, the vehicle takes the earliest in its shift or, without
    a shift, the one nearest to eight o'clock (UTC) of the plan's first day. Shift, windows, releases, breaks and
    ``max_minutes`` are kept; capacities, skills, kilometres and the numbers of stops and trips are not looked at.
    """
    depot = travel.depots.position(vehicle.node_id)
    activities: list[Delivery | None] = []
    for trip in trips:
        activities += [*([None] if activities else []), *trip]
    rows = [
        depot if stop is None else len(travel.depots) + travel.deliveries.position(stop.delivery_id)
        for stop in activities
    ]
    places = np.array([depot, *rows, depot])
    km = travel.distance_km(places[:-1], places[1:]).tolist()
    minutes = travel.duration_minutes(places[:-1], places[1:], vehicle.speed_kmh).tolist()
    if vehicle.ends_anywhere:
        km[-1] = minutes[-1] = 0.0
    released = [
        max((released_minutes(stop, state.as_of) for stop in trip), default=-ANY_TIME) for trip in trips or ((),)
    ]
    reloads = iter([reloading(vehicle.reload_minutes, moment) for moment in released[1:]])
    visits = [next(reloads) if stop is None else visit_of(stop, state.as_of) for stop in activities]
    timeline = arrange(leaving(shift_of(vehicle, state), released[0]), visits, minutes)
    return None if timeline is None else _route(vehicle, trips, activities, visits, km, minutes, state.as_of, timeline)


def _route(
    vehicle: Vehicle,
    trips: Sequence[Sequence[Delivery]],
    activities: Sequence[Delivery | None],
    visits: Sequence[Visit],
    km: Sequence[float],
    minutes: Sequence[float],
    origin: datetime,
    timeline: Timeline,
) -> Route:
    loads = [sum(stop.quantity for stop in trip if not stop.pickup) for trip in trips]
    load, trip, stops = loads[0] if loads else 0.0, 0, []
    pauses, late_cost = list(timeline.pauses), 0.0
    for number in range(len(activities) + 1):
        left, whole = km[number], minutes[number]
        while pauses and pauses[0][0] == number:
            _, start, driven, pause = pauses.pop(0)
            part = km[number] * driven / whole if whole else 0.0
            stops.append(Stop("", origin + timedelta(minutes=start), 0.0, part, load, StopKind.BREAK, pause.minutes))
            left -= part
        if number == len(activities):
            break
        stop, visit, late = activities[number], visits[number], timeline.late[number]
        late = late if late > 1e-6 else 0.0
        kind = StopKind.RELOAD if stop is None else StopKind.PICKUP if stop.pickup else StopKind.DELIVERY
        stops.append(
            Stop(
                delivery_id="" if stop is None else stop.delivery_id,
                arrives_at=origin + timedelta(minutes=timeline.arrives[number]),
                wait_minutes=timeline.waits[number],
                distance_km=left,
                load=load,
                kind=kind,
                minutes=visit.minutes,
                late_minutes=late,
            )
        )
        if stop is None:
            trip += 1
            load = loads[trip]
        else:
            load = load + stop.quantity if stop.pickup else max(load - stop.quantity, 0.0)
            late_cost += late * (0.0 if visit.late_rate == np.inf else visit.late_rate)
    return Route(
        vehicle_id=vehicle.vehicle_id,
        node_id=vehicle.node_id,
        departs_at=origin + timedelta(minutes=timeline.departs),
        returns_at=origin + timedelta(minutes=timeline.ends),
        stops=stops,
        distance_km=sum(km),
        fixed_cost=vehicle.fixed_cost,
        distance_cost=vehicle.cost_per_km * sum(km),
        time_cost=vehicle.cost_per_hour * (timeline.ends - timeline.departs) / 60.0,
        late_cost=late_cost,
    )
