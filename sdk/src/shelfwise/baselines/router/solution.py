"""Routes under construction, with what is needed to price every insertion of a delivery at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from shelfwise.baselines.router.problem import Floats, Ints, Problem
from shelfwise.routing.timing import Segment, join, join_one

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
        self.leg = self._floats[0]
        self.before = Segment(*self._floats[1:4])
        self.rest = Segment(*self._floats[4:7])
        used = np.flatnonzero(problem.demand.any(axis=0))
        self._used = used if len(used) else np.array([0])
        self._demand = problem.demand[:, self._used]
        self.room = np.full((most + 1, len(self._used)), -np.inf)
        """Capacity left, by route; the last row stands for no route and takes nothing."""
        self.kind = np.zeros(most + 1, dtype=np.int64)
        self._amounts = np.zeros((3, most + 1))
        self.km, self.duration, self.route_cost = self._amounts
        self._columns = np.ascontiguousarray(problem.distance.T)
        self._mixed = len(types) > 1
        self._hourly = bool((types.cost_per_minute > 0).any())

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

    def remove(self, deliveries: Iterable[int]) -> None:
        """Leave deliveries out; a route left without stops gives its vehicle back."""
        gone = set(deliveries)
        for number in {int(self.route[delivery]) for delivery in gone}:
            self.replace(number, [stop for stop in self.routes[number] if stop not in gone])
        self.route[list(gone)] = len(self.routes)
        self.skipped |= gone

    def insert(self, delivery: int, slot: int) -> None:
        """Put a delivery into a gap, or where ``slot`` is -1 - kind, into a new route of that type."""
        if slot < 0:
            self.open(-1 - slot, [delivery])
            return
        number = int(self.route[slot])
        stops = self.routes[number]
        at = 0 if slot >= len(self.problem) else stops.index(slot) + 1
        self.replace(number, [*stops[:at], delivery, *stops[at:]])
        self.skipped.discard(delivery)

    def replace(self, number: int, stops: Sequence[int]) -> None:
        """Make ``stops`` the stops of a route, and bring everything about it up to date."""
        problem, kind, start = self.problem, int(self.kind[number]), len(self.problem) + number
        self.routes[number] = list(stops)
        if not stops:
            self.left[kind] += 1
            self.route[start] = len(self.routes)
            self.room[number], self._amounts[:, number] = -np.inf, 0.0
            return
        depot = int(problem.types.depot[kind])
        slots, after = [start, *stops], [*stops, depot]
        legs = problem.distance[[depot, *stops], after]
        self.after[slots], self.route[slots], self.leg[slots] = after, number, legs
        self.room[number] = problem.types.capacity[kind, self._used] - self._demand[stops].sum(axis=0) + 1e-9
        self.km[number] = legs.sum()
        cost = problem.types.fixed_cost[kind] + problem.types.cost_per_km[kind] * self.km[number]
        if problem.timed:
            self.duration[number] = self._time(kind, stops, slots, after)
            cost += problem.types.cost_per_minute[kind] * self.duration[number]
        self.route_cost[number] = cost

    def _time(self, kind: int, stops: Sequence[int], slots: list[int], after: list[int]) -> float:
        problem, types = self.problem, self.problem.types
        yard = Segment(0.0, float(types.opens[kind]), float(types.closes[kind]))
        legs = (problem.minutes[[after[-1], *stops], after] * types.pace[kind]).tolist()
        columns = (problem.service[stops].tolist(), problem.opens[stops].tolist(), problem.closes[stops].tolist())
        visits = [Segment(*visit) for visit in zip(*columns, strict=True)]
        before = [yard]
        for visit, leg in zip(visits, legs, strict=False):
            before.append(join_one(before[-1], visit, leg))
        rest = [yard]
        for visit, leg in zip(reversed(visits), reversed(legs), strict=False):
            rest.append(join_one(visit, rest[-1], leg))
        self._floats[1:4, slots] = np.array(before).T
        self._floats[4:7, slots] = np.array(rest[::-1]).T
        return float(join_one(before[-1], yard, legs[-1]).duration)

    def fits(self, number: int, delivery: int) -> bool:
        """Tell whether a route has the capacity left for a delivery."""
        return bool((self.room[number] >= self._demand[delivery]).all())

    def best_insertion(self, delivery: int, blink: Floats | None = None) -> tuple[float, int]:
        """Return the least that serving a delivery would add to the cost, and the slot for :meth:`insert`.

        ``blink`` of shape (slots,) holds numbers of which those below zero hide a gap.
        """
        slots, costs = self.insertions(delivery, blink)
        kind = self._cheapest_new(delivery)
        added = float(self.problem.alone[kind, delivery]) if kind >= 0 else np.inf
        if len(slots):
            at = int(costs.argmin())
            if costs[at] <= added:
                return float(costs[at]), int(slots[at])
        return added, -1 - kind

    def insertions(self, delivery: int, blink: Floats | None = None) -> tuple[Ints, Floats]:
        """Return the slots that a delivery fits into and what each adds to the cost (inf where time forbids)."""
        problem, types = self.problem, self.problem.types
        fits = (self.room >= self._demand[delivery]).all(axis=1)
        if self._mixed:
            fits[:-1] &= np.isfinite(problem.alone[self.kind[:-1], delivery])
        open_to = fits[self.route]
        if blink is not None:
            open_to &= blink >= 0.0
        slots = np.flatnonzero(open_to)
        place, after = self.place[slots], self.after[slots]
        km = self._columns[delivery][place] + problem.distance[delivery][after] - self.leg[slots]
        if not (self._mixed or problem.timed):
            return slots, km * types.cost_per_km[0]
        routes = self.route[slots]
        kinds = self.kind[routes]
        costs = km * types.cost_per_km[kinds]
        if problem.timed:
            pace = types.pace[kinds]
            visit = Segment(problem.service[delivery], problem.opens[delivery], problem.closes[delivery])
            there = join(
                Segment(*(part[slots] for part in self.before)), visit, pace * problem.minutes[place, delivery]
            )
            rest = Segment(*(part[slots] for part in self.rest))
            duration = join(there, rest, pace * problem.minutes[delivery][after]).duration
            hours = np.where(np.isfinite(duration), duration - self.duration[routes], 0.0)
            costs = np.where(np.isfinite(duration), costs + types.cost_per_minute[kinds] * hours, np.inf)
        return slots, costs

    def _cheapest_new(self, delivery: int) -> int:
        """Return the type that would serve a delivery alone at the least cost, -1 where none is left."""
        costs = np.where(self.left > 0, self.problem.alone[:, delivery], np.inf)
        return int(costs.argmin()) if len(costs) and np.isfinite(costs.min()) else -1
