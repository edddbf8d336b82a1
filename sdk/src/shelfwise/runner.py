"""Run a call with a deadline: a call that outlives it is abandoned, not waited for.

Python cannot stop a thread, so an abandoned call goes on in its daemon thread until it returns by itself. A plugin
with too many abandoned calls is refused new ones until they return, which bounds what a hanging plugin can cost.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from shelfwise.types import Deadline

MAXIMUM_ABANDONED = 8
"""Abandoned calls that one plugin may have before it is refused new ones."""


class OverdueError(Exception):
    """The call had no answer by its deadline, or was refused because earlier ones still have none."""


class _Call:
    """One call and its outcome; ``done`` is released when there is one."""

    __slots__ = ("arguments", "done", "error", "function", "result")

    def __init__(self, function: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self.function, self.arguments = function, arguments
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def run(self) -> None:
        try:
            self.result = self.function(**self.arguments)
        except BaseException as error:  # noqa: BLE001 - whatever a plugin raises is handed to the caller
            self.error = error
        finally:
            self.done.release()


class Runner:
    """A pool of daemon threads, one for each call under way, reused when the call returns."""

    def __init__(self) -> None:
        self._idle: list[SimpleQueue[_Call]] = []
        self._abandoned: Counter[str] = Counter()
        self._lock = threading.Lock()

    def run(self, key: str, function: Callable[..., Any], arguments: dict[str, Any], deadline: Deadline) -> Any:
        """Return ``function(**arguments)``; ``key`` names whose call it is.

        Raises:
            OverdueError: there was no answer by the deadline, or ``key`` has too many abandoned calls.
        """
        with self._lock:
            if self._abandoned[key] >= MAXIMUM_ABANDONED:
                raise OverdueError(f"{MAXIMUM_ABANDONED} earlier calls have not returned")
            queue = self._idle.pop() if self._idle else None
        call = _Call(function, arguments)
        if queue is None:
            queue = SimpleQueue()
            threading.Thread(target=self._work, args=(queue,), name="shelfwise-stage", daemon=True).start()
        queue.put(call)
        remaining = deadline.remaining()
        if not call.done.acquire(timeout=-1 if math.isinf(remaining) else min(remaining, threading.TIMEOUT_MAX)):
            with self._lock:
                self._abandoned[key] += 1
            queue.put(_Call(self._return, {"key": key}))
            raise OverdueError("no answer in time")
        with self._lock:
            self._idle.append(queue)
        if call.error is not None:
            raise call.error
        return call.result

    def _return(self, key: str) -> None:
        """Runs behind an abandoned call, in its thread: the call has returned after all."""
        with self._lock:
            self._abandoned[key] -= 1

    def _work(self, queue: SimpleQueue[_Call]) -> None:
        while True:
            call = queue.get()
            call.run()
            if call.function == self._return:
                return
