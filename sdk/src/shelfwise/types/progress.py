"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told by a long task how far it is: ``progress("epochs", 3, 10)``."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` parts of ``step`` are finished."""


def silent(step: str, done: int, total: int) -> None:
    """Take note of progress without showing it."""


def named(name: str, progress: Progress) -> Progress:
    """Tell progress of steps that are part of what ``name`` says."""
    return lambda step, done, total: progress(f"{name}: {step}", done, total)
