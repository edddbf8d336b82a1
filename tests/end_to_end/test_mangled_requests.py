"""Whatever bytes come in, the answer is a decision or a fault of the request, never one of the server."""

import grpc
import pytest
import strategies
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sample_retailer import sample_orchestrator

from shelfwise.errors import InvalidRequestError
from shelfwise.serving_config import ServerConfig
from shelfwise.types import Customer, DecisionRequest, RecommendRequest, RouteRequest
from shelfwise.wire import request_to_proto
from shelfwise_server import running

STATE = sample_orchestrator().state
quietly = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, max_examples=100)


@pytest.fixture(scope="module")
def call():
    """Return a function that sends bytes to a server and returns the code."""
    config = ServerConfig(address="127.0.0.1:0")
    with running(sample_orchestrator(), config) as address, grpc.insecure_channel(address) as channel:
        decide = channel.unary_unary("/shelfwise.v1.DecisionService/Decide")

        def code(body):
            try:
                decide(body, timeout=30)
            except grpc.RpcError as failure:
                return failure.code().name
            return "OK"

        yield code


def mangled(body, changes):
    """Return bytes with some of them replaced."""
    out = bytearray(body)
    for place, value in changes:
        out[place % len(out)] = value
    return bytes(out)


changes = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4)
sensible = DecisionRequest(
    request_id="mangled",
    as_of=STATE.as_of,
    recommend=RecommendRequest((Customer(STATE.customers.index.ids[0]),)),
    route=RouteRequest(STATE.deliveries[:2]),
)


@quietly
@given(st.just(sensible) | strategies.decision_requests(), changes)
def test_mangled_requests(call, request, changes):
    """A request with bytes overwritten is decided or refused as invalid."""
    try:
        body = request_to_proto(request).SerializeToString()
    except InvalidRequestError:
        assume(False)
    assume(body)

    assert call(mangled(body, changes)) in {"OK", "INVALID_ARGUMENT", "NOT_FOUND"}


@quietly
@given(st.binary(max_size=200))
def test_any_bytes(call, body):
    """Bytes out of nowhere are refused as invalid."""
    assert call(body) in {"INVALID_ARGUMENT", "NOT_FOUND"}
