"""The contract between shelfwise and its plugins: read top to bottom, it is the data flow of a decision.

A plugin is a class registered as an entry point in the group of its stage (``shelfwise.recommender``,
``shelfwise.forecaster``, ``shelfwise.inventory``, ``shelfwise.router``), declared with ``@attrs.define(eq=False)``:
its fields are its options in ``shelfwise.toml``. It implements the hook of its stage and as much of the life cycle
as it needs, each marked with :data:`hookimpl`, and may leave out arguments that it has no use for.

Every hook is called by keyword. A stage hook that returns ``None`` says "not mine, ask the next in the chain".
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from shelfwise.types.progress import Progress

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset
    from shelfwise.types import (
        Deadline,
        Decision,
        DecisionRequest,
        Delivery,
        DeliveryCosts,
        DemandForecast,
        Exposure,
        ForecastRequest,
        Recommendations,
        RecommendRequest,
        ReplenishmentPlan,
        ReplenishRequest,
        RoutePlan,
        RouteRequest,
        State,
        StockOutlook,
    )

__all__ = [
    "PROJECT",
    "Progress",
    "decided",
    "forecast",
    "hookimpl",
    "hookspec",
    "load",
    "recommend",
    "replenish",
    "route",
    "save",
    "train",
    "update",
]

PROJECT = "shelfwise"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# The four stages. `request` names ids explicitly: what was "all" in the caller's request is spelled out.


@hookspec(firstresult=True)
def recommend(
    request: RecommendRequest,
    state: State,
    stock_outlook: StockOutlook | None,
    delivery_costs: DeliveryCosts | None,
    deadline: Deadline,
) -> Recommendations | None:
    """Rank items for each customer of the request and say what showing them will cause."""


@hookspec(firstresult=True)
def forecast(
    request: ForecastRequest, state: State, exposure: Exposure | None, deadline: Deadline
) -> DemandForecast | None:
    """Forecast daily demand per item and node, with quantiles and the part due to each driver."""


@hookspec(firstresult=True)
def replenish(
    request: ReplenishRequest,
    state: State,
    forecast: DemandForecast | None,
    delivery_costs: DeliveryCosts | None,
    deadline: Deadline,
) -> ReplenishmentPlan | None:
    """Decide what to order and to move, and put a price on one more unit of every item at every node."""


@hookspec(firstresult=True)
def route(
    request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], deadline: Deadline
) -> RoutePlan | None:
    """Plan routes for the deliveries; say what one more delivery to each zone and a visit to own nodes would cost."""


# The life cycle: each is called on one plugin at a time, and never while a decision is made.


@hookspec
def train(dataset: Dataset, progress: Progress, checkpoints: Path | None) -> None:
    """Learn from the retailer's tables.

    ``checkpoints`` is a folder for what an interrupt must not lose: the next training of the same plugin with the same
    options on the same data finds what this one left, and it is removed when a bundle is written. None: keep nothing.
    """


@hookspec
def update(dataset: Dataset, progress: Progress) -> None:
    """Take in what has happened since training, without learning everything anew.

    Called after ``load``. ``dataset`` is the whole history up to now, what was learned from before included. A plugin
    without this hook is trained instead.
    """


@hookspec
def save(directory: Path) -> None:
    """Write everything learned into an empty directory; pickle is not allowed."""


@hookspec
def load(directory: Path) -> None:
    """Read what ``save`` wrote."""


# Observers: called on every plugin and extension after a decision; what they raise is logged and goes no further.


@hookspec
def decided(request: DecisionRequest, decision: Decision) -> None:
    """Take note of a decision."""
