"""One JSON object a line on standard error, written by a thread of its own: a reader that stalls stalls no call."""

from __future__ import annotations

import atexit
import json
import logging
import sys
import threading
import time
from collections import deque
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

MAXIMUM_LINES_WAITING = 10_000
GATHER_SECONDS = 0.02
"""Lines are written in batches: to wake a thread for each would cost more than the line."""
_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
)
_ENCODER = json.JSONEncoder(default=str, ensure_ascii=False)


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send the events of structlog and of the standard library to ``stream``, standard error by default.

    Tracebacks come without the values of local variables, which may be personal data.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    writer = _Writer(stream or sys.stderr)
    structlog.configure(
        processors=[*_SHARED, _as_json],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: writer,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(writer)
    handler.terminator = ""
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(_as_json, foreign_pre_chain=_SHARED))
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[handler], force=True)


def _as_json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return _ENCODER.encode(event)


class _Writer:
    """Passes lines on to a stream from a daemon thread; beyond a bound, lines are dropped and counted."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._any = threading.Event()
        self._writing = threading.Lock()
        threading.Thread(target=self._work, name="shelfwise-log", daemon=True).start()
        atexit.register(self._finish)

    def write(self, line: str) -> None:
        if len(self._lines) >= MAXIMUM_LINES_WAITING:
            self._dropped += 1
            return
        self._lines.append(line)
        if not self._any.is_set():
            self._any.set()

    debug = info = warning = error = critical = exception = write

    def flush(self) -> None:
        """Do nothing: the thread flushes what it writes."""

    def _work(self) -> None:
        while self._any.wait():
            time.sleep(GATHER_SECONDS)
            with self._writing:
                self._pass_on()

    def _pass_on(self) -> None:
        self._any.clear()
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        if self._dropped:
            lines.append(f'{{"event": "log.dropped", "lines": {self._dropped}, "level": "warning"}}')
            self._dropped = 0
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()

    def _finish(self) -> None:
        if self._writing.acquire(timeout=1.0):
            self._pass_on()
