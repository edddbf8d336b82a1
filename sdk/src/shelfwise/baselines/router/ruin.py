"""Ruin and recreate: take out strings of neighbouring stops, put them back where they fit best, keep what pays."""

from __future__ import annotations

import math
import random

import numpy as np

from shelfwise.routing.construction.fleet import cheapest_type
from shelfwise.routing.construction.insertion import best_insertion
from shelfwise.routing.construction.solution import Solution
from shelfwise.routing.problem import Ints, Problem

__all__ = ["RuinAndRecreate"]

_STRING = 10
"""Most stops taken out of one route."""

_WHOLE, _WHOLE_STOPS = 0.05, 20
"""Probability that the first string is the whole route, where it has no more than so many stops."""

_RETRIES = 3
"""Most deliveries that were out before and are tried again in a round."""

_BLINK = 0.01
"""Probability that an insertion overlooks a gap."""

_SPLIT = 0.5
"""Probability that a string leaves some stops in its middle where they are."""

_LARGE = 300
"""Deliveries above which the search starts colder, since a round changes ever less of the whole."""


class RuinAndRecreate:
    """Slack induction by string removals: Christiaens & Vanden Berghe (2020), cooled without a last round in view.

    Each :meth:`round` changes the solution; :attr:`best` is the cheapest seen. The same seed gives the same rounds.
    """

    def __init__(
        self, solution: Solution, near: Ints, seed: int, *, removed: float, warmth: float, cooling_rounds: float
    ) -> None:
        """Start from a solution.

        ``removed`` is the mean number of stops taken out in a round, ``warmth`` the rise of the cost that is accepted
        now and then in the first round, in mean costs of a leg, and ``cooling_rounds`` how many halve it.
        """
        self.solution, self.problem = solution, solution.problem
        self.near = near.tolist()
        self.current = self.best = solution.snapshot()
        self._random = random.Random(seed)  # noqa: S311 - a search needs no secrets
        slots = len(solution.place)
        self._slots = slots
        self._blinks = np.random.default_rng(seed).random(16 * slots) < _BLINK
        self._orders = _orders(self.problem)
        self._rounds = 0
        self._removed, self._cooling = removed, cooling_rounds
        self._warmth = warmth * min(1.0, _LARGE / max(len(self.problem), 1)) * _leg_cost(solution)

    def round(self) -> None:
        """Ruin, recreate, and keep the result or return to what was."""
        before = self.current
        self._recreate(self._ruin())
        cost = self.solution.cost
        self._rounds += 1
        warmth = self._warmth / (1.0 + self._rounds / self._cooling)
        limit = before.cost - warmth * math.log(1.0 - self._random.random())
        if cost >= limit:
            self.solution.restore(before)
            return
        self.current = self.solution.snapshot()
        if cost < self.best.cost - 1e-9:
            self.best = self.current

    def _ruin(self) -> list[int]:
        solution, dice = self.solution, self._random
        used = sum(bool(route) for route in solution.routes)
        if not used:
            return []
        centre = dice.randrange(len(self.problem))
        longest = min(_STRING, (len(self.problem) - len(solution.skipped)) / used)
        strings = int(dice.uniform(1.0, 4.0 * self._removed / (1.0 + longest)))
        ruined: set[int] = set()
        gone: list[int] = []
        for row in (centre, *self.near[centre]):
            number = int(solution.route[row])
            if number in ruined or number == len(solution.routes):
                continue
            stops = solution.routes[number]
            whole = not ruined and len(stops) <= _WHOLE_STOPS and dice.random() < _WHOLE
            gone += stops if whole else self._string(stops, row, longest)
            ruined.add(number)
            if len(ruined) >= strings:
                break
        return solution.remove(gone)

    def _string(self, stops: list[int], row: int, longest: float) -> list[int]:
        """Return stops next to each other, ``row`` among them, or the same with one in the middle left in place."""
        dice = self._random
        length = int(dice.uniform(1.0, min(longest, len(stops)) + 1.0))
        spared = int(1 < length < len(stops) and dice.random() < _SPLIT)
        at, span = stops.index(row), length + spared
        start = dice.randint(max(0, at - span + 1), min(at, len(stops) - span))
        string = stops[start : start + span]
        if spared:
            del string[dice.randrange(1, length)]
        return string

    def _recreate(self, gone: list[int]) -> None:
        solution, problem, dice = self.solution, self.problem, self._random
        order = dice.choice(self._orders)
        others = sorted(row for row in solution.skipped.difference(gone) if self.problem.new_routes[row])
        rows = gone + (others if len(others) <= _RETRIES else dice.sample(others, _RETRIES))
        dice.shuffle(rows)
        if order is not None:
            rows.sort(key=order.__getitem__)
        touched = set()
        for row in rows:
            start = dice.randrange(len(self._blinks) - self._slots + 1)
            added, slot = best_insertion(solution, row, self._blinks[start : start + self._slots])
            if added < problem.skip_cost[row]:
                solution.insert(row, slot)
                touched.add(int(solution.route[row]))
        if len(problem.types) > 1:
            for number in sorted(touched):
                kind = cheapest_type(solution, number)
                if kind != solution.kind[number]:
                    solution.retype(number, kind)


def _leg_cost(solution: Solution) -> float:
    """Return the mean cost of a leg, hours at the stops included."""
    used = [number for number, stops in enumerate(solution.routes) if stops]
    legs = sum(len(solution.routes[number]) + 1 for number in used)
    fixed = solution.problem.types.fixed_cost[solution.kind[used]]
    return float((solution.route_cost[used] - fixed).sum()) / max(legs, 1)


def _orders(problem: Problem) -> list[list[float] | None]:
    """Return the orders of insertion as sort keys, the more likely ones more often; None stands for any order."""
    home = problem.distance[: len(problem), len(problem) :].min(axis=1, initial=np.inf)
    most = -problem.demand.sum(axis=1)
    orders: list[list[float] | None] = [*([None] * 4), *([most.tolist()] * 4), *([(-home).tolist()] * 2), home.tolist()]
    if problem.timed:
        windows = ((problem.closes - problem.opens), problem.opens, -problem.closes)
        orders += [window.tolist() for window in windows for _ in range(2)]
    return orders
