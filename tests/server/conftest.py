"""Servers over real loopback sockets for the tests."""

import contextlib

import grpc
import pytest
from serving_fakes import FakeOrchestrator, HeldOrchestrator, config

from shelfwise.v1 import decision_pb2_grpc
from shelfwise_server import running


@pytest.fixture
def serving():
    """Return a function that serves an orchestrator in a thread and gives its address."""
    with contextlib.ExitStack() as stack:
        yield lambda orchestrator, **changes: stack.enter_context(running(orchestrator, config(**changes)))


@pytest.fixture
def connect():
    """Return a function that opens a channel to an address."""
    with contextlib.ExitStack() as stack:
        yield lambda address, *options: stack.enter_context(grpc.insecure_channel(address, options))


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
def stub(fake, serving, connect):
    """Return a stub of a server that answers at once."""
    return decision_pb2_grpc.DecisionServiceStub(connect(serving(fake)))
