"""When a client tries again."""

import grpc
import pytest
from serving_fakes import LONG, decision_for, storefront

from shelfwise.errors import DeadlineExceededError
from shelfwise_client import RetryPolicy, ServerUnavailableError
from shelfwise_client.retry import RetryBudget
from shelfwise_server.errors import OverloadedError, ShuttingDownError

FAST = RetryPolicy(first_wait_seconds=0.001, longest_wait_seconds=0.001)


@pytest.mark.parametrize("failure", [grpc.StatusCode.UNAVAILABLE, ShuttingDownError(), OverloadedError(0.01)], ids=str)
def test_tries_again(failure, scripted, connect):
    """A server that was away, or at its limit and said when to come back, is asked again."""
    scripted.failures = [failure]

    assert connect(scripted.address, retry=FAST).decide(storefront("r1")) == decision_for(storefront("r1"))
    assert len(scripted.calls) == 2


@pytest.mark.parametrize("code", ["INTERNAL", "RESOURCE_EXHAUSTED", "INVALID_ARGUMENT", "ABORTED", "UNIMPLEMENTED"])
def test_does_not_try_again(code, scripted, connect):
    """What would fail again, or may, is not tried again."""
    scripted.failures = [grpc.StatusCode[code]]

    with pytest.raises(Exception, match="failing as told"):
        connect(scripted.address, retry=FAST).decide(storefront("r1"))

    assert len(scripted.calls) == 1


def test_attempts_are_bounded(scripted, connect):
    """After the last attempt the error is raised."""
    scripted.failures = [grpc.StatusCode.UNAVAILABLE] * 9

    with pytest.raises(ServerUnavailableError):
        connect(scripted.address, retry=FAST).decide(storefront("r1"))

    assert len(scripted.calls) == FAST.attempts


def test_no_retry_beyond_the_timeout(scripted, connect):
    """A wait that would outlast the call is not begun."""
    scripted.failures = [OverloadedError(20.0)]

    with pytest.raises(ServerUnavailableError, match="at its limit"):
        connect(scripted.address).decide(storefront("r1"), timeout_seconds=LONG / 3)

    assert len(scripted.calls) == 1


def test_timeout_covers_all_attempts(scripted, connect):
    """Time is up when the call's timeout has passed, however many attempts it took."""
    scripted.failures = [grpc.StatusCode.UNAVAILABLE] * 1000
    endless = RetryPolicy(attempts=1000, first_wait_seconds=0.01, longest_wait_seconds=0.01, budget=1000)

    with pytest.raises((ServerUnavailableError, DeadlineExceededError)):
        connect(scripted.address, retry=endless).decide(storefront("r1"), timeout_seconds=0.2)

    assert 1 < len(scripted.calls) < 1000


def test_budget_of_all_calls(scripted, connect):
    """When retries run ahead of successes too far, calls are no longer tried again."""
    scripted.failures = [grpc.StatusCode.UNAVAILABLE] * 1000
    client = connect(scripted.address, retry=RetryPolicy(4, 0.001, longest_wait_seconds=0.001, budget=5))

    for _ in range(3):
        with pytest.raises(ServerUnavailableError):
            client.decide(storefront("r1"))

    assert len(scripted.calls) == 3 + 5


def test_successes_earn_retries():
    """Ten successes earn one retry back, up to the budget."""
    budget = RetryBudget(RetryPolicy(budget=1))
    assert budget.spend()
    assert not budget.spend()

    for _ in range(11):
        budget.earn()

    assert budget.spend()
    assert not budget.spend()


def test_waits_grow():
    """Waits grow by the factor up to the longest, are cut at random, and never below what the server asks."""
    policy = RetryPolicy(first_wait_seconds=1, factor=2, longest_wait_seconds=5)

    waits = [[policy.wait_seconds(attempt) for _ in range(50)] for attempt in (1, 2, 3, 4)]

    for longest, group in zip((1, 2, 4, 5), waits, strict=True):
        assert longest / 2 <= min(group) < max(group) <= longest
    assert policy.wait_seconds(1, 7.0) == 7.0
