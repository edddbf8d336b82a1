"""A retailer of ten items and one plugin a stage that does no work: what is left is the framework."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import numpy as np

from shelfwise.config import CoordinationConfig
from shelfwise.hookspecs import hookimpl
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import Member, PluginSet
from shelfwise.types import (
    CartLine,
    Customer,
    Customers,
    DecisionRequest,
    DemandForecast,
    Event,
    EventKind,
    ForecastRequest,
    Index,
    Items,
    Lanes,
    Nodes,
    Reason,
    Recommendations,
    RecommendRequest,
    ReplenishmentPlan,
    ReplenishRequest,
    RoutePlan,
    RouteRequest,
    Slate,
    SlateItem,
    Stage,
    State,
    StockOutlook,
)

AS_OF = datetime(2026, 3, 1, 18, tzinfo=UTC)
ITEMS = Index(f"item-{number}" for number in range(10))
NODES = Index(["supplier", "shop"])
SHOP = Index(["shop"])
DAYS = 7


def _text(*values: str) -> Any:
    return np.array(values, dtype=object)


STATE = State(
    as_of=AS_OF,
    items=Items(
        index=ITEMS,
        description=ITEMS.array,
        category=_text(*["all"] * len(ITEMS)),
        price=np.full(len(ITEMS), 2.0),
        unit_cost=np.ones(len(ITEMS)),
        pack_size=np.ones(len(ITEMS)),
        minimum_order=np.zeros(len(ITEMS)),
        supplier_id=_text(*["supplier"] * len(ITEMS)),
        volume_l=np.ones(len(ITEMS)),
        weight_kg=np.ones(len(ITEMS)),
        shelf_life_days=np.full(len(ITEMS), np.nan),
    ),
    nodes=Nodes(NODES, _text("supplier", "store"), [48.0, 48.1], [11.0, 11.1], [np.inf, np.inf]),
    lanes=Lanes([0], [1], [-1], [1], [0], [0], [0], [0], [np.inf]),
    on_hand=np.full((len(ITEMS), len(NODES)), 5.0),
    customers=Customers(Index(["anna"]), _text("north"), [True]),
)

_ITEMS_SHOWN = tuple(
    SlateItem(rank, item, 1 / rank, 0.1, 2.0, "shop", None, (Reason("POPULAR", "Bought by many."),))
    for rank, item in enumerate(ITEMS, start=1)
)
_MEAN = np.full((len(ITEMS), len(SHOP), DAYS), 2.0)
_FORECAST = DemandForecast(
    ITEMS, SHOP, STATE.starts_on, (0.25, 0.5, 0.75), _MEAN, np.stack([_MEAN, _MEAN + 1, _MEAN + 2]), {"base": _MEAN}
)
_GRID = np.ones((len(ITEMS), len(SHOP)))
_REPLENISHMENT = ReplenishmentPlan(ITEMS, SHOP, (), StockOutlook(ITEMS, SHOP, _GRID, _GRID, _GRID), _MEAN)


@attrs.define(eq=False)
class NoRecommender:
    """Shows the same ten items to everybody."""

    @hookimpl
    def recommend(self, request: RecommendRequest) -> Recommendations:
        """Answer what was ready before."""
        return Recommendations(tuple(Slate(customer.customer_id, _ITEMS_SHOWN) for customer in request.customers))


@attrs.define(eq=False)
class NoForecaster:
    """Expects the same demand of everything."""

    @hookimpl
    def forecast(self, request: ForecastRequest) -> DemandForecast:
        """Answer what was ready before, for the horizon of the benchmark; a longer one is filled up."""
        if request.horizon_days == DAYS and request.quantiles == _FORECAST.levels:
            return _FORECAST
        mean = np.full((len(ITEMS), len(SHOP), request.horizon_days), 2.0)
        quantiles = np.stack([mean + level for level in request.quantiles])
        return DemandForecast(ITEMS, SHOP, STATE.starts_on, request.quantiles, mean, quantiles, {"base": mean})


@attrs.define(eq=False)
class NoInventory:
    """Orders nothing."""

    @hookimpl
    def replenish(self) -> ReplenishmentPlan:
        """Answer what was ready before."""
        return _REPLENISHMENT


@attrs.define(eq=False)
class NoRouter:
    """Has nothing to deliver."""

    @hookimpl
    def route(self) -> RoutePlan:
        """Answer what was ready before."""
        return RoutePlan()


PLUGINS = {
    Stage.RECOMMENDER: NoRecommender,
    Stage.FORECASTER: NoForecaster,
    Stage.INVENTORY: NoInventory,
    Stage.ROUTER: NoRouter,
}


def noop_orchestrator() -> Orchestrator:
    """Return the real orchestrator with plugins that do no work."""
    chains = {stage: (Member(stage, "noop", "1", plugin()),) for stage, plugin in PLUGINS.items()}
    return Orchestrator(PluginSet(chains), STATE, CoordinationConfig(maximum_passes=1), "noop")


def storefront_request() -> DecisionRequest:
    """Return a page view: a customer with three events and a cart."""
    events = [Event(f"item-{number}", EventKind.VIEW, AS_OF) for number in range(3)]
    customer = Customer("anna", events, (CartLine("item-1"),), "north")
    return DecisionRequest(recommend=RecommendRequest((customer,)))


def plan_request() -> DecisionRequest:
    """Return a request for all four stages."""
    return attrs.evolve(
        storefront_request(),
        forecast=ForecastRequest(horizon_days=DAYS, quantiles=(0.25, 0.5, 0.75)),
        replenish=ReplenishRequest(),
        route=RouteRequest(),
    )
