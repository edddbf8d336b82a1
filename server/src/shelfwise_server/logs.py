"""One JSON object a line on standard error, written by a thread of its own: a reader that stalls stalls no call."""

from __future__ import annotations

import atexit
import logging
import sys
import threading
from queue import Empty, Full, Queue
from typing import TextIO

import structlog

MAXIMUM_LINES_WAITING = 10_000
_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
)


def configure_logs(level: str, stream: TextIO = sys.stderr) -> None:
    """Send the events of structlog and of the standard library to ``stream``, from ``level`` upwards.

    Tracebacks come without the values of local variables, which may be personal data.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    writer = _Writer(stream)
    structlog.configure(
        processors=[*_SHARED, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: structlog.WriteLogger(writer),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(writer)
    formatter = structlog.stdlib.ProcessorFormatter(structlog.processors.JSONRenderer(), foreign_pre_chain=_SHARED)
    handler.setFormatter(formatter)
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[handler], force=True)


class _Writer:
    """Passes lines on to a stream from a daemon thread; beyond a bound, lines are dropped and counted."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: Queue[str] = Queue(MAXIMUM_LINES_WAITING)
        self._dropped = 0
        self._writing = threading.Lock()
        threading.Thread(target=self._work, name="shelfwise-log", daemon=True).start()
        atexit.register(self._finish)

    def write(self, text: str) -> None:
        try:
            self._lines.put_nowait(text)
        except Full:
            self._dropped += 1

    def flush(self) -> None:
        """Do nothing: the thread flushes what it writes."""

    def _work(self) -> None:
        while True:
            first = self._lines.get()
            with self._writing:
                self._pass_on(first)

    def _pass_on(self, text: str = "") -> None:
        try:
            while True:
                text += self._lines.get_nowait()
        except Empty:
            pass
        if self._dropped:
            text += f'{{"event": "log.dropped", "lines": {self._dropped}, "level": "warning"}}\n'
            self._dropped = 0
        self._stream.write(text)
        self._stream.flush()

    def _finish(self) -> None:
        if self._writing.acquire(timeout=1.0):
            self._pass_on()
