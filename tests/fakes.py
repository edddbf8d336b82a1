"""A tiny retailer and the simplest valid plugin of each stage, for tests of what lies around plugins."""

from datetime import UTC, datetime, timedelta

import attrs
import numpy as np

from shelfwise.config import CoordinationConfig
from shelfwise.hookspecs import hookimpl
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import Member, PluginSet
from shelfwise.types import (
    Customers,
    Delivery,
    DeliveryCosts,
    DemandForecast,
    Exposure,
    Index,
    Items,
    Lanes,
    Nodes,
    Order,
    OrderLines,
    Recommendations,
    ReplenishmentPlan,
    Route,
    RoutePlan,
    SkippedDelivery,
    SkipReason,
    Slate,
    SlateItem,
    Stage,
    State,
    StockOutlook,
    Stop,
    Vehicle,
)

AS_OF = datetime(2026, 3, 1, 18, tzinfo=UTC)


def small_state() -> State:
    """Return three items at one store that a supplier and a warehouse feed."""
    items = Index(("apple", "bread", "crème"))
    return State(
        as_of=AS_OF,
        currency="EUR",
        items=Items(
            index=items,
            description=np.array(items.ids, dtype=object),
            category=np.array(["fruit", "bakery", "dairy"], dtype=object),
            price=[2.0, 3.0, 4.0],
            unit_cost=[1.0, 1.5, 2.5],
            pack_size=[1, 6, 2],
            minimum_order=[0, 6, 4],
            supplier_id=np.array(["farm"] * 3, dtype=object),
            volume_l=[0.2, 1.0, 0.3],
            weight_kg=[0.2, 0.5, 0.3],
            shelf_life_days=[np.nan] * 3,
        ),
        nodes=Nodes(
            index=Index(("farm", "depot", "shop")),
            kind=np.array(["supplier", "warehouse", "store"], dtype=object),
            latitude=[48.0, 48.1, 48.2],
            longitude=[11.0, 11.1, 11.2],
            capacity=[np.inf] * 3,
        ),
        lanes=Lanes(
            from_node=[0, 1],
            to_node=[1, 2],
            item=[-1, -1],
            lead_time_days=[5, 1],
            lead_time_sd_days=[1, 0],
            fixed_cost=[10, 5],
            unit_cost=[0, 0.1],
            minimum=[0, 0],
            maximum=[np.inf, np.inf],
        ),
        on_hand=[[0, 50, 10], [0, 20, 0], [0, 0, 5]],
        customers=Customers(
            index=Index(("anna", "bob")), zone=np.array(["north", "south"], dtype=object), consent=[True, False]
        ),
        vehicles=(Vehicle("van", "depot", capacity=100),),
        deliveries=(Delivery("d1", "depot", "north", 48.15, 11.12), Delivery("d2", "depot", "south", 48.05, 11.08)),
        assumptions=("coordinates are made up",),
    )


@attrs.define(eq=False)
class FakeRecommender:
    """Shows every item that may be shown, in the catalogue's order."""

    seen: list = attrs.field(factory=list, init=False)

    @hookimpl
    def recommend(self, request, state, stock_outlook, delivery_costs):
        """Answer, and remember what was seen."""
        self.seen.append((stock_outlook, delivery_costs))
        shown = [item for item in state.items.index if item not in request.exclude_item_ids][: request.slate_size]
        slates = tuple(
            Slate(
                customer.customer_id,
                tuple(SlateItem(rank, item, 1 / rank, 0.1, 2.0) for rank, item in enumerate(shown, start=1)),
                impersonal=True,
            )
            for customer in request.customers
        )
        nodes = Index(state.nodes.selling_ids)
        units = np.full((len(state.items.index), len(nodes), 7), 0.1 * len(slates))
        return Recommendations(slates, Exposure(state.items.index, nodes, units * 10, units))


@attrs.define(eq=False)
class FakeForecaster:
    """Expects two units of everything everywhere, and the exposure on top."""

    seen: list = attrs.field(factory=list, init=False)

    @hookimpl
    def forecast(self, request, state, exposure):
        """Answer, and remember what was seen."""
        self.seen.append(exposure)
        shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
        base, extra = np.full(shape, 2.0 if request.use_in_stock else 1.5), np.zeros(shape)
        if exposure is not None:
            days = min(request.horizon_days, exposure.extra_units.shape[2])
            extra[:, :, :days] = exposure.extra_units[:, :, :days]
        mean = base + extra
        levels = np.asarray(request.quantiles).reshape(-1, 1, 1, 1)
        return DemandForecast(
            items=Index(request.item_ids),
            nodes=Index(request.node_ids),
            starts_on=state.starts_on,
            levels=request.quantiles,
            mean=mean,
            quantiles=mean * 2 * levels,
            parts={"base": base, "exposure": extra},
        )


@attrs.define(eq=False)
class FakeInventory:
    """Moves a pack of everything from the depot to the shop."""

    seen: list = attrs.field(factory=list, init=False)

    @hookimpl
    def replenish(self, request, state, forecast, delivery_costs):
        """Answer, and remember what was seen."""
        self.seen.append((forecast, delivery_costs))
        rows = state.items.index.positions(request.item_ids)
        quantity = np.maximum(state.items.pack_size[rows], state.items.minimum_order[rows])
        column = np.zeros(len(rows))
        lines = OrderLines(
            item_ids=request.item_ids,
            quantity=quantity,
            unconstrained_quantity=quantity,
            safety_stock=column,
            cover_days_before=column,
            cover_days_after=column,
            expected_fill_rate=column + 0.9,
            cost=quantity * 0.1,
            binding_constraints=("",) * len(rows),
            reasons=("because",) * len(rows),
        )
        order = Order("o1", "depot", "shop", state.starts_on, state.starts_on + timedelta(days=1), lines, 5.0)
        nodes = Index(request.node_ids)
        shape = (len(rows), len(nodes))
        outlook = StockOutlook(Index(request.item_ids), nodes, np.full(shape, 9.0), np.ones(shape), np.full(shape, 0.5))
        return ReplenishmentPlan(Index(request.item_ids), nodes, (order,), outlook, np.zeros((*shape, 14)))


@attrs.define(eq=False)
class FakeRouter:
    """Skips every delivery, saying so."""

    asked: list = attrs.field(factory=list, init=False)

    @property
    def seen(self):
        """The deliveries of each call."""
        return [deliveries for _, deliveries in self.asked]

    @hookimpl
    def route(self, request, state, deliveries):
        """Answer, and remember what was seen."""
        self.asked.append((request, deliveries))
        skipped = tuple(SkippedDelivery(d.delivery_id, SkipReason.TIME_LIMIT, "left out") for d in deliveries)
        costs = DeliveryCosts(
            Index(("north", "south")), Index(("depot", "shop")), np.full((2, 2), 3.0), np.ones((2, 2))
        )
        return RoutePlan((), skipped, costs, "nobody")


FAKES = {
    Stage.RECOMMENDER: FakeRecommender,
    Stage.FORECASTER: FakeForecaster,
    Stage.INVENTORY: FakeInventory,
    Stage.ROUTER: FakeRouter,
}


def fake_chains(**first):
    """Return a chain of one fake for each stage; ``stage=plugin`` puts a plugin before it."""
    return {
        stage: (
            *([Member(stage, "first", "1", first[stage.value])] if stage.value in first else []),
            Member(stage, "fake", "1", FAKES[stage]()),
        )
        for stage in Stage
    }


def fake_orchestrator(chains=None, extensions=(), state=None, **coordination) -> Orchestrator:
    """Return an orchestrator of fakes over the small state."""
    plugins = PluginSet(chains or fake_chains(), extensions)
    return Orchestrator(plugins, state or small_state(), CoordinationConfig(**coordination), "model")


__all__ = [
    "AS_OF",
    "FAKES",
    "FakeForecaster",
    "FakeInventory",
    "FakeRecommender",
    "FakeRouter",
    "Route",
    "Stop",
    "fake_chains",
    "fake_orchestrator",
    "small_state",
]
