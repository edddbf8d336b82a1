"""The standard health service, one status per name: the server, the decision service, and each stage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class Health(health_pb2_grpc.HealthServicer):  # type: ignore[misc]
    """Answers from a table in memory, so that a busy server still answers at once.

    grpcio-health-checking's own servicer loses all watchers of a name when one of them leaves.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._serving = dict.fromkeys(names, True)
        self._drained = self._closed = False
        self._changed = asyncio.Event()

    def set(self, name: str, *, serving: bool) -> None:
        """Say whether ``name`` can answer; without effect after :meth:`drain`."""
        if self._drained or self._serving.get(name) == serving:
            return
        self._serving[name] = serving
        self._tell()

    def drain(self) -> None:
        """Say of everything, for good, that it does not serve."""
        self._drained = True
        self._serving = dict.fromkeys(self._serving, False)
        self._tell()

    def close(self) -> None:
        """End all watches."""
        self._closed = True
        self._tell()

    async def Check(  # noqa: N802 - the name in the service definition
        self, request: health_pb2.HealthCheckRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> health_pb2.HealthCheckResponse:
        """Answer with the status of one name, NOT_FOUND for one that does not exist."""
        if request.service not in self._serving:
            known = ", ".join(repr(name) for name in self._serving)
            await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no {request.service!r}; there are {known}")
        return health_pb2.HealthCheckResponse(status=self._status(request.service))

    async def Watch(  # noqa: N802 - the name in the service definition
        self,
        request: health_pb2.HealthCheckRequest,
        context: grpc.aio.ServicerContext[Any, Any],  # noqa: ARG002 - part of the signature
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """Send the status of one name now and whenever it changes."""
        sent = None
        while True:
            # All looked at together: what changes while a status is on its way is sent on the next turn.
            changed, closed, status = self._changed, self._closed, self._status(request.service)
            if status != sent:
                yield health_pb2.HealthCheckResponse(status=status)
                sent = status
            if closed:
                return
            await changed.wait()

    def _status(self, name: str) -> health_pb2.HealthCheckResponse.ServingStatus.ValueType:
        serving = self._serving.get(name)
        if serving is None:
            return _UNKNOWN
        return _SERVING if serving else _NOT_SERVING

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
