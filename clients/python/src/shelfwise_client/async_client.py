"""The asynchronous client, for programs that run an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import grpc

from shelfwise.types import Decision, DecisionRequest
from shelfwise.v1 import decision_pb2
from shelfwise_client.connection import DECIDE, Connection
from shelfwise_client.errors import ServerUnavailableError


class AsyncClient(Connection):
    """The :class:`~shelfwise_client.client.Client` of an event loop: the same, but awaited.

    To be made where the loop runs that will use it; an asynchronous context manager.
    """

    def _open(self, credentials: grpc.ChannelCredentials | None, options: Sequence[tuple[str, int]]) -> None:
        if credentials is None:
            self._channel = grpc.aio.insecure_channel(self._target, options)
        else:
            self._channel = grpc.aio.secure_channel(self._target, credentials, options)
        self._decide = self._channel.unary_unary(
            DECIDE, request_serializer=None, response_deserializer=decision_pb2.DecideResponse.FromString
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection; calls under way fail."""
        await self._channel.close(None)

    async def wait_until_ready(self, timeout_seconds: float = 10.0) -> None:
        """Wait until there is a connection; raises as that of the client does."""
        try:
            await asyncio.wait_for(self._channel.channel_ready(), timeout_seconds)
        except TimeoutError as error:
            raise ServerUnavailableError.none_at(self._target, timeout_seconds) from error

    async def decide(self, request: DecisionRequest, timeout_seconds: float | None = None) -> Decision:
        """Return the decision for a request, and raise, as :meth:`shelfwise_client.Client.decide` does.

        A task that is cancelled ends the call, the waits between its attempts included.
        """
        call = self._call(request, timeout_seconds)
        while True:
            try:
                answer = await self._decide(call.body, timeout=call.timeout, metadata=self._metadata)
            except grpc.RpcError as failure:
                await asyncio.sleep(call.wait_seconds(failure))
            else:
                return call.decision(answer)
