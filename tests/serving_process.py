"""A server of a fake orchestrator in a process of its own, for tests of signals, drains and sudden ends."""

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from serving_fakes import LONG

PROGRAM = Path(__file__).with_name("server") / "serve_fake.py"


class Process:
    """A server in a process of its own, and its log so far."""

    def __init__(self, kind, **options):
        self.popen = subprocess.Popen(
            [sys.executable, PROGRAM, kind, json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = []

    def line(self, event):
        """Return the next log line of an event, reading up to it."""
        for text in self.popen.stderr:
            self.log.append(json.loads(text))
            if self.log[-1]["event"] == event:
                return self.log[-1]
        raise AssertionError(f"the log ended without {event}: {self.log}")

    def end(self):
        """Wait for the end and return the exit code and all that it printed."""
        printed, rest = self.popen.communicate(timeout=LONG)
        self.log += [json.loads(text) for text in rest.splitlines()]
        return self.popen.returncode, printed


@contextmanager
def server_processes():
    """Give a function that starts a server process; all are killed at the end."""
    processes = []

    def start(kind="fake", **options):
        processes.append(Process(kind, **options))
        return processes[-1]

    yield start
    for each in processes:
        each.popen.kill()
        each.popen.communicate()
