"""A plugin under examination, and the questions put to it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from shelfwise import invariants
from shelfwise.config import CoordinationConfig
from shelfwise.dataset import Dataset
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import HOOK_OF, Member, PluginSet, build, call
from shelfwise.resolve import resolve
from shelfwise.testing.retailer import UNICODE_CUSTOMER, sample_dataset
from shelfwise.testing.training import Training, watched
from shelfwise.types import (
    CartLine,
    Customer,
    Deadline,
    DecisionRequest,
    Event,
    EventKind,
    ForecastRequest,
    Progress,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    Stage,
    State,
    silent,
)


@attrs.define(eq=False, slots=False)
class Subject:
    """One plugin of a stage; ``factory`` makes it with the options to be examined, untrained.

    Trainings tell ``progress``.
    """

    stage: Stage
    factory: Callable[[], object]
    progress: Progress = silent

    @cached_property
    def dataset(self) -> Dataset:
        """The retailer that the plugin learns from."""
        return sample_dataset()

    @cached_property
    def state(self) -> State:
        """The retailer's state at the end of its data."""
        return self.dataset.state()

    @cached_property
    def training(self) -> Training:
        """The one training that all checks share which need none of their own: it may take minutes."""
        return watched(self.factory(), self.dataset, self.progress)

    @property
    def plugin(self) -> object:
        """The plugin of that training; checks that change it make their own."""
        return self.training.plugin

    def trained(self, dataset: Dataset | None = None) -> object:
        """Return a new plugin, trained."""
        plugin = self.factory()
        call(plugin, "train", dataset=dataset or self.dataset, progress=self.progress)
        return plugin

    def reloaded(self, plugin: object) -> object:
        """Return a new plugin that has loaded what ``plugin`` saved."""
        with tempfile.TemporaryDirectory() as directory:
            call(plugin, "save", directory=Path(directory))
            copy = self.factory()
            call(copy, "load", directory=Path(directory))
        return copy

    def request(self, **changes: Any) -> Any:
        """Return a request of the stage with every id spelled out, as the orchestrator would give it."""
        part = attrs.evolve(_ORDINARY[self.stage](self.state), **changes)
        whole = DecisionRequest(**{_PART[self.stage]: part})
        asked = resolve(whole, self.state)
        return {
            Stage.RECOMMENDER: asked.recommend,
            Stage.FORECASTER: asked.forecast,
            Stage.INVENTORY: asked.replenish,
            Stage.ROUTER: asked.route,
        }[self.stage]

    def ask(self, request: Any = None, *, plugin: object = None, state: State | None = None, **signals: Any) -> Any:
        """Put a question to the plugin; signals that are not given are None, the deadline is far."""
        request = self.request() if request is None else request
        state = state or self.state
        # Before the clock starts: the first question of all waits for the training.
        asked = plugin or self.plugin
        arguments: dict[str, Any] = {"request": request, "state": state, "deadline": Deadline.after(60.0)}
        arguments |= dict.fromkeys(_SIGNALS[self.stage])
        if self.stage is Stage.ROUTER:
            arguments["deliveries"] = state.deliveries
        return call(asked, HOOK_OF[self.stage], **{**arguments, **signals})

    @cached_property
    def answer(self) -> Any:
        """The answer to the ordinary request, for all checks that do no more than look at it."""
        return self.ask()

    def problems(self, request: Any, answer: Any, *, state: State | None = None, deliveries: Any = None) -> list[str]:
        """Return what the invariants say of an answer."""
        state = state or self.state
        if answer is None:
            return ["the plugin left the answer to the next in the chain"]
        if self.stage is Stage.ROUTER:
            deliveries = state.deliveries if deliveries is None else deliveries
            return list(invariants.check_routing(request, state, deliveries, answer))
        return list(_INVARIANTS[self.stage](request, state, answer))

    def orchestrator(self) -> Orchestrator:
        """Return an orchestrator with the plugin in its stage, alone, and the baselines in the others."""
        chains = {}
        for stage in Stage:
            if stage is self.stage:
                chains[stage] = (Member(stage, "examined", "", self.plugin),)
            else:
                member = build(stage, "baseline")
                call(member.plugin, "train", dataset=self.dataset, progress=silent)
                chains[stage] = (member,)
        return Orchestrator(PluginSet(chains), self.state, CoordinationConfig(maximum_passes=2), "examined")

    def past_event(self, row: int) -> Event:
        """Return an event of the session: the item in this row of the catalogue was viewed an hour ago."""
        item = self.state.items.index[row]
        return Event(item, EventKind.VIEW, self.state.as_of - timedelta(hours=1))


def _ordinary_recommend(state: State) -> RecommendRequest:
    """Ask for known, unknown and unicode customers, with a session and a cart."""
    items, customers = state.items.index, state.customers.index
    return RecommendRequest(
        (
            Customer(customers[1], events=(Event(items[3], EventKind.VIEW, state.as_of),), cart=(CartLine(items[5]),)),
            Customer(UNICODE_CUSTOMER),
            Customer("nobody knows me"),
            Customer(),
        )
    )


_ORDINARY: dict[Stage, Callable[[State], Any]] = {
    Stage.RECOMMENDER: _ordinary_recommend,
    Stage.FORECASTER: lambda _state: ForecastRequest(horizon_days=14),
    Stage.INVENTORY: lambda _state: ReplenishRequest(),
    Stage.ROUTER: lambda _state: RouteRequest(),
}
_PART = {
    Stage.RECOMMENDER: "recommend",
    Stage.FORECASTER: "forecast",
    Stage.INVENTORY: "replenish",
    Stage.ROUTER: "route",
}
_SIGNALS = {
    Stage.RECOMMENDER: ("stock_outlook", "delivery_costs"),
    Stage.FORECASTER: ("exposure",),
    Stage.INVENTORY: ("forecast", "delivery_costs"),
    Stage.ROUTER: (),
}
_INVARIANTS: dict[Stage, Callable[[Any, State, Any], tuple[str, ...]]] = {
    Stage.RECOMMENDER: invariants.check_recommendations,
    Stage.FORECASTER: invariants.check_forecast,
    Stage.INVENTORY: invariants.check_replenishment,
}


def contents(directory: Path) -> dict[str, bytes]:
    """Return every file below a directory with its bytes."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def demand_forecast(state: State, units_per_day: float, days: int = 14) -> Any:
    """Return a plain forecast of the same mean for every item at every selling node."""
    from shelfwise.types import DEFAULT_QUANTILES, DemandForecast, Index

    nodes = Index(state.nodes.selling_ids)
    mean = np.full((len(state.items.index), len(nodes), days), units_per_day)
    levels = np.array(DEFAULT_QUANTILES).reshape(-1, 1, 1, 1)
    return DemandForecast(
        items=state.items.index,
        nodes=nodes,
        starts_on=state.starts_on,
        levels=DEFAULT_QUANTILES,
        mean=mean,
        quantiles=mean * 2 * levels,
        parts={"base": mean},
    )
