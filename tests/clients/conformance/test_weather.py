"""Bad weather: whatever goes wrong, every client tells it in one clear error, and tries again where that may help."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from certificates import certificate
from client_runners import write_case
from scripted_server import scripted_server
from serving_fakes import LONG, FakeOrchestrator
from serving_process import server_processes

from shelfwise.errors import InvalidRequestError, Violation
from shelfwise.v1.decision_pb2 import Customer, DecideRequest, DecideResponse, RecommendRequest
from shelfwise_server.errors import OverloadedError, ShuttingDownError

NOBODY = "127.0.0.1:1"
AWAY = ("SERVER_UNAVAILABLE", "UNAVAILABLE")
PATIENT = ("--timeout", str(LONG))


@pytest.fixture
def play(runner, tmp_path):
    """Return a function that puts one request to a server and returns what comes of it."""

    def play_one(target, *options, request=None):
        cases = tmp_path / uuid.uuid4().hex
        cases.mkdir()
        write_case(cases, "case", request or storefront("r1"))
        return runner.play(target, cases, *options)["case"]

    return play_one


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Return the options of a server with a certificate."""
    return certificate(tmp_path_factory.mktemp("known"))


def storefront(request_id="", placement=""):
    """Return a request for one slate."""
    recommend = RecommendRequest(customers=[Customer(customer_id="anna")], placement=placement)
    return DecideRequest(request_id=request_id, recommend=recommend)


def told(outcome):
    """Return reason and code of an error, which must have a message."""
    assert isinstance(outcome, dict), "it was answered"
    assert outcome["message"].strip()
    return outcome["reason"], outcome["code"]


def test_server_down(play):
    """Where nobody listens, the error says that no server is there."""
    assert told(play(NOBODY, "--attempts", "2")) == AWAY


def test_server_down_for_longer_than_the_call(play):
    """The time of a call covers all its attempts, however many it may make."""
    assert told(play(NOBODY, "--attempts", "1000", "--timeout", "0.5")) in (AWAY, ("DEADLINE_EXCEEDED",) * 2)


def test_server_killed_in_the_middle_of_a_call_and_started_again(play):
    """The same request is put to the server that comes after."""
    with server_processes() as process, ThreadPoolExecutor(1) as pool:
        first = process("held")
        address = first.line("server.started")["address"]
        outcome = pool.submit(play, address, "--attempts", "11", "--timeout", "60")
        assert first.popen.stdout.readline() == "held\n"

        first.popen.kill()
        first.popen.wait()
        process("fake", address=address).line("server.started")

        assert outcome.result().decision_id == "decision of r1"


def test_deadline_passed(play, held, serving):
    """A call that takes longer than its time is given up."""
    assert told(play(serving(held), "--timeout", "0.5")) == ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")


@pytest.mark.parametrize("server", ["plain", "another's", "known"])
def test_tls_that_does_not_fit(server, play, fake, serving, known, tmp_path):
    """A server without TLS, one with another certificate, and one with TLS for a client without it are not there."""
    options = {"plain": {}, "another's": certificate(tmp_path), "known": known}[server]
    trust = [] if server == "known" else ["--tls-certificate", known["tls_certificate"]]

    assert told(play(serving(fake, **options), "--attempts", "1", *PATIENT, *trust)) == AWAY


def test_tls_and_token(play, known):
    """Over TLS a known server is answered, and the token goes along."""
    key, chain = (Path(known[name]).read_bytes() for name in ("tls_key", "tls_certificate"))
    with scripted_server(grpc.ssl_server_credentials([(key, chain)])) as server:
        outcome = play(server.address, "--tls-certificate", known["tls_certificate"], "--token", "t0p", *PATIENT)

    assert isinstance(outcome, DecideResponse)
    assert server.calls[0].metadata["authorization"] == "Bearer t0p"


def test_token_needs_tls(runner, scripted, tmp_path):
    """A token is never sent in the clear."""
    write_case(tmp_path, "case", storefront())

    done = runner.run("--target", scripted.address, "--cases", tmp_path, "--out", tmp_path, "--token", "t0p")

    assert done.returncode != 0
    assert not scripted.calls


def test_request_above_the_limit_of_the_server(play, fake, serving):
    """A request that the server does not take is told as too large."""
    request = storefront(placement="x" * 2_000_000)

    outcome = play(serving(fake, maximum_message_mb=1), *PATIENT, request=request)

    assert told(outcome) == ("MESSAGE_TOO_LARGE", "RESOURCE_EXHAUSTED")


def test_answer_above_the_limit_of_the_client(play, fake, serving):
    """An answer that the client does not take is told as too large."""
    recommend = RecommendRequest(customers=[Customer(customer_id="x" * 2_000_000)])  # a slate names its customer

    outcome = play(serving(fake), "--maximum-message-mb", "1", *PATIENT, request=DecideRequest(recommend=recommend))

    assert told(outcome) == ("MESSAGE_TOO_LARGE", "RESOURCE_EXHAUSTED")


def test_invalid_fields_by_the_hundred(play, serving):
    """Every violation is told, or as many as there is room for and the number of the others."""
    violations = [Violation(f"route.deliveries[{n}].quantity", "must be 0 or more") for n in range(300)]

    def refuse(_request):
        raise InvalidRequestError(violations)

    outcome = play(serving(FakeOrchestrator(refuse)), *PATIENT)

    assert told(outcome) == ("INVALID_REQUEST", "INVALID_ARGUMENT")
    found = [Violation(**each) for each in outcome["violations"]]
    assert found == violations or (found[:-1] == violations[: len(found) - 1] and "more violations" in str(found[-1]))


def test_fault_of_the_server(play, scripted):
    """What is the server's own fault is told as such, and not tried again."""
    scripted.failures = [RuntimeError("secret")]

    assert told(play(scripted.address, *PATIENT)) == ("INTERNAL", "INTERNAL")
    assert len(scripted.calls) == 1


@pytest.mark.parametrize("failure", [grpc.StatusCode.UNAVAILABLE, ShuttingDownError(), OverloadedError(0.01)], ids=str)
def test_tries_again(failure, play, scripted):
    """A server that was away, or at its limit and said when to come back, is asked again, in the time of the call."""
    scripted.failures = [failure]

    outcome = play(scripted.address, *PATIENT, request=storefront())

    first, second = scripted.calls
    assert outcome.request_id == first.request.request_id == second.request.request_id
    assert uuid.UUID(outcome.request_id)
    assert max(first.seconds, second.seconds) <= LONG


def test_a_limit_without_a_time_is_not_tried_again(play, scripted):
    """A server at its limit that does not say when to come back is left alone."""
    scripted.failures = [grpc.StatusCode.RESOURCE_EXHAUSTED]

    assert told(play(scripted.address, *PATIENT))[1] == "RESOURCE_EXHAUSTED"
    assert len(scripted.calls) == 1


def test_no_wait_beyond_the_time_of_the_call(play, scripted):
    """A wait that would outlast the call is not begun."""
    scripted.failures = [OverloadedError(10 * LONG)]

    assert told(play(scripted.address, *PATIENT)) == ("SERVER_UNAVAILABLE", "RESOURCE_EXHAUSTED")
    assert len(scripted.calls) == 1


def test_attempts_are_bounded(play, scripted):
    """After four attempts the error is told."""
    scripted.failures = [grpc.StatusCode.UNAVAILABLE] * 9

    assert told(play(scripted.address, *PATIENT)) == AWAY
    assert len(scripted.calls) == 4


def test_budget_of_all_calls(runner, scripted, tmp_path):
    """When retries run ahead of successes by ten, calls are no longer tried again."""
    scripted.failures = [grpc.StatusCode.UNAVAILABLE] * 1000
    cases = tmp_path / "cases"
    cases.mkdir()
    for number in range(20):
        write_case(cases, f"case-{number:02d}", storefront())

    outcomes = runner.play(scripted.address, cases, *PATIENT)

    assert {told(outcome) for outcome in outcomes.values()} == {AWAY}
    assert len(scripted.calls) == 20 + 10
