"""Moves between two routes, all of them priced at once: relocate, swap, and exchange of tails."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.router.reorder import reorder
from shelfwise.routing.construction.solution import Solution
from shelfwise.routing.problem import Floats, Ints
from shelfwise.routing.timing import ANY_TIME, Segment, join, join_duration
from shelfwise.types import Deadline

__all__ = ["improve"]

_LEAST = 1e-7
"""Least gain of a move, so that rounding never goes in circles."""

_Priced = tuple[Floats, Ints, Ints, Ints, Ints]
"""Change of cost, slots of the two routes, and the numbers of stops behind them that change sides."""

_STRINGS = ((1, 0), (2, 0), (3, 0), (1, 1), (2, 1), (2, 2))
"""Numbers of stops that two routes give each other."""


def improve(solution: Solution, near: Ints, deadline: Deadline) -> None:
    """Move stops between and within routes until no move of the neighbourhood pays, or until the deadline.

    ``near`` lists the neighbours of each delivery, of shape (deliveries, neighbours): a move makes one of them the
    stop before or behind it. The best of the moves are made together where they touch different routes.
    """
    changed = {number for number, stops in enumerate(solution.routes) if stops}
    while changed and not deadline.expired:
        for number in sorted(changed):
            stops = solution.routes[number]
            if deadline.expired:
                return
            order = reorder(solution.problem, int(solution.kind[number]), stops) if stops else stops
            if order != stops:
                solution.replace(number, order)
        changed = _Sweep(solution, near, changed).apply()


@attrs.frozen(eq=False)
class _Half:
    """What many moves make of one route: all up to ``slot``, then ``stops``, then all behind ``last``."""

    slot: Ints
    stops: tuple[Ints, ...]
    last: Ints

    def where(self, keep: Ints) -> _Half:
        """Return the moves at some positions."""
        return _Half(self.slot[keep], tuple(row[keep] for row in self.stops), self.last[keep])


class _Sweep:
    """All moves between pairs of routes of which one has changed since the last sweep."""

    def __init__(self, solution: Solution, near: Ints, changed: set[int]) -> None:
        self.solution, self.problem = solution, solution.problem
        size, none = len(self.problem), len(solution.routes)
        self._behind = np.full(size, -1, dtype=np.int64)
        self._km_to = np.zeros(len(solution.place))
        self._load_to = np.zeros((len(solution.room), len(solution.place)))
        self._load = np.zeros_like(solution.room)
        for number, stops in enumerate(solution.routes):
            if stops:
                slots = [size + number, *stops]
                self._behind[stops] = slots[:-1]
                self._km_to[stops] = np.cumsum(solution.leg[slots[:-1]])
                self._load_to[:, stops] = np.cumsum(solution.demand[stops], axis=0).T
                self._load[:, number] = self._load_to[:, stops[-1]]
        self._capacity = self.problem.types.capacity[:, solution.used].T
        fresh = np.isin(np.arange(none + 1), list(changed))
        one, two = np.repeat(np.arange(size), near.shape[1]), near.ravel()
        r, s = solution.route[one], solution.route[two]
        pairs = (r != s) & (r < none) & (s < none) & (fresh[r] | fresh[s])
        self._one, self._two = one[pairs], two[pairs]
        self._may = self.problem.allowed[self._one, solution.kind[s[pairs]]]

    def apply(self) -> set[int]:
        """Make the best moves that touch different routes, and return the routes that have changed."""
        ahead, two = self._behind[self._one[self._may]], self._two[self._may]
        moves = [self._exchanges(ahead, two, *lengths) for lengths in _STRINGS]
        moves += [self._exchanges(ahead, self._behind[two], *lengths) for lengths in ((1, 0), (1, 1))]
        moves.append(self._tails(self._one, self._behind[self._two]))
        gain, a, b, given, taken = (np.concatenate(part) for part in zip(*moves, strict=True))
        routes, others = self.solution.route[a], self.solution.route[b]
        changed: set[int] = set()
        for at in np.argsort(gain, kind="stable").tolist():
            r, s = int(routes[at]), int(others[at])
            if r not in changed and s not in changed:
                self._make(r, s, int(a[at]), int(b[at]), int(given[at]), int(taken[at]))
                changed |= {r, s}
        return changed

    def _make(self, r: int, s: int, a: int, b: int, given: int, taken: int) -> None:
        """Give ``given`` stops behind slot ``a`` of route ``r`` for ``taken`` behind slot ``b`` of route ``s``."""
        one, two = self.solution.routes[r], self.solution.routes[s]
        i, k = (0 if slot >= len(self.problem) else stops.index(slot) + 1 for slot, stops in ((a, one), (b, two)))
        self.solution.replace(r, [*one[:i], *two[k : k + taken], *one[i + given :]])
        self.solution.replace(s, [*two[:k], *one[i : i + given], *two[k + taken :]])

    def _exchanges(self, a: Ints, b: Ints, given: int, taken: int) -> _Priced:
        """Return the paying moves that give stops behind slot ``a`` for stops behind slot ``b``."""
        one, two = self._string(a, given), self._string(b, taken)
        keep = np.flatnonzero(np.logical_and.reduce([string[-1] >= 0 for string in (one, two) if string]))
        first = _Half(a, two, one[-1] if one else a).where(keep)
        second = _Half(b, one, two[-1] if two else b).where(keep)
        return self._paying(first, second, given, taken)

    def _tails(self, a: Ints, b: Ints) -> _Priced:
        """Return the paying moves that exchange all stops behind slots ``a`` and ``b`` (2-opt*, Potvin & Rousseau).

        Both vehicles have the same depots, hours and pace, and may serve the same deliveries.
        """
        kind = self.solution.kind[self.solution.route]
        keep = np.flatnonzero(self.problem.alike[kind[a]] == self.problem.alike[kind[b]])
        a, b = a[keep], b[keep]
        return self._paying(_Half(a, (), b), _Half(b, (), a), len(self.problem), len(self.problem))

    def _string(self, slot: Ints, length: int) -> tuple[Ints, ...]:
        """Return the next stops behind each slot, -1 where the route ends before."""
        string = []
        for _ in range(length):
            after = self.solution.after[slot]
            slot = np.where((slot < 0) | (after >= len(self.problem)), -1, after)
            string.append(slot)
        return tuple(string)

    def _paying(self, one: _Half, two: _Half, given: int, taken: int) -> _Priced:
        """Return gain, slots and numbers of stops of the moves that are feasible and pay."""
        route, cost = self.solution.route, self.solution.route_cost
        before = cost[route[one.slot]] + cost[route[two.slot]]
        # The second route is the one that grows, and most often does not fit.
        cost, hours = self._cost(two), self._hours(two)
        keep = np.flatnonzero(cost + hours < before)
        one, two = one.where(keep), two.where(keep)
        change = self._cost(one) + cost[keep] - before[keep] + self._hours(one) + hours[keep]
        keep = np.flatnonzero(change < -_LEAST)
        return change[keep], one.slot[keep], two.slot[keep], np.full(len(keep), given), np.full(len(keep), taken)

    def _cost(self, half: _Half) -> Floats:
        """Return the cost of the new routes but for their hours, inf where they are not feasible for other reasons."""
        solution, types = self.solution, self.problem.types
        kind, giver = solution.kind[solution.route[half.slot]], solution.route[half.last]
        km, place = self._km_to[half.slot], solution.place[half.slot]
        load = self._load_to.take(half.slot, axis=1) + self._load.take(giver, axis=1)
        load = load - self._load_to.take(half.last, axis=1)
        allowed = np.ones(len(place), dtype=np.bool_)
        for stop in half.stops:
            km = km + self.problem.distance[place, stop]
            load = load + solution.demand.take(stop, axis=0).T
            allowed &= self.problem.allowed[stop, kind]
            place = stop
        km = km + self.problem.distance[place, solution.after[half.last]]
        km = km + solution.km[giver] - self._km_to[half.last] - solution.leg[half.last]
        allowed &= (load <= self._capacity[:, kind] + 1e-9).all(axis=0)
        cost = np.where(self._empty(half), 0.0, types.fixed_cost[kind] + types.cost_per_km[kind] * km)
        return np.where(allowed, cost, np.inf)

    def _hours(self, half: _Half) -> Floats:
        """Return the cost of the hours of the new routes, inf where they miss a window or the end of the shift."""
        solution, problem = self.solution, self.problem
        if not problem.timed:
            return np.zeros(len(half.slot))
        kind, place = solution.kind[solution.route[half.slot]], solution.place[half.slot]
        pace = problem.types.pace[kind]
        whole = Segment(*(part[half.slot] for part in solution.before))
        for stop in half.stops:
            visit = Segment(problem.service[stop], problem.opens[stop], problem.closes[stop])
            whole = join(whole, visit, pace * problem.minutes[place, stop])
            place = stop
        rest = Segment(*(part[half.last] for part in solution.rest))
        duration = join_duration(whole, rest, pace * problem.minutes[place, solution.after[half.last]])
        cost = problem.types.cost_per_minute[kind] * np.minimum(duration, ANY_TIME)
        return np.where(self._empty(half), 0.0, np.where(np.isfinite(duration), cost, np.inf))

    def _empty(self, half: _Half) -> NDArray[np.bool_]:
        depot = len(self.problem)
        return (half.slot >= depot) & (self.solution.after[half.last] >= depot) & (not half.stops)
