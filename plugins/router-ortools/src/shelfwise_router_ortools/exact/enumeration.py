"""All routes of a crew that are worth their cost, or nearly: beginnings are given up as soon as no end saves them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from shelfwise.routing.problem import Floats, VehicleTypes
from shelfwise.routing.timing import ANY_TIME
from shelfwise.types import Deadline
from shelfwise_router_ortools.exact.crew import Crew, members
from shelfwise_router_ortools.exact.labels import Labels

__all__ = ["Found", "Quest", "TooMany"]

_MOST = 1_000_000
"""Beginnings with as many stops, beyond which a proof would take too long."""

_PORTION = 2_000
"""Beginnings that are extended between two looks at the clock."""

_ROUNDING = 1e-6


class TooMany(Exception):  # noqa: N818 - a finding, no fault
    """There are too many routes, or too little time, to look at all."""


@attrs.frozen(eq=False)
class Found:
    """A route: the set of its deliveries, the least that it can cost, and its trips, of deliveries by number."""

    set: int
    cost: float
    trips: list[list[int]]


@attrs.frozen(eq=False)
class Quest:
    """A search for the routes of ``crew`` within the set ``within`` that cost at most ``gap`` more than their worth.

    ``worth`` is that of each delivery, of shape (n,), and ``ahead`` the least that going on costs less what it is
    worth, for each set of deliveries from each place on: shape (sets, n + 1). ``used`` is the worth of a vehicle.
    """

    crew: Crew
    worth: Floats
    ahead: Floats
    within: int
    used: float
    gap: float
    deadline: Deadline

    def routes(self, *, all_orders: bool) -> Iterator[Found]:
        """Yield the routes found, of each set the cheapest order at least, or all of them.

        Costs are those of :func:`~shelfwise.routing.pricing.price`, except that breaks are taken where they cost least
        and that a vehicle that is late leaves as late as if it were not, and as soon as it can.

        Raises:
            TooMany: they are too many.
        """
        for opens, closes, pauses in self._types.shifts[self.crew.kind].parts():
            yield from self._part(opens, closes, np.array(pauses, dtype=np.float64).reshape(-1, 3), all_orders)

    def _part(self, opens: float, closes: float, rests: Floats, all_orders: bool) -> Iterator[Found]:
        layers = [Labels.start(len(self.crew.rows), opens, closes)]
        while len(layers[-1]):
            if len(layers[-1]) > _MOST:
                raise TooMany
            if len(layers) > max(1, len(self.crew.pinned)):
                yield from self._ended(layers, opens, closes, rests, all_orders)
            parts = [
                self._hopeful(longer, closes, rests)
                for part in self._portions(layers[-1])
                for longer in self._extended(part, rests)
            ]
            longer = Labels.together([layers[-1].at(np.zeros(0, dtype=np.int64)), *parts])
            layers.append(longer if all_orders else longer.undominated())

    def _portions(self, labels: Labels) -> Iterator[Labels]:
        """Yield the labels a few at a time, each numbered by its place among all, while there is time."""
        labels = attrs.evolve(labels, before=np.arange(len(labels)))
        for first in range(0, len(labels), _PORTION):
            if self.deadline.expired:
                raise TooMany
            yield labels.at(np.arange(first, min(first + _PORTION, len(labels))))

    def _extended(self, labels: Labels, rests: Floats) -> Iterator[Labels]:
        """Yield labels with one more stop; each is told by its number what it extends."""
        crew, depot = self.crew, len(self.crew.rows)
        may = (members(np.full(1, self.within), depot)[0] > 0) & crew.may
        done = members(labels.visited, depot).sum(axis=1).astype(np.int64)
        unvisited = may & (members(labels.visited, depot) == 0)
        pinned = done < len(crew.pinned)
        if pinned.any():
            unvisited &= ~pinned[:, None] | (np.arange(depot) == np.append(crew.pinned, -1)[done[:, None]])
        which, stop = np.nonzero(unvisited)
        came = labels.at(which)
        to_stop = attrs.evolve(
            came, visited=came.visited | (1 << stop), last=stop, reloads=np.zeros(len(stop), np.bool_)
        )
        straight = to_stop.driven(crew.km[came.last, stop], crew.minutes[came.last, stop])
        for rested in straight.resting(rests):
            yield self._served(rested)
        again = (came.trips < self._types.most_trips[crew.kind]) & (came.visited > 0)
        back = to_stop.at(again).driven(crew.km[came.last[again], depot], crew.minutes[came.last[again], depot])
        for rested in back.resting(rests):
            yield from self._reloaded(rested, rests)

    def _reloaded(self, labels: Labels, rests: Floats) -> Iterator[Labels]:
        crew, depot = self.crew, len(self.crew.rows)
        minutes = self._types.vehicles[crew.kind][0].reload_minutes
        loaded = labels.visiting(minutes, -ANY_TIME, ANY_TIME)
        empty = np.zeros((len(loaded), 3))
        loaded = attrs.evolve(
            loaded, trips=loaded.trips + 1, reloads=np.ones(len(loaded), np.bool_), collected=empty, most=empty
        )
        out = loaded.driven(crew.km[depot, loaded.last], crew.minutes[depot, loaded.last])
        for rested in out.resting(rests):
            yield self._served(rested)

    def _served(self, labels: Labels) -> Labels:
        """Return the labels after service at the stops reached."""
        problem, rows = self.crew.problem, self.crew.rows[labels.last]
        visits = [problem.appointments[row] for row in self.crew.rows.tolist()]
        rates = np.array([visit.late_rate for visit in visits])[labels.last]
        soft = rates < np.inf
        closes = problem.closes[rows]
        late = np.maximum(np.maximum(labels.arrives, problem.opens[rows]) - closes, 0.0) * np.where(soft, rates, 0.0)
        demand, pickup = problem.demand[rows, :3], problem.pickup[rows, None]
        collected = labels.collected + np.where(pickup, demand, 0.0)
        most = np.maximum(labels.most + np.where(pickup, 0.0, demand), collected)
        served = attrs.evolve(labels, late=labels.late + late, collected=collected, most=most)
        return served.visiting(problem.service[rows], problem.opens[rows], np.where(soft, ANY_TIME, closes))

    def _hopeful(self, labels: Labels, closes: float, rests: Floats) -> Labels:
        """Return the labels that break no limit and may still become routes that are worth it."""
        stops = np.bitwise_count(labels.visited)
        room = self._types.capacity[self.crew.kind, :3] + _ROUNDING
        labels = labels.at((stops <= self._types.most_stops[self.crew.kind]) & (labels.most <= room).all(axis=1))
        labels = labels.at(labels.arrives <= closes + _ROUNDING)
        due = np.append(np.cumsum(rests[::-1, 2])[::-1], 0.0)[labels.rested]
        ahead = self.ahead[self.within & ~labels.visited, labels.last]
        return self._worth_it(labels, self.crew.rate * due + ahead)

    def _worth_it(self, labels: Labels, ahead: Floats | float) -> Labels:
        """Return the labels within the limits of the whole route that are worth it with so much cost ahead."""
        keep = labels.duration <= self._types.most_minutes[self.crew.kind] + _ROUNDING
        keep &= labels.km <= self._types.most_km[self.crew.kind] + _ROUNDING
        worth = members(labels.visited, len(self.crew.rows)) @ self.worth + self.used
        return labels.at(np.asarray(keep & (self._cost(labels) - worth + ahead <= self.gap + _ROUNDING)))

    @property
    def _types(self) -> VehicleTypes:
        return self.crew.problem.types

    def _cost(self, labels: Labels) -> Floats:
        types, kind = self._types, self.crew.kind
        driven = types.fixed_cost[kind] + types.cost_per_km[kind] * labels.km
        return np.asarray(driven + self.crew.rate * labels.duration + labels.late)

    def _ended(
        self,
        layers: list[Labels],
        opens: float,
        closes: float,
        rests: Floats,
        all_orders: bool,
    ) -> Iterator[Found]:
        """Yield the routes that end after the last of the stops so far."""
        crew, labels = self.crew, layers[-1]
        numbered = attrs.evolve(labels, before=np.arange(len(labels)))
        home = numbered.driven(crew.km[labels.last, -1], crew.minutes[labels.last, -1])
        for rested in home.resting(rests):
            whole = rested.at(rested.rested == len(rests)).visiting(0.0, opens, closes)
            yield from self._read(layers, self._worth_it(whole, 0.0), all_orders)

    def _read(self, layers: list[Labels], whole: Labels, all_orders: bool) -> Iterator[Found]:
        cost = self._cost(whole)
        order = np.lexsort((cost, whole.visited))
        if not all_orders:
            order = order[np.unique(whole.visited[order], return_index=True)[1]]
        for number in order.tolist():
            yield Found(int(whole.visited[number]), float(cost[number]), _trips(layers, int(whole.before[number])))


def _trips(layers: list[Labels], number: int) -> list[list[int]]:
    trips: list[list[int]] = [[]]
    for labels in layers[:0:-1]:
        trips[-1].append(int(labels.last[number]))
        if labels.reloads[number]:
            trips.append([])
        number = int(labels.before[number])
    return [trip[::-1] for trip in trips[::-1]]
