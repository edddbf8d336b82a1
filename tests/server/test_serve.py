"""The server as a process: its log, its drain on a signal, and what stops it from starting."""

import json
import signal

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from serving_fakes import LONG, FakeOrchestrator, config, storefront
from serving_process import server_processes

from shelfwise.errors import ConfigError
from shelfwise.v1 import decision_pb2_grpc
from shelfwise.wire import request_to_proto
from shelfwise_server import running


@pytest.fixture
def process():
    """Return a function that starts a server process."""
    with server_processes() as start:
        yield start


def decided(channel, request_id="r1"):
    """Begin a call."""
    stub = decision_pb2_grpc.DecisionServiceStub(channel)
    return stub.Decide.future(request_to_proto(storefront(request_id)), timeout=LONG)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_on_a_signal(process, number):
    """An idle server ends at once with code 0, and prints nothing."""
    server = process(drain_seconds=LONG)
    server.line("server.started")

    server.popen.send_signal(number)

    assert server.end() == (0, "")
    assert [line["event"] for line in server.log] == ["server.started", "server.draining", "server.stopped"]


def test_log_line_of_a_call(process, connect):
    """A call leaves one JSON line with its ids, its code, its time and the state of its stages."""
    server = process()
    channel = connect(server.line("server.started")["address"])

    decided(channel).result()

    line = server.line("call.finished")
    assert {key: line[key] for key in ("code", "request_id", "decision_id", "stages", "level", "repeated")} == {
        "code": "OK",
        "request_id": "r1",
        "decision_id": "decision of r1",
        "stages": {"recommender": "ok"},
        "level": "info",
        "repeated": False,
    }
    assert line["milliseconds"] >= line["queued_milliseconds"] >= 0
    assert "anna" not in json.dumps(line)


def test_drain(process, connect):
    """After SIGTERM a running call is answered, a new one is sent away, and health says NOT_SERVING meanwhile."""
    server = process("held", drain_seconds=LONG)
    channel = connect(server.line("server.started")["address"])
    running_call = decided(channel)
    assert server.popen.stdout.readline() == "held\n"

    server.popen.send_signal(signal.SIGTERM)
    server.line("server.draining")
    refused = decided(channel, "r2").exception()
    health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=LONG).status
    server.popen.stdin.write("release\n")
    server.popen.stdin.flush()

    assert refused.code() is grpc.StatusCode.UNAVAILABLE
    assert "shutting down" in refused.details()
    assert health == health_pb2.HealthCheckResponse.NOT_SERVING
    assert running_call.result().request_id == "r1"
    assert server.end()[0] == 0


def test_drain_has_an_end(process, connect):
    """A call that hangs is told UNAVAILABLE when the drain is over, and the process ends all the same."""
    server = process("held", drain_seconds=0.1)
    call = decided(connect(server.line("server.started")["address"]))
    assert server.popen.stdout.readline() == "held\n"

    server.popen.send_signal(signal.SIGTERM)

    assert call.exception().code() is grpc.StatusCode.UNAVAILABLE
    assert server.end()[0] == 0


def test_address_that_is_taken():
    """A second server on one address is refused, naming the option."""
    with running(FakeOrchestrator(), config()) as address, pytest.raises(ConfigError, match="address.*" + address):
        running(FakeOrchestrator(), config(address=address)).__enter__()


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:http:x", "256.0.0.1:0"])
def test_address_that_is_none(address):
    """What is no address is refused, naming the option."""
    with pytest.raises(ConfigError, match=r"server\.address"):
        running(FakeOrchestrator(), config(address=address)).__enter__()
