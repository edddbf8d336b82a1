"""Routes under construction, with what is needed to price every insertion of a delivery at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.problem import Floats, Ints, Problem
from shelfwise.routing.timing import Segment, backward, forward, join_one

__all__ = ["Snapshot", "Solution"]

Route = list[int]


@attrs.frozen(eq=False)
class Snapshot:
    """A solution as it was, to return to."""

    routes: list[Route]
    left: Ints
    skipped: frozenset[int]
    ints: Ints
    floats: Floats
    room: Floats
    kind: Ints
    amounts: Floats
    cost: float


class Solution:
    """Routes of deliveries by row, one vehicle type each, and the deliveries left out.

    A *slot* stands for a gap: slot ``x`` below the number of deliveries for the gap behind delivery ``x``, slot
    ``len(problem) + r`` for the one behind the depot of route ``r``. ``place`` and ``after`` are the two ends of
    the gap, ``leg`` its km, ``before`` and ``rest`` the time segments on either side.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        size, types = len(problem), problem.types
        most = min(size, int(types.count.sum()))
        slots = size + most
        self.routes: list[Route] = [[] for _ in range(most)]
        self.left = types.count
        """Vehicles of each type that have no route."""
        self.skipped: set[int] = set(range(size))
        self._ints = np.zeros((3, slots), dtype=np.int64)
        self.place, self.after, self.route = self._ints
        self.place[:size] = np.arange(size)
        self.route[:] = most
        self._floats = np.zeros((7, slots))
        self.leg, self.times = self._floats[0], self._floats[1:]
        self.before, self.rest = Segment(*self.times[:3]), Segment(*self.times[3:])
        used = np.flatnonzero(problem.demand.any(axis=0))
        self.used = used if len(used) else np.array([0])
        self.demand = problem.demand[:, self.used]
        self.room = np.full((len(self.used), most + 1), -np.inf)
        """Capacity left, by route; the last column stands for no route and takes nothing."""
        self.kind = np.zeros(most + 1, dtype=np.int64)
        self._amounts = np.zeros((3, most + 1))
        self.km, self.duration, self.route_cost = self._amounts

    @property
    def cost(self) -> float:
        """The cost of all routes and of what they leave out."""
        return float(self.route_cost.sum()) + float(self.problem.skip_cost[list(self.skipped)].sum())

    def snapshot(self) -> Snapshot:
        """Return what :meth:`restore` needs; the lists of stops are never changed in place."""
        return Snapshot(
            routes=list(self.routes),
            left=self.left.copy(),
            skipped=frozenset(self.skipped),
            ints=self._ints.copy(),
            floats=self._floats.copy(),
            room=self.room.copy(),
            kind=self.kind.copy(),
            amounts=self._amounts.copy(),
            cost=self.cost,
        )

    def restore(self, then: Snapshot) -> None:
        """Return to an earlier state."""
        self.routes, self.left, self.skipped = list(then.routes), then.left.copy(), set(then.skipped)
        self._ints[:], self._floats[:], self.room[:] = then.ints, then.floats, then.room
        self.kind[:], self._amounts[:] = then.kind, then.amounts

    def open(self, kind: int, stops: Sequence[int]) -> int:
        """Give ``stops`` to a vehicle of type ``kind`` and return the number of its route."""
        number = next(r for r, route in enumerate(self.routes) if not route)
        self.left[kind] -= 1
        self.kind[number] = kind
        self.place[len(self.problem) + number] = self.problem.types.depot[kind]
        self.replace(number, stops)
        self.skipped.difference_update(stops)
        return number

    def retype(self, number: int, kind: int) -> None:
        """Have a vehicle of another type drive a route."""
        self.left[int(self.kind[number])] += 1
        self.left[kind] -= 1
        self.kind[number] = kind
        self.place[len(self.problem) + number] = self.problem.types.depot[kind]
        self.replace(number, self.routes[number])

    def remove(self, deliveries: Iterable[int]) -> list[int]:
        """Leave deliveries out, and return them; a route left without stops gives its vehicle back.

        Where the way past a stop takes longer than the way over it, what remains of a route may not be feasible: then
        all of it is left out.
        """
        gone = dict.fromkeys(deliveries)
        for number in dict.fromkeys(int(self.route[delivery]) for delivery in gone):
            stops = self.routes[number]
            self.replace(number, [stop for stop in stops if stop not in gone])
            if not np.isfinite(self.duration[number]):
                self.replace(number, [])
                gone.update(dict.fromkeys(stops))
        self.route[list(gone)] = len(self.routes)
        self.skipped.update(gone)
        return list(gone)

    def insert(self, delivery: int, slot: int) -> None:
        """Put a delivery into a gap, or where ``slot`` is -1 - kind, into a new route of that type."""
        if slot < 0:
            self.open(-1 - slot, [delivery])
            return
        number = int(self.route[slot])
        stops = self.routes[number]
        at = 0 if slot >= len(self.problem) else stops.index(slot) + 1
        self.skipped.discard(delivery)
        self.routes[number] = [*stops[:at], delivery, *stops[at:]]
        place, after = self.place[slot], self.after[slot]
        first, second = self.problem.distance[place, delivery], self.problem.distance[delivery, after]
        added = first + second - self.leg[slot]
        self.after[slot], self.after[delivery], self.route[delivery] = delivery, after, number
        self.leg[slot], self.leg[delivery] = first, second
        self.room[:, number] -= self.demand[delivery]
        self.km[number] += added
        types, kind = self.problem.types, self.kind[number]
        self.route_cost[number] += types.cost_per_km[kind] * added
        if self.problem.timed:
            self.times[3:, delivery] = self.times[3:, slot]
            before, self.duration[number] = self.duration[number], self._time(number, at, at + 1)
            self.route_cost[number] += types.cost_per_minute[kind] * (self.duration[number] - before)

    def replace(self, number: int, stops: Sequence[int]) -> None:
        """Make ``stops`` the stops of a route, and bring everything about it up to date."""
        problem, kind, start = self.problem, int(self.kind[number]), len(self.problem) + number
        self.routes[number] = list(stops)
        if not stops:
            self.left[kind] += 1
            self.route[start] = len(self.routes)
            self.room[:, number], self._amounts[:, number] = -np.inf, 0.0
            return
        slots, after = np.array([start, *stops]), np.array([*stops, int(problem.types.end[kind])])
        legs = problem.distance[self.place[slots], after]
        self.after[slots], self.route[slots], self.leg[slots] = after, number, legs
        self.room[:, number] = problem.types.capacity[kind, self.used] - self.demand[stops].sum(axis=0) + 1e-9
        self.km[number] = legs.sum()
        cost = float(problem.types.fixed_cost[kind] + problem.types.cost_per_km[kind] * self.km[number])
        if problem.timed:
            self.times[:3, start] = self.times[3:, stops[-1]] = self._yard(kind)
            duration = self.duration[number] = self._time(number, 0, len(stops))
            cost += float(problem.types.cost_per_minute[kind]) * duration
        self.route_cost[number] = cost

    def fits(self, delivery: int) -> NDArray[np.bool_]:
        """Tell which routes have the capacity left for a delivery, of shape (routes + 1,)."""
        fits: NDArray[np.bool_] = self.room[0] >= self.demand[delivery, 0]
        for room, demand in zip(self.room[1:], self.demand[delivery, 1:], strict=True):
            fits &= room >= demand
        return fits

    def _time(self, number: int, at: int, until: int) -> float:
        """Bring the segments up to date after changes of a route from stop ``at`` on or before stop ``until``.

        Returns the duration of the route.
        """
        problem, types, kind, stops = self.problem, self.problem.types, int(self.kind[number]), self.routes[number]
        slots = np.array([len(problem) + number, *stops])
        legs = (problem.minutes[self.place[slots], self.after[slots]] * types.pace[kind]).tolist()
        visits = [problem.visits[stop] for stop in stops]
        through = forward(Segment(*self.times[:3, slots[at]].tolist()), visits[at:], legs[at:-1])
        self.times[:3, slots[at + 1 :]] = np.array(through).T
        rest = backward(Segment(*self.times[3:, slots[until]].tolist()), visits[:until], legs[1 : until + 1])
        self.times[3:, slots[:until]] = np.array(rest).T
        return float(join_one(through[-1], self._yard(kind), legs[-1]).duration)

    def _yard(self, kind: int) -> Segment:
        types = self.problem.types
        return Segment(0.0, float(types.opens[kind]), float(types.closes[kind]))
