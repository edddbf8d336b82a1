"""A search from its beginning to its end, alone or with another that looks elsewhere at the same time."""

from __future__ import annotations

import math
from typing import Protocol

import attrs
from pyvrp import ProblemData, Solution

from shelfwise.types import Deadline
from shelfwise_router_pyvrp.penalties import Penalties
from shelfwise_router_pyvrp.search import Search, Settings

__all__ = ["Peer", "Task", "run"]

_MEETINGS = 0.3, 0.6, 0.8, 0.95
"""The parts of the search after which both go on from the best that either has."""

_GRACE = 0.02
"""The part of the time that may be behind its iterations: how long the beginning takes does not change the search."""


class Peer(Protocol):
    """Another search of the same problem."""

    def meet(self, best: Solution, deadline: Deadline) -> Solution | None:
        """Tell of the best solution so far, and return that of the other, or None where it has none in time."""


@attrs.frozen(eq=False)
class Task:
    """A search: of what, from where, how, for how many iterations, and until when; ``seconds`` are all there are."""

    data: ProblemData
    penalties: Penalties
    start: Solution
    settings: Settings
    seed: int
    iterations: int
    deadline: Deadline
    seconds: float

    def done(self, iteration: int) -> float:
        """Return the part of the search that lies behind, by iterations or by time."""
        counted = iteration / self.iterations
        if math.isinf(self.seconds):
            return counted
        return max(counted, 1.0 - self.deadline.remaining() / self.seconds - _GRACE)


def run(task: Task, peer: Peer | None = None) -> tuple[Solution, bool]:
    """Return the best solution found, and whether the deadline left time for all iterations.

    With that time the same task always has the same solution.
    """
    search = Search(task.data, task.penalties, task.seed, task.settings, task.start)
    meetings = list(_MEETINGS)
    for number in range(task.iterations):
        if task.deadline.expired:
            return search.best, False
        done = task.done(number)
        if peer and meetings and done >= meetings[0]:
            meetings = [meeting for meeting in meetings if meeting > done]
            if (found := peer.meet(search.best, task.deadline.share(0.5))) is not None:
                search.adopt(found)
        search.step(done)
    return search.best, True
