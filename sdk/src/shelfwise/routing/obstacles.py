"""What keeps a delivery from each vehicle, and the smallest change that would let it in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import attrs

from shelfwise.routing.checker import check_routes
from shelfwise.routing.draft import Draft
from shelfwise.routing.limits import LIMITS, Limit
from shelfwise.routing.pricing import Trips, fits
from shelfwise.routing.schedule import schedule
from shelfwise.types import Deadline, Delivery, Obstacle, Route, RoutePlan, RouteRequest, SkipReason, Vehicle

__all__ = ["Obstructed", "obstructed"]

_PLACES = 4
"""Places in a route that are tried for each limit, those of the shortest ways first."""
_CLOSE = 4
"""Vehicles whose obstacles are measured, those with the shortest ways; of the others only the kind is told."""
_LARGE = 100.0
"""Changes from which on whole numbers are told."""
_MARGIN = 1e-3
"""More than measured, for rounding of times and loads."""


@attrs.frozen
class Obstructed:
    """What stands in the way of each vehicle, and the smallest change that was found to let the delivery in."""

    obstacles: tuple[Obstacle, ...]
    remedy: Obstacle | None


def obstructed(draft: Draft, request: RouteRequest, row: int, deadline: Deadline) -> Obstructed:
    """Return what keeps the delivery of a row out of the routes of a draft.

    A change is of one limit of the delivery or of one vehicle. It is verified: with it, the checker finds nothing wrong
    with the vehicle's route that makes the delivery, and that costs less than leaving it out. A vehicle that could make
    it as things are is told with :attr:`SkipReason.COST` and what it costs more than leaving it out, or with
    :attr:`SkipReason.TIME_LIMIT`. What is pinned to a vehicle that cannot make it is in the way of itself: for that
    nothing is sought, nor is anything once the ``deadline`` has passed.
    """
    told = [Obstacle(one.vehicle_id, _kind(draft, row, number)) for number, one in enumerate(draft.vehicles)]
    measured: list[tuple[float, Obstacle]] = []
    if deadline.expired or row in draft.unkept:
        return Obstructed(tuple(told), None)
    able = [number for number in range(len(told)) if _never(draft, row, number) is None]
    ways = {number: _ways(draft, row, number) for number in able}
    for number in sorted(able, key=lambda number: ways[number][0][0]):
        options = [trips for _, trips in ways[number][:_PLACES]]
        changes = list(_changes(draft, request, row, number, options, deadline))
        if changes:
            measured.append(min(changes, key=lambda change: change[0]))
            told[number] = measured[-1][1]
        if len(measured) == _CLOSE or deadline.expired:
            break
    size, smallest = min(measured, key=lambda change: change[0], default=(math.inf, None))
    return Obstructed(tuple(told), smallest if size < math.inf else None)


def _ways(draft: Draft, row: int, vehicle: int) -> list[tuple[float, Trips]]:
    """Return the routes of a vehicle with the delivery put in, behind what is pinned, the shortest way first."""
    trips, pinned = draft.trips[vehicle], len(draft.pinned.get(vehicle, ()))
    if not trips:
        return [(draft.way(vehicle, -1, row, -1), [[row]])]
    ways, before = [], 0
    for number, trip in enumerate(trips):
        for at in range(len(trip) + 1):
            if before + at >= pinned:
                left, right = (trip[at - 1] if at else -1), (trip[at] if at < len(trip) else -1)
                changed = [*trips[:number], [*trip[:at], row, *trip[at:]], *trips[number + 1 :]]
                ways.append((draft.way(vehicle, left, row, right), changed))
        before += len(trip)
    return sorted(ways, key=lambda way: way[0])


def _never(draft: Draft, row: int, number: int) -> SkipReason | None:
    """Return why a vehicle could not make a delivery whatever its limits were."""
    problem, delivery, vehicle = draft.problem, draft.problem.deliveries[row], draft.vehicles[number]
    if delivery.node_id not in ("", vehicle.node_id):
        return SkipReason.NO_VEHICLE
    if not set(delivery.skills) <= set(vehicle.skills):
        return SkipReason.SKILL
    depot = int(problem.types.depot[draft.kind[number]]) - len(problem)
    located = problem.travel.located
    if not located[len(problem.travel.depots) + row] or not located[depot]:
        return SkipReason.LOCATION
    return SkipReason.WINDOW if problem.opens[row] > problem.closes[row] else None


def _changes(
    draft: Draft, request: RouteRequest, row: int, number: int, options: Sequence[Trips], deadline: Deadline
) -> Iterator[tuple[float, Obstacle]]:
    """Yield the verified changes that let a vehicle make a delivery, and how large each is beside what there is.

    Where making it would cost more than leaving it out all the same, the change is inf.
    """
    delivery, vehicle = draft.problem.deliveries[row], draft.vehicles[number]
    worth = draft.cost[number] + (math.inf if delivery.skip_cost is None else delivery.skip_cost)
    for trips in options:
        if _route(draft, request, trips, delivery, vehicle) is not None:
            yield _price(draft, row, number, trips)
            return
        for limit in LIMITS:
            if deadline.expired:
                return
            loose = limit.loosened(delivery, vehicle)
            route = None if loose is None else _route(draft, request, trips, *loose)
            if route is None:
                continue
            orders = {one.delivery_id: one for one in draft.problem.deliveries}
            amount = limit.excess(delivery, vehicle, route, orders)
            more = amount if limit.unit == "stops" else amount + _MARGIN
            raised = _route(draft, request, trips, *limit.raised(delivery, vehicle, more)) if amount > 0 else None
            if raised is not None:
                over = raised.cost - worth
                size = limit.share(delivery, vehicle, more) if over < 0 else math.inf
                yield size, _obstacle(limit, vehicle, more, over)


def _price(draft: Draft, row: int, number: int, trips: Trips) -> tuple[float, Obstacle]:
    """Return what keeps a delivery out that a vehicle can make: its cost, or the time that the search had."""
    vehicle, left_out = draft.vehicles[number], float(draft.problem.skip_cost[row])
    over = draft.price(number, trips) - draft.cost[number] - left_out
    if over > 0:
        text = f"Making it adds {over + left_out:.2f} to the cost; leaving it out costs {left_out:.2f}."
        return over / (over + left_out), Obstacle(vehicle.vehicle_id, SkipReason.COST, over, "currency", text)
    return 0.0, Obstacle(vehicle.vehicle_id, SkipReason.TIME_LIMIT, text="It can make it; more time would have told.")


def _obstacle(limit: Limit, vehicle: Vehicle, amount: float, over: float) -> Obstacle:
    what = limit.name.removesuffix("d_at").replace("_", " ")
    whose = f"the {what} of {vehicle.vehicle_id}" if limit.of_vehicle else f"its {what}"
    size = f"{amount:.3g}" if amount < _LARGE else f"{amount:.0f}"
    if limit.unit == "stops":
        changed = f"raised by {size}"
    elif limit.unit != "minutes" or limit.name == "max_minutes":
        changed = f"raised by {size} {limit.unit}"
    else:
        changed = f"{size} minutes {'earlier' if limit.downward else 'later'}"
    text = f"With {whose} {changed}, {vehicle.vehicle_id} can make it"
    text += "." if over < 0 else f", for {over:.2f} more than leaving it out costs."
    return Obstacle(vehicle.vehicle_id, limit.reason, amount, limit.unit, text)


def _route(draft: Draft, request: RouteRequest, trips: Trips, delivery: Delivery, vehicle: Vehicle) -> Route | None:
    """Return the route of a vehicle that makes the delivery as it is given, or None where the checker objects."""
    problem = draft.problem
    as_given = {delivery.delivery_id: delivery}
    stops = [[as_given.get(d.delivery_id, d) for d in (problem.deliveries[row] for row in trip)] for trip in trips]
    route = schedule(problem.travel, problem.state, vehicle, *stops)
    if route is None:
        return None
    alone = attrs.evolve(request, vehicles=(vehicle,), previous=())
    made = tuple(one for trip in stops for one in trip)
    return None if check_routes(alone, problem.state, made, RoutePlan([route]), problem.travel) else route


def _kind(draft: Draft, row: int, number: int) -> SkipReason:
    """Return what kind of obstacle most likely keeps a delivery from a vehicle, without measuring it."""
    never = _never(draft, row, number)
    if never is not None:
        return never
    problem, kind = draft.problem, draft.kind[number]
    trips = draft.trips[number] or [[]]
    if sum(map(len, trips)) >= problem.types.most_stops[kind]:
        return SkipReason.STOPS
    if not any(fits(problem, kind, [*trip, row]) for trip in trips):
        return SkipReason.CAPACITY
    delivery = problem.deliveries[row]
    return SkipReason.WINDOW if delivery.window_start or delivery.window_end else SkipReason.SHIFT
