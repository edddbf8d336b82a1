"""Progress in lines that stay, for a pipe or a log."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import rich_click as click

__all__ = ["ProgressLines", "progress_lines"]

_LOOK_SECONDS = 1.0
_SILENT_SECONDS = 10.0


@attrs.define(eq=False)
class ProgressLines:
    """Takes note of progress; a line of it is written only on :meth:`look`."""

    _step: str
    _parts: str = attrs.field(init=False, default="")
    _written: str = attrs.field(init=False, default="")
    _written_at: float = attrs.field(init=False, default=0.0)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note of how far a step is."""
        self._step, self._parts = step, f", {done:,} of {total:,}" if total > 1 else ""

    def look(self, seconds: float) -> None:
        """Write how far it is after so many seconds, if another step has begun or nothing was written for a while."""
        step = self._step
        if step == self._written and seconds - self._written_at < _SILENT_SECONDS:
            return
        click.echo(f"{seconds:6.1f} s  {step}{self._parts}", err=True)
        self._written, self._written_at = step, seconds


@contextmanager
def progress_lines(step: str) -> Iterator[ProgressLines]:
    """Look once a second, beginning with ``step``: what is over sooner is not worth a line."""
    lines, over, started = ProgressLines(step), threading.Event(), time.monotonic()

    def look() -> None:
        while not over.wait(_LOOK_SECONDS):
            lines.look(time.monotonic() - started)

    # Whoever works in silence tells nothing: the lines come from a thread of their own.
    thread = threading.Thread(target=look, name="progress", daemon=True)
    thread.start()
    try:
        yield lines
    finally:
        over.set()
        thread.join()
