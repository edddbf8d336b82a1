"""Threads that do blocking work for an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

Done = Callable[[Any, BaseException | None], None]
"""Told the result of a piece of work, or its error."""


class Workers:
    """A fixed number of daemon threads: unlike those of an executor, one that hangs cannot keep the process alive."""

    def __init__(self, count: int, name: str) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def start(self, work: Callable[..., Any], arguments: tuple[Any, ...], done: Done) -> None:
        """Do ``work(*arguments)`` in a thread and call ``done`` on the running loop when the thread is through."""
        self._jobs.put((work, arguments, done, asyncio.get_running_loop()))

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Return ``work(*arguments)``; who is cancelled while waiting leaves the thread to finish it."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def done(result: T, error: BaseException | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)

        self.start(work, arguments, done)
        return await future

    def close(self) -> None:
        """Let each thread end when it is through with what was started; wait for none."""
        for _ in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, arguments, done, loop = job
            result, error = None, None
            try:
                result = work(*arguments)
            except BaseException as raised:  # noqa: BLE001 - whatever it is belongs to whoever asked for the work
                error = raised
            try:
                loop.call_soon_threadsafe(done, result, error)
            except RuntimeError:  # the loop was closed while the work went on, and nobody waits any more
                return
            del job, work, arguments, done, loop, result, error


_Job = tuple[Callable[..., Any], tuple[Any, ...], Done, asyncio.AbstractEventLoop]
