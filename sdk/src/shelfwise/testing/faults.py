"""Plugins that misbehave on purpose, to see that a decision survives them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import attrs
import numpy as np

from shelfwise.hookspecs import hookimpl
from shelfwise.plugins import HOOK_OF, call
from shelfwise.types import Stage


class Fault(StrEnum):
    """A way to misbehave."""

    RAISE = "raise"
    """Raises an error."""
    EXIT = "exit"
    """Would end the process."""
    HANG = "hang"
    """Does not answer until :meth:`FaultyPlugin.release`."""
    NAN = "nan"
    """Answers with numbers that are none."""
    WRONG_SHAPE = "wrong_shape"
    """Answers for less than was asked."""
    WRONG_TYPE = "wrong_type"
    """Answers with something else altogether."""
    SLOW = "slow"
    """Answers rightly, but ``seconds`` late."""
    NOTHING = "nothing"
    """Leaves the answer to the next in the chain."""


class InjectedError(Exception):
    """What a plugin with :attr:`Fault.RAISE` raises."""


@attrs.define(eq=False)
class FaultyPlugin:
    """A plugin for any one stage that passes each call to ``inner`` and spoils the outcome."""

    stage: Stage
    fault: Fault
    inner: object
    seconds: float = 0.2
    calls: int = attrs.field(default=0, init=False)
    _released: threading.Event = attrs.field(factory=threading.Event, init=False)

    def release(self) -> None:
        """Let every hanging call return."""
        self._released.set()

    def answer(self, **arguments: Any) -> Any:
        """Answer the hook of the stage in the faulty way."""
        self.calls += 1
        match self.fault:
            case Fault.RAISE:
                raise InjectedError("injected")
            case Fault.EXIT:
                raise SystemExit("injected")
            case Fault.NOTHING:
                return None
            case Fault.WRONG_TYPE:
                return "no answer"
            case Fault.HANG:
                self._released.wait()
            case Fault.SLOW:
                time.sleep(self.seconds)
        right = call(self.inner, HOOK_OF[self.stage], **arguments)
        if self.fault in _SPOIL:
            return _SPOIL[self.fault][self.stage](right)
        return right


@attrs.define(eq=False)
class FaultyRecommender(FaultyPlugin):
    """A recommender that misbehaves."""

    @hookimpl
    def recommend(self, request: Any, state: Any, stock_outlook: Any, delivery_costs: Any, deadline: Any) -> Any:
        """Answer in the faulty way."""
        return self.answer(
            request=request, state=state, stock_outlook=stock_outlook, delivery_costs=delivery_costs, deadline=deadline
        )


@attrs.define(eq=False)
class FaultyForecaster(FaultyPlugin):
    """A forecaster that misbehaves."""

    @hookimpl
    def forecast(self, request: Any, state: Any, exposure: Any, deadline: Any) -> Any:
        """Answer in the faulty way."""
        return self.answer(request=request, state=state, exposure=exposure, deadline=deadline)


@attrs.define(eq=False)
class FaultyInventory(FaultyPlugin):
    """An inventory plugin that misbehaves."""

    @hookimpl
    def replenish(self, request: Any, state: Any, forecast: Any, delivery_costs: Any, deadline: Any) -> Any:
        """Answer in the faulty way."""
        return self.answer(
            request=request, state=state, forecast=forecast, delivery_costs=delivery_costs, deadline=deadline
        )


@attrs.define(eq=False)
class FaultyRouter(FaultyPlugin):
    """A router that misbehaves."""

    @hookimpl
    def route(self, request: Any, state: Any, deliveries: Any, deadline: Any) -> Any:
        """Answer in the faulty way."""
        return self.answer(request=request, state=state, deliveries=deliveries, deadline=deadline)


_CLASSES = {
    Stage.RECOMMENDER: FaultyRecommender,
    Stage.FORECASTER: FaultyForecaster,
    Stage.INVENTORY: FaultyInventory,
    Stage.ROUTER: FaultyRouter,
}


def faulty(stage: Stage, fault: Fault, inner: object, seconds: float = 0.2) -> FaultyPlugin:
    """Return a plugin for ``stage`` that spoils what ``inner`` answers."""
    return _CLASSES[stage](stage, fault, inner, seconds)


def _nan_slates(answer: Any) -> Any:
    spoilt = tuple(
        attrs.evolve(slate, items=tuple(attrs.evolve(item, score=float("nan")) for item in slate.items))
        for slate in answer.slates
    )
    return attrs.evolve(answer, slates=spoilt)


def _nan_outlook(answer: Any) -> Any:
    outlook = answer.stock_outlook
    return attrs.evolve(
        answer, stock_outlook=attrs.evolve(outlook, unit_value=np.full_like(outlook.unit_value, np.nan))
    )


def _nan_routes(answer: Any) -> Any:
    return attrs.evolve(answer, routes=tuple(attrs.evolve(r, distance_km=float("nan")) for r in answer.routes))


def _less_outlook(answer: Any) -> Any:
    outlook = answer.stock_outlook
    return attrs.evolve(answer, stock_outlook=attrs.evolve(outlook, unit_value=outlook.unit_value[:-1]))


_SPOIL: dict[Fault, dict[Stage, Callable[[Any], Any]]] = {
    Fault.NAN: {
        Stage.RECOMMENDER: _nan_slates,
        Stage.FORECASTER: lambda answer: attrs.evolve(answer, mean=np.full_like(answer.mean, np.nan)),
        Stage.INVENTORY: _nan_outlook,
        Stage.ROUTER: _nan_routes,
    },
    Fault.WRONG_SHAPE: {
        Stage.RECOMMENDER: lambda answer: attrs.evolve(answer, slates=answer.slates[:-1]),
        Stage.FORECASTER: lambda answer: attrs.evolve(answer, mean=answer.mean[:, :, :-1]),
        Stage.INVENTORY: _less_outlook,
        Stage.ROUTER: lambda answer: attrs.evolve(answer, routes=answer.routes[:-1]),
    },
}
