"""The client against a real server: it answers as an orchestrator does and raises the same errors."""

import inspect
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from serving_fakes import FakeOrchestrator, decision_for, plan, storefront

from shelfwise.errors import (
    BundleError,
    DeadlineExceededError,
    InvalidRequestError,
    StageFailedError,
    UnknownIdError,
    Violation,
)
from shelfwise.types import Decision, DecisionRequest, ForecastRequest, RecommendRequest
from shelfwise_client import Client, MessageTooLargeError, RetryPolicy, ServerError, ServerUnavailableError

ONCE = RetryPolicy(attempts=1)
AT_ONCE = RetryPolicy(first_wait_seconds=0.001, longest_wait_seconds=0.001)


def raising(error):
    """Return an orchestrator that raises."""

    def answer(request):
        raise error

    return FakeOrchestrator(answer)


def test_answers_as_the_orchestrator(fake, serving, connect):
    """The decision is equal to the one made in process."""
    client = connect(serving(fake))

    assert client.decide(storefront("r1")) == fake.decide(storefront("r1"))
    assert client.decide(plan("r2")) == fake.decide(plan("r2"))


def test_is_safe_to_share_between_threads(fake, serving, connect):
    """Calls of many threads each get their own answer."""
    client = connect(serving(fake, maximum_queued=1000))
    requests = [storefront(f"r{n}", f"c{n}") for n in range(100)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(client.decide, requests)) == [decision_for(request) for request in requests]


@pytest.mark.parametrize(
    "error",
    [
        InvalidRequestError([Violation("forecast.horizon_days", "must be 1 or more"), Violation("ü", "must not be")]),
        UnknownIdError([Violation("forecast.item_ids[0]", "'z' is no item")]),
        StageFailedError("router", "no fuel"),
        DeadlineExceededError("no stage was done in time"),
        BundleError("the bundle is gone"),
    ],
)
def test_raises_what_the_orchestrator_raises(error, serving, connect):
    """An error of the orchestrator arrives as the same class with the same content."""
    client = connect(serving(raising(error)))

    with pytest.raises(type(error)) as caught:
        client.decide(storefront())

    assert type(caught.value) is type(error)
    assert str(caught.value) == str(error)
    assert getattr(caught.value, "violations", ()) == getattr(error, "violations", ())
    assert getattr(caught.value, "stage", "") == getattr(error, "stage", "")


def test_thousands_of_violations(serving, connect):
    """However many violations there are, the client gets all of them."""
    violations = tuple(Violation(f"route.deliveries[{n}].quantity", "must be 0 or more") for n in range(5000))
    client = connect(serving(raising(InvalidRequestError(violations))))

    with pytest.raises(InvalidRequestError) as caught:
        client.decide(storefront())

    assert caught.value.violations == violations


def test_request_id_of_another_request(fake, serving, connect):
    """A request id that was used for other content is an invalid request."""
    client = connect(serving(fake))
    client.decide(storefront("r1", "anna"))

    with pytest.raises(InvalidRequestError, match="request_id: names an earlier request"):
        client.decide(storefront("r1", "ben"))


def test_fault_of_the_server(serving, connect):
    """An internal error of the server is told as such, without its cause."""
    client = connect(serving(raising(RuntimeError("password is 1234"))))

    with pytest.raises(ServerError, match="request id 'r1'") as caught:
        client.decide(storefront("r1"))

    assert "1234" not in str(caught.value)


def test_timeout_of_a_call(held, serving, connect):
    """A call that takes longer than its timeout is given up."""
    client = connect(serving(held))

    with pytest.raises(DeadlineExceededError):
        client.decide(storefront(), timeout_seconds=0.1)


def test_timeout_of_the_client(held, serving, connect):
    """The client's own timeout holds for calls without one."""
    client = connect(serving(held), timeout_seconds=0.1)

    with pytest.raises(DeadlineExceededError):
        client.decide(storefront())


def test_no_server(connect):
    """Where nobody listens, the error says so after the last attempt."""
    with pytest.raises(ServerUnavailableError, match=r"no answer from 127\.0\.0\.1:1; see that a server runs there"):
        connect("127.0.0.1:1", retry=AT_ONCE).decide(storefront())


def test_waits_for_a_server(fake, serving, connect):
    """A client can wait for its server, but not for ever."""
    connect(serving(fake)).wait_until_ready(30)

    with pytest.raises(ServerUnavailableError, match=r"no server at 127\.0\.0\.1:1 within 0\.1 seconds"):
        connect("127.0.0.1:1").wait_until_ready(0.1)


def test_message_of_50_megabytes(fake, serving, connect):
    """A request of 50 MB is refused with its size and what to do, and the connection goes on."""
    client = connect(serving(fake))
    request = RecommendRequest(all_customers=True, placement="x" * 50_000_000)

    with pytest.raises(MessageTooLargeError, match=r"47\.7 MiB is larger than the server takes") as caught:
        client.decide(DecisionRequest(recommend=request))

    assert str(32 * 1024**2) in str(caught.value)
    assert client.decide(storefront("r1")).request_id == "r1"


def test_answer_above_the_limit(serving, connect):
    """An answer larger than the client takes says which option to raise."""
    big = FakeOrchestrator(lambda request: Decision(**{**as_arguments(request), "warnings": ["x" * 2_000_000]}))
    client = connect(serving(big), maximum_message_mb=1)

    with pytest.raises(MessageTooLargeError, match="maximum_message_mb"):
        client.decide(storefront())


def as_arguments(request):
    """Return the arguments of a small decision."""
    decision = decision_for(request)
    return {name: getattr(decision, name) for name in ("decision_id", "request_id", "as_of", "currency", "model_id")}


def test_request_that_has_no_form_on_the_wire(fake, serving, connect):
    """What cannot be sent is an invalid request and never leaves the client."""
    client = connect(serving(fake))

    with pytest.raises(InvalidRequestError):
        client.decide(DecisionRequest(forecast=ForecastRequest(horizon_days=2**70)))

    assert fake.requests == []


def test_closed_client(fake, serving):
    """A client that was closed answers nothing more."""
    with Client(serving(fake)) as client:
        pass

    with pytest.raises(ValueError, match="closed"):
        client.decide(storefront())


def test_signature_of_decide():
    """Client and orchestrator are called alike."""
    assert list(inspect.signature(Client.decide).parameters)[:2] == ["self", "request"]


def test_import_is_light():
    """The client needs neither the server nor the heavy parts of the SDK."""
    program = "import sys, shelfwise_client; print([m for m in ('shelfwise_server', 'pandas') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)

    assert done.stdout == "[]\n"
