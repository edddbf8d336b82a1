"""What going beyond limits costs a search, by what it leads to."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from pyvrp import Client, CostEvaluator, PenaltyManager, PenaltyParams, Solution
from pyvrp.exceptions import PenaltyBoundWarning

__all__ = ["Feedback", "Penalties", "proportional", "spent"]

Penalties = tuple[list[float], float, float]
"""What a step beyond each limit costs: of the loads, of time and of distance."""

_BEYOND = 50.0
"""What going beyond a limit costs at first, in costs of the routes for the same load, time or distance."""

_FIRST, _SHARE = 100, 0.02
"""Solutions after which penalties change: so many, and this share of all before."""

_HIGHEST = 1e11
"""What a step beyond a limit costs at most, so that millions of them still are a whole number of 64 bits."""


# What cannot be made is left out in the end and told with its reason; filters are set for all threads at once.
warnings.filterwarnings("ignore", category=PenaltyBoundWarning)


class Feedback:
    """Penalties that change with how many of the latest solutions keep each limit.

    They do so after more and more solutions, and settle: of few it is as much chance as anything how many do.
    """

    def __init__(self, penalties: Penalties) -> None:
        """Begin with ``penalties``."""
        self._seen = 0
        self._ask(penalties)

    def evaluator(self) -> CostEvaluator:
        """Return what prices solutions now."""
        return self._manager.cost_evaluator()

    def register(self, solution: Solution) -> None:
        """Take notice of a solution."""
        self._manager.register(solution)
        self._seen += 1
        if self._seen == self._due:
            self._ask(self._manager.penalties())

    def _ask(self, penalties: Penalties) -> None:
        """Let ``penalties`` hold until there are enough solutions to tell by."""
        solutions = max(_FIRST, int(_SHARE * self._seen))
        params = PenaltyParams(solutions_between_updates=solutions, min_penalty=0.0, max_penalty=_HIGHEST)
        self._manager, self._due = PenaltyManager(penalties, params), self._seen + solutions


def proportional(solution: Solution, clients: Sequence[Client]) -> Penalties:
    """Return penalties by what a solution costs for all its loads, its time and its distance."""
    loads = np.array([np.maximum(client.delivery, client.pickup) for client in clients]).sum(axis=0)
    all_of_it = np.maximum([*loads, solution.duration(), solution.distance()], 1.0)
    *of_loads, of_time, of_distance = (_BEYOND * max(spent(solution), 1) / all_of_it).tolist()
    return of_loads, of_time, of_distance


def spent(solution: Solution) -> int:
    """Return what the routes of a solution cost: the vehicles sent out, and their way."""
    return solution.fixed_vehicle_cost() + solution.distance_cost() + solution.duration_cost()
