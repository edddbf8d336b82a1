"""The client: the orchestrator's ``decide``, answered by a server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import grpc

from shelfwise.types import Decision, DecisionRequest
from shelfwise.v1 import decision_pb2
from shelfwise_client.connection import DECIDE, Connection
from shelfwise_client.errors import ServerUnavailableError


class Client(Connection):
    """Answers like an orchestrator and raises the same errors; safe to share between threads, a context manager.

    Its arguments are those of :class:`~shelfwise_client.connection.Connection`.
    """

    def _open(self, credentials: grpc.ChannelCredentials | None, options: Sequence[tuple[str, int]]) -> None:
        if credentials is None:
            self._channel = grpc.insecure_channel(self._target, options)
        else:
            self._channel = grpc.secure_channel(self._target, credentials, options)
        self._decide = self._channel.unary_unary(
            DECIDE,
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
            raise ServerUnavailableError.none_at(self._target, timeout_seconds) from error

    def decide(self, request: DecisionRequest, timeout_seconds: float | None = None) -> Decision:
        """Return the decision for a request.

        ``timeout_seconds`` overrides the client's own and covers all attempts. Calls that meet no server, or one at
        its limit, are tried again, all attempts with the same ``request_id``: the request's, or one made for it. A
        server that has answered it already, or is about to, does not decide again.

        Raises:
            InvalidRequestError: the request breaks the contract; UnknownIdError where ids are the only fault.
            StageFailedError: a stage degraded under ``strict``, or had no answer.
            DeadlineExceededError: the time was over first.
            MessageTooLargeError: the request or the answer is above a size limit.
            ServerUnavailableError: no server answered in any attempt.
            ServerError: the server failed.
        """
        call = self._call(request, timeout_seconds)
        while True:
            try:
                answer = self._decide(call.body, timeout=call.timeout, metadata=self._metadata)
            except grpc.RpcError as failure:
                time.sleep(call.wait_seconds(failure))
            else:
                return call.decision(answer)
