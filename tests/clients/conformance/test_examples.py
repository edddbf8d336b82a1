"""The same example in every language prints the same."""

import subprocess
import sys

import pytest
from client_runners import CLIENTS, runners
from golden_cases import golden_orchestrator

from shelfwise.serving_config import ServerConfig
from shelfwise_server import running

EXAMPLES = {
    "go": ["build/example"],
    "java": ["build/example"],
    "python": [sys.executable, "example/example.py"],
    "ruby": ["ruby", "-I", "build/lib", "example/example.rb"],
    "typescript": ["node", "build/example/example.js"],
}
RUNNERS = [runner for runner in runners() if runner.name in EXAMPLES]


def example(language, *arguments):
    """Run the example of a language."""
    folder = CLIENTS / language
    first, *others = EXAMPLES[language]
    program = folder / first if first.startswith("build") else first
    return subprocess.run([program, *others, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def address():
    """Return the address of a server of the sample retailer."""
    with running(golden_orchestrator(), ServerConfig(address="127.0.0.1:0")) as address:
        yield address


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: runner.name)
def test_prints_a_slate(runner, address):
    """It prints rank, item and price of ten items, as that of Python does."""
    if runner.missing:
        pytest.skip(runner.missing)

    ran = example(runner.name, address, "customer-001")

    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) == 10
    assert ran.stdout == example("python", address, "customer-001").stdout


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: runner.name)
def test_tells_what_went_wrong(runner):
    """Without a server it ends with 1 and the error."""
    if runner.missing:
        pytest.skip(runner.missing)

    ran = example(runner.name, "127.0.0.1:1", "customer-001")

    assert ran.returncode == 1
    assert "SERVER_UNAVAILABLE: " in ran.stderr
