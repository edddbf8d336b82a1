"""Iterated local search with PyVRP's operators, in which the less is accepted the nearer the end is."""

from __future__ import annotations

import attrs
from pyvrp import Client, ProblemData, RandomNumberGenerator, Route, Solution
from pyvrp.search import (
    OPERATORS,
    LocalSearch,
    NeighbourhoodParams,
    PerturbationManager,
    compute_neighbours,
)

from shelfwise_router_pyvrp.penalties import Feedback, Penalties, proportional, spent

__all__ = ["Search", "Settings"]


@attrs.frozen
class Settings:
    """How the search goes about it.

    Moves are tried beside so many ``neighbours``. At first a solution may replace the present one if it costs no more
    than the best and ``threshold`` of what its routes cost, at the end only if it costs less.
    """

    neighbours: int = 30
    threshold: float = 0.01


class Search:
    """A solution on its way to better ones, and the ``best`` seen: record-to-record travel (Dueck 1993).

    What must be delivered is at first only dear to leave out, so that there is a feasible solution at all times. Once
    none of it is left out it is required, which is faster.
    """

    def __init__(
        self,
        data: ProblemData,
        penalties: Penalties,
        seed: int,
        settings: Settings,
        start: Solution | None = None,
    ) -> None:
        """Search around ``start``, or around nothing.

        ``penalties`` hold until there is a first solution; then those are in proportion to what that costs.
        """
        self._settings, self._required = settings, data
        self._random = RandomNumberGenerator(seed)
        self._neighbours = compute_neighbours(data, NeighbourhoodParams(num_neighbours=settings.neighbours))
        self._work_on(data.replace(clients=[_optional(client) for client in data.clients()]))
        self._penalties = Feedback(penalties)
        self.best = self._current = Solution(self._data, [])
        self.adopt(start or self.best)
        if self.best.num_clients():
            self._penalties = Feedback(proportional(self.best, data.clients()))

    def adopt(self, solution: Solution) -> None:
        """Go on from another solution, or from its neighbourhood, where that is better than the best."""
        evaluator, other = self._penalties.evaluator(), _copy(solution, self._data)
        near = self._improve(other, evaluator, exhaustive=True)
        best = min(self.best, other, near, key=evaluator.cost)
        if best is not self.best:
            self.best = self._current = best
        self._require()

    def step(self, fraction: float) -> None:
        """Change the present solution a little; ``fraction`` of the search lies behind."""
        evaluator = self._penalties.evaluator()
        candidate = self._improve(self._current, evaluator, exhaustive=False)
        self._penalties.register(candidate)
        record = evaluator.cost(self.best)
        if evaluator.cost(candidate) < record:
            self.best, candidate = candidate, self._improve(candidate, evaluator, exhaustive=True)
            if evaluator.cost(candidate) < evaluator.cost(self.best):
                self.best = candidate
            record = evaluator.cost(self.best)
        cost = evaluator.penalised_cost(candidate)
        allowed = self._settings.threshold * (1.0 - fraction) * spent(self.best)
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
        # Its own perturbation: PyVRP's default is one object for all searches, and two at once would change it in turn.
        self._improve = LocalSearch(data, self._random, self._neighbours, PerturbationManager())
        for operator in OPERATORS:
            if operator.supports(data):
                self._improve.add_operator(operator(data))


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
