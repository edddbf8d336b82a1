"""The storefront example as a program, a browser to visit it with, and an orchestrator that is watched."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SHOP = Path(__file__).resolve().parents[1] / "clients/examples/storefront"
BROWSER = Path(__file__).parent / "clients/examples/storefront/browser.mjs"


def see_that_it_is_built() -> None:
    """Skip the test where there is no Node or the shop is not built."""
    if shutil.which("node") is None:
        pytest.skip("needs node (Debian package nodejs)")
    if not (SHOP / "build/ready").exists():
        pytest.skip("the storefront is not built: clients/examples/storefront/build.sh does it, or says why not")


def catalogue() -> list[dict]:
    """Return what the shop sells."""
    return json.loads((SHOP / "catalogue.json").read_text(encoding="utf-8"))


@contextmanager
def running_shop(target: str, *options: str) -> Iterator[str]:
    """Run the shop against a server; yield its address."""
    command = ["node", "dist/main.js", "--port", "0", "--target", target, *options]
    process = subprocess.Popen(command, cwd=SHOP, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


class Watched:
    """An orchestrator that keeps what it is asked and what it answers."""

    def __init__(self, orchestrator) -> None:
        self._orchestrator = orchestrator
        self.state = orchestrator.state
        self.health = orchestrator.health
        self.requests, self.decisions = [], []

    def decide(self, request, deadline=None):
        """Decide as the orchestrator does."""
        self.requests.append(request)
        decision = self._orchestrator.decide(request, deadline)
        self.decisions.append(decision)
        return decision


class Browser:
    """Debian's Chromium; ``browser.goto(url)`` and the other steps of ``browser.mjs``."""

    def __init__(self) -> None:
        chromium = shutil.which("chromium")
        if chromium is None:
            pytest.skip("needs chromium (Debian package chromium)")
        self._process = subprocess.Popen(
            ["node", BROWSER, SHOP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "CHROMIUM": chromium},
        )

    def __getattr__(self, step: str):
        def do(*words):
            self._process.stdin.write(json.dumps([step, *words]) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
            assert "error" not in answer, answer["error"]
            return answer["value"]

        return do

    def close(self) -> None:
        """Close the browser."""
        self._process.communicate()
