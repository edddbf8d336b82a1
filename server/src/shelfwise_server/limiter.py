"""How many decisions are under way at once, and how many may wait."""

from __future__ import annotations

import asyncio
from collections import deque

from shelfwise.errors import DeadlineExceededError
from shelfwise.types import Deadline
from shelfwise_server.errors import OverloadedError

SHORTEST_RETRY_SECONDS = 0.1
LONGEST_RETRY_SECONDS = 30.0


class Limiter:
    """Places for calls, used from one event loop.

    A plan takes seconds and a storefront call milliseconds. So that no number of plans keeps the storefront waiting,
    plans leave one place free where there is more than one, and storefront calls go first, except that one plan may
    always run.
    """

    def __init__(self, places: int, queue: int, maximum_wait_seconds: float) -> None:
        self._places = places
        self._places_for_plans = max(1, places - 1)
        self._queue = queue
        self._maximum_wait_seconds = maximum_wait_seconds
        self._plans_running = 0
        self._plans: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._mean_seconds = 0.0
        self.running = 0
        """Calls that hold a place."""

    @property
    def waiting(self) -> int:
        """Calls that wait for a place."""
        return len(self._plans) + len(self._others)

    async def acquire(self, *, plan: bool, deadline: Deadline) -> None:
        """Take a place, waiting for it where there is none.

        Raises:
            OverloadedError: too many calls wait already, or this one has waited too long.
            DeadlineExceededError: the deadline passed first.
        """
        if deadline.expired:
            raise DeadlineExceededError("the deadline passed before the call could start")
        line = self._plans if plan else self._others
        if not line and self._free(plan=plan):
            self._take(plan=plan)
            return
        if self.waiting >= self._queue:
            raise OverloadedError(self._retry_after_seconds())
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await asyncio.wait((turn,), timeout=min(deadline.remaining(), self._maximum_wait_seconds))
        except asyncio.CancelledError:
            if turn.done():
                self._give(plan=plan)
            raise
        finally:
            if not turn.done():
                line.remove(turn)
        if turn.done():
            return
        if deadline.expired:
            raise DeadlineExceededError("the deadline passed while the call waited for a place")
        raise OverloadedError(self._retry_after_seconds())

    def ensure_room(self) -> None:
        """Raise OverloadedError where any call would be refused."""
        if self.waiting >= self._queue and self.running >= self._places:
            raise OverloadedError(self._retry_after_seconds())

    def release(self, *, plan: bool, seconds: float) -> None:
        """Give a place back after ``seconds`` of work."""
        self._mean_seconds += 0.1 * (seconds - self._mean_seconds)
        self._give(plan=plan)

    def _free(self, *, plan: bool) -> bool:
        return self.running < self._places and (not plan or self._plans_running < self._places_for_plans)

    def _take(self, *, plan: bool) -> None:
        self.running += 1
        self._plans_running += plan

    def _give(self, *, plan: bool) -> None:
        self.running -= 1
        self._plans_running -= plan
        lines = [(self._others, False), (self._plans, True)]
        if self._places > 1 and not self._plans_running:
            lines.reverse()
        for line, of_plans in lines:
            while line and self._free(plan=of_plans):
                self._take(plan=of_plans)
                line.popleft().set_result(None)

    def _retry_after_seconds(self) -> float:
        """Return about how long the calls under way and in line take."""
        seconds = self._mean_seconds * (self.waiting + self.running) / self._places
        return min(max(seconds, SHORTEST_RETRY_SECONDS), LONGEST_RETRY_SECONDS)
