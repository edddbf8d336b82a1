"""The health service: overall, per service and per stage, watched, drained."""

import asyncio
import queue
import threading

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from serving_fakes import LONG, config, storefront

from shelfwise.types import Stage
from shelfwise.v1 import decision_pb2_grpc
from shelfwise.wire import request_to_proto
from shelfwise_server import running, server
from shelfwise_server.health import Health

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
NAMES = ["", "shelfwise.v1.DecisionService", *(f"shelfwise.{stage}" for stage in Stage)]


def asked(name):
    """Return a health request."""
    return health_pb2.HealthCheckRequest(service=name)


class Watcher:
    """Watches a name from a thread."""

    def __init__(self, channel, name):
        self.call = health_pb2_grpc.HealthStub(channel).Watch(asked(name))
        self._seen = queue.Queue()
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self):
        try:
            for response in self.call:
                self._seen.put(response.status)
            self._seen.put(None)
        except grpc.RpcError as failure:
            self._seen.put(failure.code())

    def next(self):
        """Return the next status seen, the code that the watch failed with, or None at its end."""
        return self._seen.get(timeout=LONG)


@pytest.mark.parametrize("name", NAMES)
def test_serving(name, fake, serving, connect):
    """The server, its service and each stage say that they serve."""
    stub = health_pb2_grpc.HealthStub(connect(serving(fake)))

    assert stub.Check(asked(name), timeout=LONG).status == SERVING


def test_unknown_name(fake, serving, connect):
    """A name that does not exist is NOT_FOUND, with the names that do."""
    stub = health_pb2_grpc.HealthStub(connect(serving(fake)))

    with pytest.raises(grpc.RpcError, match=r"shelfwise\.router") as caught:
        stub.Check(asked("shelfwise.cook"), timeout=LONG)

    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_stage_that_cannot_answer(fake, serving, connect):
    """A stage that cannot answer does not serve, and the rest does."""
    fake.stages[Stage.ROUTER] = False
    stub = health_pb2_grpc.HealthStub(connect(serving(fake)))

    status = {name: stub.Check(asked(name), timeout=LONG).status for name in NAMES}

    assert [name for name in NAMES if status[name] != SERVING] == ["shelfwise.router"]


def test_change_is_seen_by_all_who_watch(fake, serving, connect, monkeypatch):
    """Everyone who watches is told of a change, also when another one has left."""
    monkeypatch.setattr(server, "HEALTH_SECONDS", 0.01)
    channel = connect(serving(fake))
    leaving, first, second = (Watcher(channel, "shelfwise.router") for _ in range(3))
    initial = [watcher.next() for watcher in (leaving, first, second)]

    leaving.call.cancel()
    fake.stages[Stage.ROUTER] = False

    assert initial == [SERVING] * 3
    assert leaving.next() is grpc.StatusCode.CANCELLED
    assert [first.next(), second.next()] == [NOT_SERVING] * 2


def test_watch_of_an_unknown_name(fake, serving, connect):
    """Watching a name that does not exist says so, and goes on."""
    assert Watcher(connect(serving(fake)), "shelfwise.cook").next() == UNKNOWN


def test_watch_ends_with_the_server(fake, connect):
    """Who watches sees NOT_SERVING, and then the end of the stream."""
    with running(fake, config()) as address:
        watcher = Watcher(connect(address), "")
        first = watcher.next()

    assert [first, watcher.next(), watcher.next()] == [SERVING, NOT_SERVING, None]


def test_watch_tells_what_changed_meanwhile():
    """A drain and an end that come while a status is on its way are both told."""

    async def watched():
        health, seen = Health([""]), []
        async for response in health.Watch(asked(""), None):
            seen.append(response.status)
            if response.status == SERVING:
                health.drain()
                health.close()
        return seen

    assert asyncio.run(asyncio.wait_for(watched(), LONG)) == [SERVING, NOT_SERVING]


def test_watch_has_a_deadline(fake, serving, connect):
    """A watch with a deadline ends with it, and the server goes on."""
    stub = health_pb2_grpc.HealthStub(connect(serving(fake)))

    with pytest.raises(grpc.RpcError) as caught:
        list(stub.Watch(asked(""), timeout=0.05))

    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert stub.Check(asked(""), timeout=LONG).status == SERVING


def test_look_that_fails(fake, serving, connect, monkeypatch):
    """An orchestrator whose health cannot be told leaves the statuses as they were."""
    monkeypatch.setattr(fake, "health", lambda: 1 / 0)
    stub = health_pb2_grpc.HealthStub(connect(serving(fake)))

    assert stub.Check(asked("shelfwise.router"), timeout=LONG).status == SERVING


def test_never_limited(held, serving, connect):
    """A server with no place left still says how it is."""
    channel = connect(serving(held, maximum_concurrent=1, maximum_queued=0))
    call = decision_pb2_grpc.DecisionServiceStub(channel).Decide.future(request_to_proto(storefront()), timeout=LONG)
    held.wait_for()

    status = health_pb2_grpc.HealthStub(channel).Check(asked(""), timeout=LONG).status
    held.release()

    assert status == SERVING
    assert call.result()


def test_drained_for_good():
    """After a drain nothing serves, whatever is reported later."""

    async def scenario():
        health = Health(NAMES)
        health.drain()
        health.set("shelfwise.router", serving=True)
        return [(await health.Check(asked(name), None)).status for name in NAMES]

    assert asyncio.run(scenario()) == [NOT_SERVING] * len(NAMES)
