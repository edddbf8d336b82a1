"""Servers and clients for the tests."""

import contextlib

import pytest
from scripted_server import scripted_server
from serving_fakes import LONG, FakeOrchestrator, HeldOrchestrator, config

from shelfwise_client import Client
from shelfwise_server import running


@pytest.fixture
def serving():
    """Return a function that serves an orchestrator in a thread and gives its address."""
    with contextlib.ExitStack() as stack:
        yield lambda orchestrator, **changes: stack.enter_context(running(orchestrator, config(**changes)))


@pytest.fixture
def fake():
    """Return an orchestrator that answers at once."""
    return FakeOrchestrator()


@pytest.fixture
def held():
    """Return an orchestrator that answers when it is released, which the end of the test does too."""
    orchestrator = HeldOrchestrator()
    yield orchestrator
    orchestrator.release()


@pytest.fixture
def connect():
    """Return a function that makes a client for an address."""
    with contextlib.ExitStack() as stack:
        yield lambda target, **options: stack.enter_context(Client(target, **{"timeout_seconds": LONG, **options}))


@pytest.fixture
def scripted():
    """Return a server that fails as it is told; its address is at ``address``."""
    with scripted_server() as server:
        yield server
