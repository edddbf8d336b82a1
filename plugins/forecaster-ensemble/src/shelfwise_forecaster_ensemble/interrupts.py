"""Interrupts held back while a library is at work that would swallow them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["held_back"]


@contextmanager
def held_back() -> Iterator[list[int]]:
    """Note SIGINT and SIGTERM in the list that is given, and deliver the first of them at the end.

    Only the main thread hears of signals; in any other the list stays empty.
    """
    noted: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ours = [number for number, handler in before.items() if handler is not None]
    for number in ours:
        signal.signal(number, lambda which, _: noted.append(which))
    try:
        yield noted
    finally:
        for number in ours:
            signal.signal(number, before[number])
        if noted:
            signal.raise_signal(noted[0])
