"""Iterated local search with PyVRP's operators, in which the less is accepted the nearer the end is."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from pyvrp import Client, PenaltyManager, PenaltyParams, ProblemData, RandomNumberGenerator, Route, Solution
from pyvrp.search import OPERATORS, LocalSearch, NeighbourhoodParams, compute_neighbours

__all__ = ["Search", "Settings"]


@attrs.frozen
class Settings:
    """How the search goes about it.

    Moves are tried beside so many ``neighbours``. At first a solution may replace the present one if it costs no more
    than the best and ``threshold`` of what that drives for, at the end only if it costs less.
    """

    neighbours: int = 30
    threshold: float = 0.0075


class Search:
    """A solution on its way to better ones, and the ``best`` seen: record-to-record travel (Dueck 1993).

    What must be delivered is at first only dear to leave out, so that there is a feasible solution at all times. Once
    none of it is left out it is required, which is faster.
    """

    def __init__(
        self,
        data: ProblemData,
        penalties: tuple[Sequence[float], float, float],
        seed: int,
        settings: Settings,
        start: Solution | None = None,
    ) -> None:
        """Search around ``start``, or around nothing.

        ``penalties`` are what a step beyond each limit costs at first: of the loads, of time and of distance.
        """
        loads, time, distance = penalties
        highest = max([1.0, *loads, time, distance])
        self._penalties = PenaltyManager((list(loads), time, distance), PenaltyParams(max_penalty=highest))
        self._settings, self._required = settings, data
        self._random = RandomNumberGenerator(seed)
        self._neighbours = compute_neighbours(data, NeighbourhoodParams(num_neighbours=settings.neighbours))
        self._work_on(data.replace(clients=[_optional(client) for client in data.clients()]))
        self.best = self._current = Solution(self._data, [])
        self.adopt(start or self.best)

    def adopt(self, solution: Solution) -> None:
        """Go on from the neighbourhood of another solution if that is better than the best."""
        evaluator = self._penalties.cost_evaluator()
        near = self._improve(_copy(solution, self._data), evaluator, exhaustive=True)
        if evaluator.cost(near) < evaluator.cost(self.best):
            self.best = self._current = near
        self._require()

    def step(self, fraction: float) -> None:
        """Change the present solution a little; ``fraction`` of the search lies behind."""
        evaluator = self._penalties.cost_evaluator()
        candidate = self._improve(self._current, evaluator, exhaustive=False)
        self._penalties.register(candidate)
        record = evaluator.cost(self.best)
        if evaluator.cost(candidate) < record:
            self.best, candidate = candidate, self._improve(candidate, evaluator, exhaustive=True)
            if evaluator.cost(candidate) < evaluator.cost(self.best):
                self.best = candidate
            record = evaluator.cost(self.best)
        cost = evaluator.penalised_cost(candidate)
        allowed = self._settings.threshold * (1.0 - fraction) * _driven(self.best)
        if cost < max(record + allowed, evaluator.penalised_cost(self._current)):
            self._current = candidate
        self._require()

    def _require(self) -> None:
        """Require what must be delivered as soon as the best solution leaves none of it out."""
        if self._data is not self._required:
            best = _copy(self.best, self._required)
            if best.is_feasible():
                self._work_on(self._required)
                self.best = self._current = best

    def _work_on(self, data: ProblemData) -> None:
        self._data = data
        self._improve = LocalSearch(data, self._random, self._neighbours)
        for operator in OPERATORS:
            if operator.supports(data):
                self._improve.add_operator(operator(data))


def _driven(solution: Solution) -> int:
    """Return what the vehicles of a solution cost on their way."""
    return solution.distance_cost() + solution.duration_cost()


def _optional(client: Client) -> Client:
    return Client(
        client.location,
        client.delivery,
        client.pickup,
        client.service_duration,
        client.tw_early,
        client.tw_late,
        client.release_time,
        prize=client.prize,
        required=False,
    )


def _copy(solution: Solution, data: ProblemData) -> Solution:
    """Return the same routes as a solution of other data, which differ in what is required at most."""
    return Solution(data, [Route(data, [*route][1:-1], route.vehicle_type()) for route in solution.routes()])
