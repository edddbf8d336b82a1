"""Searches that end when they should: with whoever waits for them, and with the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Event, Thread, main_thread
from typing import TypeVar

import attrs

from shelfwise.types import Deadline

__all__ = ["Stoppable", "attended"]

Result = TypeVar("Result")


@attrs.frozen
class Stoppable(Deadline):
    """It passes at once when ``stopped`` is set, or the program ends, so that a thread ends that works to it."""

    stopped: Event = attrs.field(factory=Event)

    def remaining(self) -> float:
        """Return the seconds left, none where it is stopped."""
        return 0.0 if self.stopped.is_set() or not main_thread().is_alive() else super().remaining()


def attended(searches: Sequence[Callable[[], Result]], deadline: Stoppable) -> list[Result]:
    """Return what the searches find that work to a deadline, each in a thread, all at the same time.

    A program waits at its end for these threads, which are no daemons, and they end when it does: one that were in
    compiled code then would abort it. The caller may be a daemon. Its interrupt, or an error, stops all.
    """
    found: list[Future[Result]] = [Future() for _ in searches]
    for search, future in zip(searches, found, strict=True):
        Thread(target=_into, args=(future, search), name="search", daemon=False).start()
    try:
        return [future.result() for future in found]
    except BaseException:
        deadline.stopped.set()
        raise


def _into(future: Future[Result], search: Callable[[], Result]) -> None:
    try:
        future.set_result(search())
    except BaseException as error:  # noqa: BLE001 - whatever it is, the one who waits is told
        future.set_exception(error)
