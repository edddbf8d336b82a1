"""The decision service: what happens to a call between its bytes coming in and its bytes going out."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from functools import partial
from typing import Any, Protocol

import grpc
import structlog
from google.protobuf.message import DecodeError

from shelfwise.errors import DeadlineExceededError, InvalidRequestError, ShelfwiseError, Violation
from shelfwise.serving_config import ServerConfig
from shelfwise.types import Deadline, Decision, DecisionRequest, Stage, State
from shelfwise.v1 import decision_pb2
from shelfwise.validation import validate
from shelfwise.wire import decision_to_proto, request_from_proto
from shelfwise_server.call import Call
from shelfwise_server.errors import ShuttingDownError
from shelfwise_server.flight import Answer, Flight
from shelfwise_server.limiter import Limiter
from shelfwise_server.memory import Memory
from shelfwise_server.status import status_of
from shelfwise_server.workers import Workers

log = structlog.get_logger("shelfwise.server")

SERVICE = decision_pb2.DESCRIPTOR.services_by_name["DecisionService"].full_name
LARGE_BYTES = 32 * 1024
"""A request of this size or more is decoded in a thread; a smaller one takes less time than handing it over."""
STOREFRONT_CUSTOMERS = 16
"""A request for recommendations to this many customers at most is a storefront call; all others are plans."""
NO_DEADLINE = Deadline()


class Decider(Protocol):
    """What the server needs of the orchestrator; both methods may be called from any thread."""

    @property
    def state(self) -> State:
        """The retailer's tables."""

    def decide(self, request: DecisionRequest, deadline: Deadline | None = None) -> Decision:
        """Answer a request."""

    def health(self) -> dict[Stage, bool]:
        """Tell which stages can answer."""


class DecisionService:
    """Decodes, admits, decides and encodes; work of more than microseconds is done in threads."""

    def __init__(self, orchestrator: Decider, config: ServerConfig) -> None:
        self._orchestrator = orchestrator
        self._limiter = Limiter(config.maximum_concurrent, config.maximum_queued, config.maximum_wait_seconds)
        self._memory = Memory(config.remember_seconds)
        self._workers = Workers(config.maximum_concurrent, "shelfwise-decide")
        self._decoder = Workers(1, "shelfwise-decode")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._draining = False

    def handler(self) -> grpc.GenericRpcHandler[bytes, bytes]:
        """Return the handler to register; it takes and gives bytes, so that no codec runs unseen on the event loop."""
        decide = grpc.unary_unary_rpc_method_handler(self.decide)
        return grpc.method_handlers_generic_handler(SERVICE, {"Decide": decide})

    async def decide(self, body: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> bytes:
        """Answer one call; every failure ends in the status that the table gives it."""
        call = Call.of(context)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            call.answer = await self._answer(call, body)
        except asyncio.CancelledError:
            if not self._draining:
                call.code = "CANCELLED"
                raise
            failure: Exception = ShuttingDownError()
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a status and the log the cause
            failure = error
        else:
            return call.answer.body
        finally:
            self._tasks.discard(task)
            if call.code == "CANCELLED" or call.answer is not None:
                call.finished()
        await self._abort(call, failure, context)
        raise failure

    async def drain(self, seconds: float) -> None:
        """Take no more calls, wait for those under way, and send the last ones away when the time is over."""
        self._draining = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in set(self._tasks):
            task.cancel()
        self._workers.close()
        self._decoder.close()

    async def _answer(self, call: Call, body: bytes) -> Answer:
        """Return the answer made, being made, or to be made for a request."""
        if self._draining:
            raise ShuttingDownError
        message = await self._decode(body)
        if not message.request_id:
            call.request_id = uuid.uuid4().hex
            return await self._make(call, message, Flight(), repeatable=False)
        call.request_id = message.request_id
        digest = hashlib.blake2b(body, digest_size=16).digest()
        while (flight := self._memory.find(call.request_id, digest)) is not None:
            if answer := flight.answer or await self._wait(flight, call.deadline):
                call.repeated = True
                return answer
        return await self._make(call, message, Flight(digest), repeatable=True)

    async def _decode(self, body: bytes) -> decision_pb2.DecideRequest:
        try:
            if len(body) < LARGE_BYTES:
                return decision_pb2.DecideRequest.FromString(body)
            self._limiter.ensure_room()
            return await self._decoder.run(decision_pb2.DecideRequest.FromString, body)
        except DecodeError as error:
            raise InvalidRequestError([Violation("request", "is no shelfwise.v1.DecideRequest")]) from error

    async def _wait(self, flight: Flight, deadline: Deadline | None) -> Answer | None:
        """Wait for the answer to an equal request, which may be none."""
        future = flight.join()
        await asyncio.wait((future,), timeout=None if deadline is None else deadline.remaining())
        if not future.done():
            raise DeadlineExceededError("the deadline passed while an equal request was being answered")
        return future.result()

    async def _make(
        self, call: Call, message: decision_pb2.DecideRequest, flight: Flight, *, repeatable: bool
    ) -> Answer:
        """Decide in a thread, once there is a place.

        The place is given back when the thread is done, which may be long after the caller has gone; the answer is
        remembered all the same, so that a caller who comes back gets it.
        """
        plan = _is_plan(message)
        landing = flight.join()

        def done(answer: Answer | None, error: BaseException | None) -> None:
            if answer is not None:
                flight.land(answer)
            elif error is not None:
                flight.fail(error)
            if repeatable:
                self._memory.end(call.request_id)

        def worked(answer: Answer | None, error: BaseException | None) -> None:
            self._limiter.release(plan=plan, seconds=time.monotonic() - began)
            done(answer, error)

        if repeatable:
            self._memory.begin(call.request_id, flight)
        try:
            await self._limiter.acquire(plan=plan, deadline=call.deadline or NO_DEADLINE)
        except BaseException as error:
            landing.cancel()
            done(None, error)
            raise
        began = time.monotonic()
        call.queued_seconds = began - call.started
        self._workers.start(self._work, (call, message), worked)
        return await landing  # type: ignore[return-value] # the first to join gets an answer or the error

    def _work(self, call: Call, message: decision_pb2.DecideRequest) -> Answer:
        """Decide; runs in a worker thread."""
        state = self._orchestrator.state
        also = partial(validate, state=state)
        call.request = request_from_proto(message, currency=state.currency, also=also)
        decision = self._orchestrator.decide(call.request, call.time_to_decide())
        response = decision_to_proto(decision)
        response.request_id = call.request_id
        stages = {report.stage.value: report.state.value for report in decision.stages}
        return Answer(response.SerializeToString(), decision.decision_id, stages)

    async def _abort(self, call: Call, failure: Exception, context: grpc.aio.ServicerContext[Any, Any]) -> None:
        status = status_of(failure, call.request_id, call.request, call.metadata_bytes)
        call.code = status.code.name
        if not isinstance(failure, ShelfwiseError):
            log.error("call.failed", request_id=call.request_id, exc_info=failure)
        call.finished()
        await context.abort(status.code, status.message, status.metadata)


def _is_plan(message: decision_pb2.DecideRequest) -> bool:
    if message.HasField("forecast") or message.HasField("replenish") or message.HasField("route"):
        return True
    return message.recommend.all_customers or len(message.recommend.customers) > STOREFRONT_CUSTOMERS
