"""Stand-ins for the orchestrator, for tests of the server and its clients."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from shelfwise.serving_config import ServerConfig
from shelfwise.types import (
    Customer,
    Deadline,
    Decision,
    DecisionRequest,
    ForecastRequest,
    RecommendRequest,
    Slate,
    SlateItem,
    Stage,
    StageReport,
    StageState,
    State,
)

LONG = 30.0
"""Seconds to wait for what must happen, before a test is given up."""


def config(**changes) -> ServerConfig:
    """Return a configuration that takes a free port and drains without delay."""
    return ServerConfig(**{"address": "127.0.0.1:0", "drain_seconds": 0.0, **changes})


def storefront(request_id: str = "", customer_id: str = "anna") -> DecisionRequest:
    """Return a storefront call."""
    return DecisionRequest(request_id=request_id, recommend=RecommendRequest(customers=(Customer(customer_id),)))


def plan(request_id: str = "") -> DecisionRequest:
    """Return a request for a plan."""
    return DecisionRequest(request_id=request_id, forecast=ForecastRequest(horizon_days=2))


def decision_for(request: DecisionRequest) -> Decision:
    """Return a small decision that tells which request it answers."""
    customers = request.recommend.customers if request.recommend else ()
    item = SlateItem(rank=1, item_id="ü-1", score=0.5, purchase_probability=0.25, price=1.5)
    return Decision(
        decision_id=f"decision of {request.request_id}",
        request_id=request.request_id,
        as_of=datetime(2026, 3, 31, tzinfo=UTC),
        currency="EUR",
        model_id="fake",
        recommendations=tuple(Slate(customer.customer_id, (item,)) for customer in customers),
        stages=(StageReport(Stage.RECOMMENDER, StageState.OK, "fake", "1", milliseconds=0.5),),
    )


class FakeOrchestrator:
    """Answers what a function makes of the request, and keeps what it was asked."""

    def __init__(self, answer: Callable[[DecisionRequest], Decision] = decision_for) -> None:
        self.answer = answer
        self.requests: list[DecisionRequest] = []
        self.deadlines: list[Deadline | None] = []
        self.state = State(currency="EUR")
        self.stages = dict.fromkeys(Stage, True)

    def decide(self, request: DecisionRequest, deadline: Deadline | None = None) -> Decision:
        """Answer a request."""
        self.requests.append(request)
        self.deadlines.append(deadline)
        return self.answer(request)

    def health(self) -> dict[Stage, bool]:
        """Tell which stages can answer."""
        return self.stages


class HeldOrchestrator(FakeOrchestrator):
    """Answers nothing until :meth:`release` is called; :meth:`wait_for` waits until so many calls are being held."""

    def __init__(self) -> None:
        super().__init__(self._hold)
        self._started = threading.Semaphore(0)
        self._released = threading.Event()

    def wait_for(self, calls: int = 1) -> None:
        """Return when that many more calls have started."""
        for _ in range(calls):
            assert self._started.acquire(timeout=LONG), "the call did not reach the orchestrator"

    def release(self) -> None:
        """Answer all calls, those to come too."""
        self._released.set()

    def _hold(self, request: DecisionRequest) -> Decision:
        self._started.release()
        assert self._released.wait(LONG), "the test never released its calls"
        return decision_for(request)
