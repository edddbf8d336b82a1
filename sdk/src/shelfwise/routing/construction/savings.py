"""Construction by savings: start with one route a delivery and join the two that save most, again and again."""

from __future__ import annotations

import numpy as np

from shelfwise.routing.neighbours import nearest
from shelfwise.routing.problem import Floats, Ints, Problem
from shelfwise.routing.timing import Segment, join_one, through
from shelfwise.types import Deadline

__all__ = ["savings_routes"]

_NEIGHBOURS = 100
"""Journeys considered from each delivery, nearest first."""

_PAIRS_AT_A_TIME = 500
"""Pairs joined between two looks at the clock."""


def savings_routes(problem: Problem, base: Ints, deadline: Deadline) -> list[tuple[int, list[int]]]:
    """Return routes as pairs of vehicle type and stops, as if there were vehicles enough of every type.

    ``base`` names the type for each delivery (-1 leaves it out); routes of one type are joined with each other only.
    Clarke & Wright (1964), parallel version, each joining within capacity, windows and shift. The deadline ends it
    with more routes than need be.
    """
    state = _Merging(problem, base)
    first, second, saved = _pairs(problem, base)
    order = np.argsort(-saved, kind="stable")
    for number, (one, two) in enumerate(zip(first[order].tolist(), second[order].tolist(), strict=True)):
        if number % _PAIRS_AT_A_TIME == 0 and deadline.expired:
            break
        state.join(one, two)
    return [(int(base[route[0]]), route) for route in state.members if route]


def _pairs(problem: Problem, base: Ints) -> tuple[Ints, Ints, Floats]:
    """Return pairs of deliveries, and what going from the first straight to the second saves."""
    near = nearest(problem, _NEIGHBOURS)
    first = np.repeat(np.arange(len(problem)), near.shape[1])
    second = near.ravel()
    alike = (base[first] == base[second]) & (base[first] >= 0)
    if problem.reversible:
        alike &= (first < second) | ~(near[second] == first[:, None]).any(axis=1)
    first, second = first[alike], second[alike]
    types, kind = problem.types, base[first]
    depot, end = types.depot[kind], types.end[kind]
    km = problem.distance[first, end] + problem.distance[depot, second] - problem.distance[first, second]
    minutes = problem.minutes[first, end] + problem.minutes[depot, second] - problem.minutes[first, second]
    travel = types.cost_per_km[kind] * km + types.cost_per_minute[kind] * types.pace[kind] * minutes
    worth = travel + types.fixed_cost[kind] > 0
    return first[worth], second[worth], travel[worth]


class _Merging:
    """Routes while they are joined: who is in which, how much it carries, and when it can start."""

    def __init__(self, problem: Problem, base: Ints) -> None:
        self.problem, self.kind = problem, base.tolist()
        size = len(problem)
        self.members: list[list[int]] = [[row] if base[row] >= 0 else [] for row in range(size)]
        self.owner = list(range(size))
        self.load: list[list[float]] = problem.demand.tolist()
        self.capacity: list[list[float]] = (problem.types.capacity + 1e-9).tolist()
        self.time = list(problem.visits)

    def join(self, first: int, second: int) -> None:
        """Join the routes that end with ``first`` and start with ``second``, where that can be and saves cost."""
        head, tail = self.owner[first], self.owner[second]
        if head == tail:
            return
        front, back = self.members[head], self.members[tail]
        if self.problem.reversible:
            front = front if front[-1] == first else front[::-1]
            back = back if back[0] == second else back[::-1]
        if front[-1] != first or back[0] != second:
            return
        load = [a + b for a, b in zip(self.load[head], self.load[tail], strict=True)]
        if any(a > b for a, b in zip(load, self.capacity[self.kind[first]], strict=True)):
            return
        if self.problem.timed and not self._in_time(front, back):
            return
        self.members[head], self.members[tail] = front + back, []
        self.load[head] = load
        for row in back:
            self.owner[row] = head

    def _in_time(self, front: list[int], back: list[int]) -> bool:
        """Set the time of the joined route, unless no start keeps it or waiting eats up what it saves."""
        problem, types, kind = self.problem, self.problem.types, self.kind[front[0]]
        pace, yards = float(types.pace[kind]), (int(types.depot[kind]), int(types.end[kind]))
        yard = Segment(0.0, float(types.opens[kind]), float(types.closes[kind]))
        head, tail = self.owner[front[0]], self.owner[back[0]]
        one, two = self.time[head], self.time[tail]
        both = join_one(one, two, pace * float(problem.minutes[front[-1], back[0]]))
        whole = [
            self._around(part, route, yard, yards, pace)
            for part, route in ((one, front), (two, back), (both, front + back))
        ]
        if not np.isfinite(whole[2]):
            return False
        km = problem.distance
        saved = float(km[front[-1], yards[1]] + km[yards[0], back[0]] - km[front[-1], back[0]])
        worth = types.cost_per_km[kind] * saved + types.cost_per_minute[kind] * (whole[0] + whole[1] - whole[2])
        if worth + types.fixed_cost[kind] <= 0:
            return False
        self.time[head] = both
        return True

    def _around(self, part: Segment, stops: list[int], yard: Segment, yards: tuple[int, int], pace: float) -> float:
        minutes = self.problem.minutes
        legs = float(minutes[yards[0], stops[0]]), float(minutes[stops[-1], yards[1]])
        return through(yard, (part, yard), [pace * leg for leg in legs])
