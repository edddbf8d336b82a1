"""A plan while it is made or mended, with everything that binds a route considered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from shelfwise.routing.neighbours import nearest
from shelfwise.routing.pricing import Trips, price
from shelfwise.routing.problem import Ints, Problem
from shelfwise.types import Deadline, RouteRequest

__all__ = ["Draft"]

_NEAR = 15
"""Nearest deliveries that another one may be put beside."""
_TRIES = 60
"""Places that are priced before a delivery is held to fit nowhere, those of the shortest ways."""


class Draft:
    """What each vehicle does, by its number in the request, and the deliveries that are left out.

    Every route can be driven, and begins with the stops that are pinned to its vehicle.
    """

    def __init__(self, problem: Problem, request: RouteRequest) -> None:
        """Begin with vehicles that have nothing to do."""
        self.problem = problem
        self.vehicles = tuple(request.vehicles or ())
        kinds = {vehicle.vehicle_id: kind for kind, alike in enumerate(problem.types.vehicles) for vehicle in alike}
        self.kind = [kinds[vehicle.vehicle_id] for vehicle in self.vehicles]
        self.trips: list[list[list[int]]] = [[] for _ in self.vehicles]
        self.cost = [0.0] * len(self.vehicles)
        self.where: dict[int, int] = {}
        self.pinned = _pinned(problem, request)
        self.unkept: dict[int, int] = {}
        """Pinned deliveries that their vehicle, which is given, cannot make; nor does another one."""

    @property
    def left_out(self) -> list[int]:
        """The deliveries that no vehicle makes."""
        return [row for row in range(len(self.problem)) if row not in self.where]

    @property
    def total(self) -> float:
        """The cost of all routes and of what they leave out."""
        return sum(self.cost) + float(self.problem.skip_cost[self.left_out].sum())

    @cached_property
    def _near(self) -> Ints:
        return nearest(self.problem, _NEAR)

    def price(self, vehicle: int, trips: Trips) -> float:
        """Return what ``trips`` would cost with a vehicle, inf where it cannot drive them, or others are pinned."""
        pinned = self.pinned.get(vehicle, ())
        if pinned and tuple(row for trip in trips for row in trip)[: len(pinned)] != pinned:
            return np.inf
        return price(self.problem, self.kind[vehicle], trips)

    def put(self, vehicle: int, trips: Trips, cost: float) -> None:
        """Give a vehicle another route, of known cost."""
        for trip in self.trips[vehicle]:
            for row in trip:
                self.where.pop(row, None)
        self.trips[vehicle] = [list(trip) for trip in trips if trip]
        self.cost[vehicle] = cost
        self.where.update((row, vehicle) for trip in trips for row in trip)

    def take(self, routes: Mapping[int, Trips]) -> None:
        """Take over routes by vehicle, without the stops that keep them from being driven; pinned ones first."""
        taken: set[int] = set()
        elsewhere = {row for rows in self.pinned.values() for row in rows}
        for vehicle in range(len(self.vehicles)):
            own = self.pinned.get(vehicle, ())
            wanted = [
                [row for row in trip if row not in elsewhere and row not in taken] for trip in routes.get(vehicle, ())
            ]
            if own:
                wanted = [[*own, *(wanted[0] if wanted else [])], *wanted[1:]]
            trips = [trip for trip in wanted if trip]
            cost = self.price(vehicle, trips)
            if cost == np.inf:
                trips, cost = self._without_obstacles(vehicle, trips)
            self.put(vehicle, trips, cost)
            taken |= {row for trip in trips for row in trip}

    def _without_obstacles(self, vehicle: int, trips: Trips) -> tuple[list[list[int]], float]:
        """Return a route of those stops that can be appended one after the other, and its cost.

        A pinned stop that cannot be made is left out for good.
        """
        pinned = list(self.pinned.pop(vehicle, ()))
        kept: list[list[int]] = []
        cost = 0.0
        for row in (row for trip in trips for row in trip):
            options = [[*kept[:-1], [*kept[-1], row]], [*kept, [row]]] if kept else [[[row]]]
            prices = [price(self.problem, self.kind[vehicle], option) for option in options]
            if min(prices) < np.inf:
                cost = min(prices)
                kept = options[prices.index(cost)]
            elif row in pinned:
                pinned.remove(row)
                self.unkept[row] = vehicle
        if pinned:
            self.pinned[vehicle] = tuple(pinned)
        return kept, cost

    def insert_all(self, deadline: Deadline) -> None:
        """Put in what is left out, where that pays: what is dearest to leave out first, then large ones."""
        weight = self.problem.demand[:, :3].sum(axis=1)
        rows = sorted(self.left_out, key=lambda row: (-self.problem.skip_cost[row], -weight[row]))
        for row in rows:
            if deadline.expired:
                return
            added, vehicle, trips = self.best_insertion(row)
            if added < self.problem.skip_cost[row]:
                self.put(vehicle, trips, self.cost[vehicle] + added)

    def best_insertion(self, row: int) -> tuple[float, int, Trips]:
        """Return the least that a delivery adds to the cost, with which vehicle, and its route then; inf if nowhere."""
        best: tuple[float, int, Trips] = (np.inf, -1, ())
        if row in self.unkept or not self.problem.allowed[row].any():
            return best
        options = sorted(self._options(row), key=lambda option: option[0])
        for least, vehicle, trips in options[:_TRIES]:
            if least >= best[0]:
                break
            added = self.price(vehicle, trips) - self.cost[vehicle]
            if added < best[0]:
                best = added, vehicle, trips
        return best

    def _options(self, row: int) -> Iterator[tuple[float, int, Trips]]:
        """Yield where a delivery may be put: the cost of the way to it, the vehicle, and its route."""
        allowed, types = self.problem.allowed[row], self.problem.types
        beside = (
            {(int(other), self.where.get(int(other), -1)) for other in self._near[row]} if len(self.problem) > 1 else ()
        )
        fresh: set[int] = set()
        for vehicle, trips in enumerate(self.trips):
            kind = self.kind[vehicle]
            if not allowed[kind]:
                continue
            if not trips:
                if kind not in fresh:
                    fresh.add(kind)
                    yield float(types.fixed_cost[kind]), vehicle, [[row]]
                continue
            if len(trips) < types.most_trips[kind]:
                yield self.way(vehicle, -1, row, -1), vehicle, [*trips, [row]]
                if vehicle not in self.pinned:
                    yield self.way(vehicle, -1, row, -1), vehicle, [[row], *trips]
            near = {other for other, at in beside if at == vehicle}
            for number, trip in enumerate(trips):
                for at in range(len(trip) + 1):
                    before, after = (trip[at - 1] if at else -1), (trip[at] if at < len(trip) else -1)
                    if before in near or after in near or before < 0 or after < 0:
                        changed = [*trip[:at], row, *trip[at:]]
                        yield (
                            self.way(vehicle, before, row, after),
                            vehicle,
                            [*trips[:number], changed, *trips[number + 1 :]],
                        )

    def way(self, vehicle: int, before: int, row: int, after: int) -> float:
        """Return what the way through a delivery costs more than the one past it; -1 stands for the depot."""
        types, km, kind = self.problem.types, self.problem.distance, self.kind[vehicle]
        start, end = (before if before >= 0 else types.depot[kind]), (after if after >= 0 else types.end[kind])
        return float(types.cost_per_km[kind] * (km[start, row] + km[row, end] - km[start, end]))


def _pinned(problem: Problem, request: RouteRequest) -> dict[int, tuple[int, ...]]:
    """Return the pinned deliveries, by vehicle."""
    numbers = {vehicle.vehicle_id: number for number, vehicle in enumerate(request.vehicles or ())}
    pinned: dict[int, tuple[int, ...]] = {}
    for previous in request.previous:
        rows = problem.travel.deliveries.positions(previous.delivery_ids[: previous.pinned]).tolist()
        if rows and previous.vehicle_id in numbers:
            pinned[numbers[previous.vehicle_id]] = tuple(row for row in rows if row >= 0)
    return pinned
