"""A second search at the same time, in a thread: PyVRP lets other threads run while it searches."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

import attrs
from pyvrp import Solution

from shelfwise.types import Deadline
from shelfwise_router_pyvrp.running import Task, run
from shelfwise_router_pyvrp.stopping import Stoppable

__all__ = ["Companion"]


@attrs.frozen(eq=False)
class _End:
    """One end of an exchange of solutions, None from one that has ended."""

    sending: SimpleQueue[Solution | None]
    receiving: SimpleQueue[Solution | None]

    def meet(self, best: Solution, deadline: Deadline) -> Solution | None:
        """Tell of the best solution, and return that of the other, or None where it has none in time."""
        self.sending.put(best)
        try:
            found = self.receiving.get(timeout=min(deadline.remaining(), 1e6))
        except Empty:
            return None
        if found is None:  # there will be no other
            self.receiving.put(None)
        return found


class Companion:
    """The search, which ends with the block that it is used in."""

    def __init__(self, task: Task) -> None:
        """Prepare a task like this one, with another seed."""
        there: SimpleQueue[Solution | None] = SimpleQueue()
        back: SimpleQueue[Solution | None] = SimpleQueue()
        self.meet, self._end = _End(there, back).meet, _End(back, there)
        self._deadline = Stoppable(task.deadline.ends_at)
        self._task = attrs.evolve(task, seed=task.seed + 1, deadline=self._deadline)

    def __enter__(self) -> Self:
        # Not a daemon, even if the caller is one: who is in C++ at exit aborts.
        Thread(target=self._search, name="second search", daemon=False).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deadline.stopped.set()
        self._end.receiving.put(None)

    def _search(self) -> None:
        try:
            run(self._task, self._end)
        finally:
            self._end.sending.put(None)
