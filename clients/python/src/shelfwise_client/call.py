"""One decision that a client asks for, over all its attempts."""

from __future__ import annotations

import uuid

import grpc

from shelfwise.types import Deadline, Decision, DecisionRequest
from shelfwise.v1 import decision_pb2
from shelfwise.wire import decision_from_proto, request_to_proto
from shelfwise_client.errors import Details, error_of
from shelfwise_client.retry import RetryBudget, RetryPolicy

_RETRIED = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)


class Call:
    """What goes out, and what is to be done about each failure; the client sends, waits, and sends again.

    A request without an id is given one, so that all its attempts have the same.
    """

    def __init__(
        self,
        request: DecisionRequest,
        target: str,
        timeout_seconds: float | None,
        policy: RetryPolicy,
        budget: RetryBudget,
    ) -> None:
        message = request_to_proto(request)
        message.request_id = message.request_id or str(uuid.uuid4())
        self.body = message.SerializeToString()
        self._deadline = None if timeout_seconds is None else Deadline.after(timeout_seconds)
        self._target, self._policy, self._budget = target, policy, budget
        self._attempt = 1

    @property
    def timeout(self) -> float | None:
        """Seconds that are left for the next attempt; None without a limit."""
        return None if self._deadline is None else self._deadline.remaining()

    def wait_seconds(self, failure: grpc.RpcError) -> float:
        """Return how long to wait before the next attempt; without one, raise the error that the failure stands for."""
        wait = self._wait_seconds(failure)
        if wait is None or (self._deadline is not None and wait >= self._deadline.remaining()):
            raise error_of(failure, self._target, len(self.body)) from failure
        self._attempt += 1
        return wait

    def decision(self, answer: decision_pb2.DecideResponse) -> Decision:
        """Return the decision that was answered."""
        self._budget.earn()
        return decision_from_proto(answer)

    def _wait_seconds(self, failure: grpc.RpcError) -> float | None:
        """Return how long to wait before another attempt, None where there shall be none."""
        if failure.code() not in _RETRIED or self._attempt >= self._policy.attempts:
            return None
        asked = Details(failure).retry_after_seconds
        if asked is None and failure.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
            return None
        return self._policy.wait_seconds(self._attempt, asked or 0.0) if self._budget.spend() else None
