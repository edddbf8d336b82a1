"""A server that fails as it is told, to see what clients make of it."""

from concurrent import futures
from contextlib import contextmanager

import attrs
import grpc
from serving_fakes import decision_for

from shelfwise.v1.decision_pb2 import DecideRequest
from shelfwise.wire import decision_to_proto, request_from_proto
from shelfwise_server.status import status_of


@attrs.frozen
class Seen:
    """What a call came with: the request, its metadata, and the seconds that the client gave it."""

    request: DecideRequest
    metadata: dict
    seconds: float | None


class Scripted(grpc.GenericRpcHandler):
    """Fails with each of ``failures`` in turn, errors or status codes, and answers when there is none left."""

    def __init__(self):
        self.address = ""
        self.failures = []
        self.calls: list[Seen] = []

    def service(self, details):
        """Return the handler of Decide."""
        return grpc.unary_unary_rpc_method_handler(self._decide)

    def _decide(self, body, context):
        request = DecideRequest.FromString(body)
        self.calls.append(Seen(request, dict(context.invocation_metadata()), context.time_remaining()))
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                status = status_of(failure)
                context.set_trailing_metadata(status.metadata)
                context.abort(status.code, status.message)
            context.abort(failure, "failing as told")
        return decision_to_proto(decision_for(request_from_proto(request))).SerializeToString()


@contextmanager
def scripted_server(credentials=None):
    """Serve a new :class:`Scripted`, with TLS where there are credentials."""
    handler = Scripted()
    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[handler])
    address = "127.0.0.1:0"
    port = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    handler.address = f"127.0.0.1:{port}"
    server.start()
    yield handler
    server.stop(None)
