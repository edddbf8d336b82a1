"""A problem of PyVRP with what it takes to read its solutions as trips, and to write trips as a solution."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from pyvrp import Activity, ActivityType, ProblemData, Route, Solution

from shelfwise.routing.pricing import Trips
from shelfwise.routing.problem import Ints
from shelfwise_router_pyvrp.units import Units

__all__ = ["Translation"]

_HIGHEST = 10**11
"""What a step too much costs at most, so that millions of them still are a whole number of 64 bits."""


@attrs.frozen(eq=False)
class Translation:
    """A problem whose clients are the deliveries in ``rows``: those that some vehicle could make.

    ``vehicles`` are the numbers in the request of the vehicles of each type. ``units`` are its steps. ``approximated``
    names the fields of the request that it does not hold to.
    """

    data: ProblemData
    vehicles: tuple[tuple[int, ...], ...]
    rows: Ints
    units: Units
    approximated: tuple[str, ...]

    @property
    def penalties(self) -> tuple[list[float], float, float]:
        """What a step too much of each load, a minute and a km too many cost: as much as a delivery left out."""
        dearest = float(min(max((client.prize for client in self.data.clients()), default=0), _HIGHEST))
        return [dearest] * self.data.num_load_dimensions, dearest / self.units.minutes, dearest / self.units.km

    def routes(self, solution: Solution) -> dict[int, Trips]:
        """Return the trips of each vehicle that a solution sends out, by its number in the request."""
        waiting = [iter(numbers) for numbers in self.vehicles]
        routes: dict[int, Trips] = {}
        for route in solution.routes():
            trips: list[list[int]] = [[] for _ in range(route.num_trips())]
            for activity in route:
                if activity.is_client():
                    trips[activity.trip].append(int(self.rows[activity.idx]))
            routes[next(waiting[route.vehicle_type()])] = [trip for trip in trips if trip]
        return routes

    def solution(self, routes: Mapping[int, Trips]) -> Solution:
        """Return the solution in which vehicles make these trips; deliveries that are no clients are left out."""
        clients = {int(row): client for client, row in enumerate(self.rows)}
        kinds = {number: kind for kind, numbers in enumerate(self.vehicles) for number in numbers}
        translated = []
        for number, trips in routes.items():
            reload = self.data.vehicle_type(kinds[number]).reload_depots
            activities: list[Activity] = []
            for trip in trips:
                visits = [Activity(ActivityType.CLIENT, clients[row]) for row in trip if row in clients]
                if activities and visits:
                    activities.append(Activity(ActivityType.DEPOT, reload[0]))
                activities += visits
            if activities:
                translated.append(Route(self.data, activities, kinds[number]))
        return Solution(self.data, translated)
