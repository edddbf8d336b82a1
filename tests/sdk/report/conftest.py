"""A made-up decision with all four parts, and the state it belongs to."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import attrs
import numpy as np
import pytest

from shelfwise.types import (
    Decision,
    Delivery,
    DemandForecast,
    Index,
    Items,
    Link,
    LinkReport,
    NodeKind,
    Nodes,
    Obstacle,
    Order,
    OrderLines,
    Reason,
    Route,
    RoutingReport,
    SignalReport,
    SkippedDelivery,
    SkipReason,
    Slate,
    SlateItem,
    Stage,
    StageReport,
    StageState,
    State,
    Stop,
    StopKind,
    WithheldItem,
)

AS_OF = datetime(2011, 12, 9, 12, 50, tzinfo=UTC)
TODAY = date(2011, 12, 10)
NOUNS = ("heart holder", "lunch bag", "tea towel", "cake stand", "paper chain kit", "hot water bottle", "alarm clock")
COLOURS = ("white", "red", "vintage", "blue", "retrospot", "woodland")


def make_state(items: int) -> State:
    """Return a state with two stores, a warehouse, a supplier and some deliveries around London."""
    random = np.random.default_rng(3)
    names = [f"{COLOURS[i % 6]} {NOUNS[i % 7]}".upper() for i in range(items)]
    price = np.round(random.gamma(2, 2, items) + 0.4, 2)
    deliveries = tuple(
        Delivery(
            delivery_id=f"D{i:03d}",
            latitude=51.5 + float(random.normal(0, 0.12)),
            longitude=-0.12 + float(random.normal(0, 0.25)),
        )
        for i in range(34)
    )
    return State(
        as_of=AS_OF,
        currency="GBP",
        items=Items(
            index=Index(f"{20000 + i}" for i in range(items)),
            description=names,
            category=["gifts"] * items,
            price=price,
            unit_cost=price * 0.5,
            pack_size=np.full(items, 6),
            minimum_order=np.full(items, 12),
            supplier_id=["supplier-1"] * items,
            volume_l=np.ones(items),
            weight_kg=np.ones(items),
            shelf_life_days=np.full(items, np.nan),
        ),
        nodes=Nodes(
            index=Index(("supplier-1", "warehouse", "store-north", "store-south")),
            kind=np.array([NodeKind.SUPPLIER, NodeKind.WAREHOUSE, NodeKind.STORE, NodeKind.STORE], dtype=object),
            latitude=[52.4, 51.52, 51.61, 51.41],
            longitude=[-1.5, -0.1, -0.05, -0.2],
            capacity=[np.inf] * 4,
        ),
        on_hand=np.round(random.gamma(2, 60, (items, 4))),
        deliveries=deliveries,
    )


def make_forecast(state: State) -> DemandForecast:
    """Return a forecast of 28 days with five quantiles and four drivers."""
    random = np.random.default_rng(5)
    items, days = len(state.items.index), 28
    base = random.gamma(0.8, 9, (items, 2, 1)) * np.ones((1, 1, days))
    season = base * 0.35 * np.sin(2 * np.pi * np.arange(days) / 7)
    promotion = np.zeros_like(base)
    promotion[:20, :, 5:9] = base[:20, :, 5:9] * 0.8
    exposure = base * 0.04
    price = -base * 0.05
    mean = base + season + promotion + exposure + price
    spread = np.sqrt(mean + 0.05 * mean**2)[None]
    quantiles = np.maximum(mean[None] + np.array([-1.6, -0.7, -0.1, 0.6, 1.8])[:, None, None, None] * spread, 0)
    return DemandForecast(
        items=state.items.index,
        nodes=Index(("store-north", "store-south")),
        starts_on=TODAY,
        levels=(0.05, 0.25, 0.5, 0.75, 0.95),
        mean=mean,
        quantiles=quantiles,
        parts={"base": base, "season": season, "price": price, "promotion": promotion, "exposure": exposure},
    )


def make_slates(state: State) -> tuple[Slate, ...]:
    """Return a slate for each of nine customers, the last of whom gave no consent."""
    random = np.random.default_rng(7)
    slates = []
    for customer in range(9):
        chosen = random.choice(len(state.items.index), size=6, replace=False)
        items = tuple(
            SlateItem(
                rank=rank,
                item_id=state.items.index[int(row)],
                score=1.0 / rank,
                purchase_probability=0.12 / rank,
                price=float(state.items.price[row]),
                node_id="store-north",
                promised_on=TODAY + timedelta(days=2),
                reasons=(Reason("bought_together", "often bought with what is in the cart"),),
            )
            for rank, row in enumerate(chosen, start=1)
        )
        withheld = (WithheldItem("20001", Reason("out_of_stock", "sold out until 14 December")),)
        slates.append(Slate(f"{12346 + customer}", items, withheld, impersonal=customer == 3))
    return tuple(slates)


def make_orders(state: State, forecast: DemandForecast) -> tuple[Order, ...]:
    """Return one purchase and two transfers that cover the forecast."""
    orders = []
    units = forecast.mean.sum(axis=(1, 2))
    for i, (source, target, share) in enumerate(
        [("supplier-1", "warehouse", 1.0), ("warehouse", "store-north", 0.5), ("warehouse", "store-south", 0.4)]
    ):
        wanted = units * share
        quantity = np.ceil(wanted / 6) * 6
        rows = np.flatnonzero(quantity)
        orders.append(
            Order(
                order_id=f"order-{i + 1}",
                from_node_id=source,
                to_node_id=target,
                place_on=TODAY,
                arrives_on=TODAY + timedelta(days=1 + 6 * (i == 0)),
                fixed_cost=25.0 if i == 0 else 0.0,
                lines=OrderLines(
                    item_ids=tuple(state.items.index[int(row)] for row in rows),
                    quantity=quantity[rows],
                    unconstrained_quantity=wanted[rows],
                    safety_stock=np.sqrt(wanted[rows]),
                    cover_days_before=np.full(len(rows), 3.2),
                    cover_days_after=np.full(len(rows), 17.5),
                    expected_fill_rate=np.full(len(rows), 0.974),
                    cost=quantity[rows] * state.items.unit_cost[rows],
                    binding_constraints=["pack_size" if row % 3 else "" for row in rows],
                    reasons=["Stock lasts 3 days and the lane takes 7, so demand until the review after is ordered."]
                    * len(rows),
                    stock_out_on=[TODAY + timedelta(days=3) if row % 2 else None for row in rows],
                    cost_if_skipped=quantity[rows] * 0.25,
                ),
            )
        )
    return tuple(orders)


def make_routes(state: State) -> tuple[Route, ...]:
    """Return five routes over all but two of the deliveries, sorted by their bearing from the depot."""
    bearing = [np.arctan2(d.latitude - 51.52, d.longitude + 0.1) for d in state.deliveries[:32]]
    around = np.argsort(bearing)
    routes = []
    for i, part in enumerate(np.array_split(around, 5)):
        departs = datetime(2011, 12, 10, 8, 0, tzinfo=UTC)
        stops = tuple(
            Stop(
                delivery_id=state.deliveries[int(row)].delivery_id,
                arrives_at=departs + timedelta(minutes=27 * (j + 1)),
                wait_minutes=4.0 * (j == 2),
                distance_km=6.3 + j,
                load=float(len(part) - j),
            )
            for j, row in enumerate(part)
        )
        routes.append(
            Route(
                vehicle_id=f"van-{i + 1}",
                node_id="warehouse",
                departs_at=departs,
                returns_at=departs + timedelta(hours=4),
                stops=stops,
                distance_km=74.2,
                fixed_cost=40.0,
                distance_cost=37.1,
                time_cost=64.0,
            )
        )
    return (with_everything(routes[0]), *routes[1:4], ending_anywhere(routes[4]))


def with_everything(route: Route) -> Route:
    """Return a route with a pickup, a late delivery, a reload in the middle and a break."""
    stops = list(route.stops)
    stops[1] = attrs.evolve(stops[1], kind=StopKind.PICKUP, minutes=5.0)
    stops[3] = attrs.evolve(stops[3], late_minutes=12.4, minutes=5.0)
    reload = Stop("", stops[3].arrives_at + timedelta(minutes=14), distance_km=4.5, kind=StopKind.RELOAD, minutes=10.0)
    pause = Stop("", stops[4].arrives_at + timedelta(minutes=11), distance_km=2.5, kind=StopKind.BREAK, minutes=30.0)
    return attrs.evolve(route, stops=(*stops[:4], reload, stops[4], pause, *stops[5:]), late_cost=2.05)


def ending_anywhere(route: Route) -> Route:
    """Return a route that is over after its last stop."""
    return attrs.evolve(route, distance_km=sum(stop.distance_km for stop in route.stops))


def make_skipped() -> tuple[SkippedDelivery, ...]:
    """Return two deliveries left out: one that a change would let in, one that is too dear."""
    window = "Its window closes at 08:10, before any van can be there."
    obstacles = (
        Obstacle("van-1", SkipReason.WINDOW, 17.5, "minutes", "It is there 17.5 minutes after the window."),
        Obstacle("van-2", SkipReason.CAPACITY, 3.0, "units"),
    )
    remedy = Obstacle("van-1", SkipReason.WINDOW, 18.0, "minutes", "A window until 08:28 lets it in.")
    cost = "Serving it costs £31.20 more, skipping it £12.00."
    return (
        SkippedDelivery("D032", SkipReason.WINDOW, window, obstacles, remedy),
        SkippedDelivery("D033", SkipReason.COST, cost, (Obstacle("", SkipReason.COST, 19.2, "GBP"),)),
    )


def make_decision(state: State) -> Decision:
    """Return a decision with all four parts, one of them degraded."""
    forecast = make_forecast(state)
    links = [
        LinkReport(Link.EXPOSURE, enabled=True, effect=214.0, unit="units", text="Slates add 0.9 % to demand."),
        LinkReport(Link.IN_STOCK, enabled=True, effect=96.5, unit="units", text="31 sold-out days are no zero demand."),
        LinkReport(Link.FORECAST, enabled=True, effect=-310.25, unit="GBP", text="Less safety stock is needed."),
        LinkReport(
            Link.STOCK_OUTLOOK, enabled=True, effect=842.0, unit="GBP", text="12 sold-out items left the slates."
        ),
        LinkReport(Link.DELIVERY_COSTS, enabled=False),
        LinkReport(
            Link.DELIVERIES, enabled=True, effect=2.0, unit="stops", text="Transfers ride on vans that go anyway."
        ),
    ]
    return Decision(
        decision_id="dec-20111209-7f3a",
        request_id="req-1",
        as_of=AS_OF,
        currency="GBP",
        model_id="20111209-125000-ab12",
        recommendations=make_slates(state),
        forecasts=forecast,
        orders=make_orders(state, forecast),
        routes=make_routes(state),
        skipped_deliveries=make_skipped(),
        routing=RoutingReport("pyvrp", 720.0, 702.0, 3),
        signals=SignalReport(
            passes=4, best_pass=3, converged=True, objective=48_231.2, siloed_objective=47_102.9, links=links
        ),
        stages=(
            StageReport(Stage.RECOMMENDER, StageState.OK, "baseline", "0.1.0", "", 41.2),
            StageReport(
                Stage.FORECASTER,
                StageState.DEGRADED,
                "baseline",
                "0.1.0",
                "ensemble 0.3.0 took longer than its 4 s, so baseline answered.",
                4120.0,
            ),
            StageReport(Stage.INVENTORY, StageState.OK, "baseline", "0.1.0", "", 212.0),
            StageReport(Stage.ROUTER, StageState.OK, "baseline", "0.1.0", "", 1890.0),
        ),
        warnings=(
            "No stock table: every item starts with 14 days of demand on hand.",
            "No lanes table: one supplier serves the warehouse in 7 days.",
        ),
        valid_until=AS_OF + timedelta(days=1),
    )


@pytest.fixture(scope="session")
def state() -> State:
    """Return the state of the made-up retailer."""
    return make_state(60)


@pytest.fixture(scope="session")
def decision(state: State) -> Decision:
    """Return the made-up decision."""
    return make_decision(state)


@pytest.fixture(scope="session")
def history(state: State) -> SimpleNamespace:
    """Return 60 days of sales that end the day before the forecast."""
    random = np.random.default_rng(11)
    days = np.arange(np.datetime64(TODAY) - 60, np.datetime64(TODAY))
    units = random.poisson(np.repeat(make_forecast(state).mean[:, :, :1], len(days), axis=2)).astype(float)
    return SimpleNamespace(items=state.items.index, nodes=Index(("store-north", "store-south")), days=days, units=units)
