"""A server in a process of its own, for as long as it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shelfwise.errors import ShelfwiseError

_START_SECONDS = 120.0
_STOP_SECONDS = 20.0
_LOOK_SECONDS = 0.05


class ServerStartError(ShelfwiseError):
    """The server ended before it listened, or did not listen in time; the message ends with its log."""

    reason = "SERVER_START"


@contextmanager
def server_process(models: Path, log: Path) -> Iterator[str]:
    """Run ``shelfwise serve`` on a free port of this machine and give its address.

    The server logs to ``log``. It is asked to stop, and waited for, however the context is left.

    Raises:
        ServerStartError: it did not start.
    """
    command = [sys.executable, "-m", "shelfwise.cli", "serve", "--models", str(models), "--address", "127.0.0.1:0"]
    with log.open("wb") as file:
        # a session of its own, so that Ctrl-C reaches this process alone, which then stops the server
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True)  # noqa: S603
    try:
        yield _address(process, log)
    finally:
        _stop(process)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server says where it listens."""
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up:
        ended = process.poll() is not None
        text = log.read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines():
            if '"server.started"' in line:
                return str(json.loads(line)["address"])
        if ended:
            raise ServerStartError(f"the server ended with exit code {process.returncode}:\n{text[-2000:]}")
        time.sleep(_LOOK_SECONDS)
    raise ServerStartError(f"the server did not listen within {_START_SECONDS:.0f} s; its log is {log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to finish what it is doing, and end it where it does not."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
