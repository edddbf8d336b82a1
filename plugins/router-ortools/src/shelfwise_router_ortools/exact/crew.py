"""Vehicles that are interchangeable in a small problem, with all they need as arrays over its few deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.draft import Draft
from shelfwise.routing.problem import Floats, Ints, Problem
from shelfwise.routing.timing import ANY_TIME

__all__ = ["Crew", "crews_of", "members"]


@attrs.frozen(eq=False, slots=False)
class Crew:
    """Vehicles of one type that have the same deliveries pinned to them, of which there is then but one.

    ``rows`` are the deliveries of the small problem; here they are numbered from 0, and their number stands for the
    depot. ``pinned`` are the numbers of those that come first. A set of deliveries is a number with a bit for each.
    """

    problem: Problem
    kind: int
    vehicles: tuple[int, ...]
    pinned: tuple[int, ...]
    rows: Ints
    may: NDArray[np.bool_]
    """Whether a vehicle may make each delivery."""

    @property
    def rate(self) -> float:
        """What a minute costs."""
        return float(self.problem.types.cost_per_minute[self.kind])

    def _legs(self, table: Floats) -> Floats:
        types = self.problem.types
        start, end = types.depot[self.kind], types.end[self.kind]
        legs = np.full((len(self.rows) + 1, len(self.rows) + 2), np.inf)
        legs[:, :-2] = table[np.ix_([*self.rows, start], self.rows)]
        legs[:, -2], legs[:, -1] = table[[*self.rows, start], start], table[[*self.rows, start], end]
        return np.where(legs < ANY_TIME, legs, np.inf)

    @cached_property
    def km(self) -> Floats:
        """Kilometres from a delivery or the depot to a delivery, the depot, and the end: shape (n + 1, n + 2)."""
        return self._legs(self.problem.distance)

    @cached_property
    def minutes(self) -> Floats:
        """Minutes on the road, like :attr:`km`."""
        return float(self.problem.types.pace[self.kind]) * self._legs(self.problem.minutes)

    @cached_property
    def to_go(self) -> Floats:
        """The least that it costs to make a set of deliveries from a place on, and to end: shape (sets, n + 1).

        Windows, waits, breaks and what is loaded when are left out of account, so nothing can cost less. The
        dynamic programme over sets of Held & Karp (1962).
        """
        size = len(self.rows)
        types, vehicle = self.problem.types, self.problem.types.vehicles[self.kind][0]
        known = np.isfinite(self.km)
        cost = np.full(self.km.shape, np.inf)
        cost[known] = float(types.cost_per_km[self.kind]) * self.km[known] + self.rate * self.minutes[known]
        leg = cost[:, :size]
        if types.most_trips[self.kind] > 1:
            leg = np.minimum(leg, cost[:, size, None] + self.rate * vehicle.reload_minutes + cost[size, :size])
        leg = np.where(self.may, leg + self.rate * self.problem.service[self.rows], np.inf)
        best = np.full((1 << size, size + 1), np.inf)
        best[0] = cost[:, -1]
        sets = np.arange(1 << size)
        many = np.bitwise_count(sets)
        for count in range(1, size + 1):
            for stop in range(size):
                having = sets[(many == count) & (sets >> stop & 1 == 1)]
                rest = best[having ^ (1 << stop), stop]
                best[having] = np.minimum(best[having], leg[:, stop] + rest[:, None])
        return best

    @cached_property
    def at_least(self) -> Floats:
        """What a route of each set costs at least, inf where there can be none: shape (sets,)."""
        types, trips = self.problem.types, int(self.problem.types.most_trips[self.kind])
        sets = np.arange(1 << len(self.rows))
        cost = types.fixed_cost[self.kind] + self.to_go[:, -1]
        demand, pickup = self.problem.demand[self.rows], self.problem.pickup[self.rows]
        for loads in (np.where(pickup[:, None], 0.0, demand), np.where(pickup[:, None], demand, 0.0)):
            room = trips * types.capacity[self.kind, :3] + 1e-6 * trips
            cost = np.where((members(sets, len(self.rows)) @ loads[:, :3] <= room).all(axis=1), cost, np.inf)
        cost = np.where(np.bitwise_count(sets) <= types.most_stops[self.kind], cost, np.inf)
        needed = sum(1 << number for number in self.pinned)
        return np.where((sets > 0) & (sets & needed == needed), cost, np.inf)

    def most_saved(self, worth: Floats) -> Floats:
        """Return the least of :attr:`to_go` less what it is worth, over all sets within each set.

        ``worth`` of shape (n,) is what making each delivery is worth; the result is like :attr:`to_go`.
        """
        size = len(self.rows)
        best = self.to_go - (members(np.arange(1 << size), size) @ worth)[:, None]
        for stop in range(size):
            pairs = best.reshape(-1, 2, 1 << stop, size + 1)
            pairs[:, 1] = np.minimum(pairs[:, 0], pairs[:, 1])
        return best


def members(sets: Ints, size: int) -> Floats:
    """Return 1 where a delivery is in a set and 0 elsewhere, of shape (sets, size)."""
    return (sets[:, None] >> np.arange(size) & 1).astype(np.float64)


def crews_of(draft: Draft, rows: Sequence[int]) -> list[Crew]:
    """Return the crews of a draft, all over the same deliveries."""
    numbers = {row: number for number, row in enumerate(rows)}
    alike: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for vehicle, kind in enumerate(draft.kind):
        pinned = tuple(numbers[row] for row in draft.pinned.get(vehicle, ()))
        alike.setdefault((kind, pinned), []).append(vehicle)
    elsewhere = {number for _, pinned in alike for number in pinned}
    crews = []
    for (kind, pinned), vehicles in alike.items():
        free = np.array([number in pinned or number not in elsewhere for number in range(len(rows))], dtype=np.bool_)
        may = draft.problem.allowed[list(rows), kind] & free
        crews.append(Crew(draft.problem, kind, tuple(vehicles), pinned, np.array(rows, dtype=np.int64), may))
    return crews
