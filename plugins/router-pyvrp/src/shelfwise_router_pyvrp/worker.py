"""A second search, in a process of its own that is told its task through a pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from types import TracebackType
from typing import Self

import attrs
from pyvrp import Activity, ActivityType, ProblemData, Route, Solution

from shelfwise.types import Deadline
from shelfwise_router_pyvrp.link import Link
from shelfwise_router_pyvrp.running import Task, run

__all__ = ["Worker"]


class Worker:
    """The process, which ends with the block that it is used in, and with this process."""

    def __init__(self, task: Task) -> None:
        """Start it on a task like this one, with another seed."""
        self._data = task.data
        command = [sys.executable, "-m", "shelfwise_router_pyvrp.worker"]
        self._process = subprocess.Popen(  # noqa: S603 - it is this program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdin
        assert self._process.stdout
        self._link = Link(self._process.stdout, self._process.stdin)
        self._link.send(attrs.evolve(task, seed=task.seed + 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def meet(self, best: Solution, deadline: Deadline) -> Solution | None:
        """Exchange the best solutions."""
        return _exchange(self._link, self._data, best, deadline)


@attrs.frozen
class _Boss:
    """The process that started this one."""

    link: Link
    data: ProblemData

    def meet(self, best: Solution, deadline: Deadline) -> Solution | None:
        """Exchange the best solutions."""
        return _exchange(self.link, self.data, best, deadline)


def _exchange(link: Link, data: ProblemData, best: Solution, deadline: Deadline) -> Solution | None:
    """Send a solution, as whether a client is visited and which client or depot, and return the one received."""
    link.send(
        [
            (route.vehicle_type(), [(activity.is_client(), activity.idx) for activity in [*route][1:-1]])
            for route in best.routes()
        ]
    )
    routes = link.receive(deadline)
    if routes is None:
        return None
    kinds = {True: ActivityType.CLIENT, False: ActivityType.DEPOT}
    return Solution(data, [Route(data, [Activity(kinds[c], row) for c, row in stops], kind) for kind, stops in routes])


def main() -> None:
    """Do the task that comes in."""
    # What this process prints must not get between its messages.
    link = Link(sys.stdin.buffer, sys.stdout.buffer, lost=lambda: os._exit(1))
    task = link.receive(Deadline())
    run(task, _Boss(link, task.data))
    # The last solution that it told of has been sent: the other process ends this one.
    link.receive(Deadline())


if __name__ == "__main__":
    main()
