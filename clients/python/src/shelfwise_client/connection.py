"""What a client is connected with, whether it waits for its answers or awaits them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import grpc

from shelfwise.types import DecisionRequest
from shelfwise.v1 import decision_pb2
from shelfwise_client.call import Call
from shelfwise_client.retry import RetryBudget, RetryPolicy

DECIDE = f"/{decision_pb2.DESCRIPTOR.services_by_name['DecisionService'].full_name}/Decide"
METADATA_BYTES = 1024 * 1024
"""Room for the details of an error; 8 KiB, which is usual, hold some fifty violations."""


class Connection(ABC):
    """The part of a client that does not depend on how it waits for its answers.

    Args:
        target: the server, as HOST:PORT.
        tls_certificate: file with the certificate (PEM) by which to know the server, or "" for those that this
            machine trusts; None speaks without TLS.
        token: sent as ``authorization: Bearer``, for a proxy that asks for it; needs TLS.
        timeout_seconds: time for each call with its retries; None leaves it to the server's own limits.
        maximum_message_mb: largest answer in MiB.
        retry: when and how often a call is tried again.

    Raises:
        ValueError: there is a token, but no TLS.
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
        self._metadata: tuple[tuple[str, str | bytes], ...] = (("shelfwise-metadata-bytes", str(METADATA_BYTES)),)
        if token is not None:
            self._metadata += (("authorization", f"Bearer {token}"),)
        self._open(
            _credentials(tls_certificate),
            (
                ("grpc.max_receive_message_length", maximum_message_mb * 1024**2),
                ("grpc.max_send_message_length", -1),  # the server's limit counts, and its answer names it
                ("grpc.max_metadata_size", METADATA_BYTES),
                ("grpc.keepalive_time_ms", 30_000),
                ("grpc.keepalive_timeout_ms", 10_000),
                ("grpc.enable_retries", 0),
                ("grpc.service_config_disable_resolution", 1),
                # about as often as calls are tried again, so that a retry is a new attempt to connect
                ("grpc.initial_reconnect_backoff_ms", int(self._policy.first_wait_seconds * 1000)),
                ("grpc.max_reconnect_backoff_ms", int(self._policy.longest_wait_seconds * 1000)),
            ),
        )

    @abstractmethod
    def _open(self, credentials: grpc.ChannelCredentials | None, options: Sequence[tuple[str, int]]) -> None:
        """Open the channel, without TLS where there are no credentials."""

    def _call(self, request: DecisionRequest, timeout_seconds: float | None) -> Call:
        """Return what is to be sent, with the time of this call or else that of the client."""
        seconds = self._timeout_seconds if timeout_seconds is None else timeout_seconds
        return Call(request, self._target, seconds, self._policy, self._budget)


def _credentials(tls_certificate: str | Path | None) -> grpc.ChannelCredentials | None:
    if tls_certificate is None:
        return None
    return grpc.ssl_channel_credentials(Path(tls_certificate).read_bytes() if tls_certificate else None)
