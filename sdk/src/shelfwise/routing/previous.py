"""The plan before, as where a new one starts from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from shelfwise.routing.draft import Draft
from shelfwise.types import Deadline, Route, RouteRequest

__all__ = ["mended", "moved_stops"]


def mended(draft: Draft, request: RouteRequest, deadline: Deadline) -> None:
    """Make the previous plan hold again in an empty draft: drop what cannot be kept, put in what is new.

    Where the previous plan had reloads they are found anew.
    """
    numbers = {vehicle.vehicle_id: number for number, vehicle in enumerate(draft.vehicles)}
    routes = {}
    for previous in request.previous:
        rows = draft.problem.travel.deliveries.positions(previous.delivery_ids).tolist()
        if previous.vehicle_id in numbers:
            routes[numbers[previous.vehicle_id]] = [[row for row in rows if row >= 0]]
    draft.take(routes)
    draft.insert_all(deadline)


def moved_stops(request: RouteRequest, routes: Sequence[Route]) -> int:
    """Return how many deliveries of the previous plan are still made, but by another vehicle or in another order.

    Of a vehicle's deliveries, the most that keep their order have not moved.
    """
    now = {route.vehicle_id: route.delivery_ids for route in routes}
    made = {delivery_id for ids in now.values() for delivery_id in ids}
    moved = 0
    for previous in request.previous:
        place = {delivery_id: at for at, delivery_id in enumerate(now.get(previous.vehicle_id, ()))}
        still = [delivery_id for delivery_id in previous.delivery_ids if delivery_id in made]
        moved += len(still) - _longest_rise([place[delivery_id] for delivery_id in still if delivery_id in place])
    return moved


def _longest_rise(values: Sequence[int]) -> int:
    """Return the length of the longest rising subsequence."""
    tails: list[int] = []
    for value in values:
        at = bisect_left(tails, value)
        tails[at : at + 1] = [value]
    return len(tails)
