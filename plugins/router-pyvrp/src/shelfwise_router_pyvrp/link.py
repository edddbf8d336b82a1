"""Messages between two processes, through pipes that end with either of them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from shelfwise.types import Deadline

__all__ = ["Link"]

_LOST = object()
"""What is received when the other process is gone."""


class Link:
    """One end: what the other process sends waits until it is received. ``lost`` is called when that process ends."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes], lost: Callable[[], None] = lambda: None) -> None:
        """Listen and talk in threads, so that nobody waits for the other process to be ready."""
        self._reading, self._writing, self._lost = reading, writing, lost
        self._messages: SimpleQueue[Any] = SimpleQueue()
        self._leaving: SimpleQueue[Any] = SimpleQueue()
        Thread(target=self._listen, name="link-listens", daemon=True).start()
        Thread(target=self._talk, name="link-talks", daemon=True).start()

    def send(self, message: Any) -> None:
        """Send a message; nothing happens where nobody is left to receive it."""
        self._leaving.put(message)

    def receive(self, deadline: Deadline) -> Any:
        """Return the next message, or None where none comes in time or nobody is left to send one."""
        try:
            message = self._messages.get(timeout=min(deadline.remaining(), 1e6))
        except Empty:
            return None
        if message is not _LOST:
            return message
        self._messages.put(_LOST)
        return None

    def _listen(self) -> None:
        try:
            while True:
                # Both ends are this program: nobody else can write into its pipes.
                self._messages.put(pickle.load(self._reading))  # noqa: S301
        except (EOFError, OSError, pickle.UnpicklingError):
            self._messages.put(_LOST)
            self._lost()

    def _talk(self) -> None:
        try:
            while True:
                pickle.dump(self._leaving.get(), self._writing)
                self._writing.flush()
        except (OSError, ValueError):
            return
