"""The client: the orchestrator's ``decide``, answered by a server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import grpc

from shelfwise.types import Deadline, Decision, DecisionRequest
from shelfwise.v1 import decision_pb2
from shelfwise.wire import decision_from_proto, request_to_proto
from shelfwise_client.errors import Details, ServerUnavailableError, error_of
from shelfwise_client.retry import RetryBudget, RetryPolicy

_DECIDE = f"/{decision_pb2.DESCRIPTOR.services_by_name['DecisionService'].full_name}/Decide"
_METADATA_BYTES = 1024 * 1024
"""Room for the details of an error; 8 KiB, which is usual, hold some fifty violations."""
_RETRIED = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)


class Client:
    """Answers like an orchestrator and raises the same errors; safe to share between threads, a context manager.

    Args:
        target: the server, as HOST:PORT.
        tls_certificate: file with the certificate (PEM) by which to know the server, or "" for those that this
            machine trusts; None speaks without TLS.
        token: sent as ``authorization: Bearer``, for a proxy that asks for it; needs TLS.
        timeout_seconds: time for each call with its retries; None leaves it to the server's own limits.
        maximum_message_mb: largest answer in MiB.
        retry: when and how often a call is tried again.
    """

    def __init__(
        self,
        target: str,
        *,
        tls_certificate: str | Path | None = None,
        token: str | None = None,
        timeout_seconds: float | None = None,
        maximum_message_mb: int = 256,
        retry: RetryPolicy | None = None,
    ) -> None:
        if token is not None and tls_certificate is None:
            raise ValueError("a token is sent over TLS only: give tls_certificate too")
        self._target = target
        self._timeout_seconds = timeout_seconds
        self._policy = retry or RetryPolicy()
        self._budget = RetryBudget(self._policy)
        self._metadata: tuple[tuple[str, str | bytes], ...] = (("shelfwise-metadata-bytes", str(_METADATA_BYTES)),)
        if token is not None:
            self._metadata += (("authorization", f"Bearer {token}"),)
        self._channel = _channel(target, tls_certificate, maximum_message_mb)
        self._decide = self._channel.unary_unary(
            _DECIDE,
            request_serializer=None,  # bytes, so that a retry does not encode again
            response_deserializer=decision_pb2.DecideResponse.FromString,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; calls under way fail."""
        self._channel.close()

    def wait_until_ready(self, timeout_seconds: float = 10.0) -> None:
        """Wait until there is a connection.

        Raises:
            ServerUnavailableError: there is none in time.
        """
        try:
            grpc.channel_ready_future(self._channel).result(timeout=timeout_seconds)
        except grpc.FutureTimeoutError as error:
            raise ServerUnavailableError(f"no server at {self._target} within {timeout_seconds:g} seconds") from error

    def decide(self, request: DecisionRequest, timeout_seconds: float | None = None) -> Decision:
        """Return the decision for a request.

        ``timeout_seconds`` overrides the client's own and covers all attempts. Calls that meet no server, or one at
        its limit, are tried again; with a ``request_id`` the server answers a repeated request from memory.

        Raises:
            InvalidRequestError: the request breaks the contract; UnknownIdError where ids are the only fault.
            StageFailedError: a stage degraded under ``strict``, or had no answer.
            DeadlineExceededError: the time was over first.
            MessageTooLargeError: the request or the answer is above a size limit.
            ServerUnavailableError: no server answered in any attempt.
            ServerError: the server failed.
        """
        body = request_to_proto(request).SerializeToString()
        seconds = self._timeout_seconds if timeout_seconds is None else timeout_seconds
        deadline = None if seconds is None else Deadline.after(seconds)
        attempt = 1
        while True:
            try:
                answer = self._decide(
                    body, timeout=None if deadline is None else deadline.remaining(), metadata=self._metadata
                )
            except grpc.RpcError as failure:
                wait = self._wait_seconds(failure, attempt)
                if wait is None or (deadline is not None and wait >= deadline.remaining()):
                    raise error_of(failure, len(body)) from failure
                time.sleep(wait)
                attempt += 1
            else:
                self._budget.earn()
                return decision_from_proto(answer)

    def _wait_seconds(self, failure: grpc.RpcError, attempt: int) -> float | None:
        """Return how long to wait before another attempt, None where there shall be none."""
        if failure.code() not in _RETRIED or attempt >= self._policy.attempts:
            return None
        asked = Details(failure).retry_after_seconds
        if asked is None and failure.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
            return None
        return self._policy.wait_seconds(attempt, asked or 0.0) if self._budget.spend() else None


def _channel(target: str, tls_certificate: str | Path | None, maximum_message_mb: int) -> grpc.Channel:
    options: Sequence[tuple[str, int]] = (
        ("grpc.max_receive_message_length", maximum_message_mb * 1024**2),
        ("grpc.max_send_message_length", -1),  # the server's limit counts, and its answer names it
        ("grpc.max_metadata_size", _METADATA_BYTES),
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
    )
    if tls_certificate is None:
        return grpc.insecure_channel(target, options)
    trusted = Path(tls_certificate).read_bytes() if tls_certificate else None
    return grpc.secure_channel(target, grpc.ssl_channel_credentials(trusted), options)
