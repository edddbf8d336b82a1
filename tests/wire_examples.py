"""The values behind the golden files of the wire: one request and one decision that use every part of the contract."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from shelfwise.types import (
    Break,
    CartLine,
    Customer,
    Decision,
    DecisionRequest,
    Delivery,
    DemandForecast,
    Depot,
    Event,
    EventKind,
    ForecastRequest,
    Index,
    Link,
    LinkReport,
    Live,
    Obstacle,
    OpenOrderLines,
    Options,
    Order,
    OrderLines,
    PreviousRoute,
    Promotion,
    Reason,
    RecommendRequest,
    ReplenishRequest,
    Route,
    RouteRequest,
    RoutingReport,
    ServiceMeasure,
    ShadowPrices,
    SignalReport,
    SkippedDelivery,
    SkipReason,
    Slate,
    SlateItem,
    Stage,
    StageReport,
    StageState,
    StockLevels,
    Stop,
    StopKind,
    TravelMatrix,
    Vehicle,
    WithheldItem,
)

NOW = datetime(2026, 3, 31, 18, 30, 0, 250_000, tzinfo=UTC)
TODAY = NOW.date()
MORNING = datetime(2026, 4, 1, 8, tzinfo=UTC)


def plan_request() -> DecisionRequest:
    """Return a request that asks for every stage and sets every field."""
    customer = Customer(
        customer_id="c-1",
        events=[Event("tea", EventKind.VIEW, NOW, 2.0, "c-1", "6e0a1b"), Event("mug", EventKind.RETURN)],
        cart=[CartLine("tea", 3.0)],
        zone="north",
        consent=False,
    )
    delivery = Delivery(
        delivery_id="d-1",
        node_id="depot",
        zone="north",
        latitude=51.5,
        longitude=-0.125,
        quantity=4.0,
        weight_kg=2.5,
        volume_l=8.0,
        window_start=MORNING,
        window_end=MORNING + timedelta(hours=2),
        service_minutes=5.0,
        skip_cost=12.5,
        order_id="o-1",
        pickup=True,
        skills=["cold"],
        priority=3,
        late_cost_per_hour=9.5,
        released_at=MORNING - timedelta(hours=1),
    )
    vehicle = Vehicle(
        vehicle_id="van",
        node_id="depot",
        capacity=80.0,
        capacity_kg=900.0,
        capacity_l=float("inf"),
        fixed_cost=35.0,
        cost_per_km=0.29,
        cost_per_hour=18.75,
        speed_kmh=32.0,
        shift_start=MORNING,
        shift_end=MORNING + timedelta(hours=8),
        skills=["cold", "lift"],
        max_distance_km=250.5,
        max_minutes=450.0,
        max_stops=40,
        max_trips=2,
        reload_minutes=15.0,
        ends_anywhere=True,
        breaks=[Break(MORNING + timedelta(hours=3), MORNING + timedelta(hours=4), 30.0)],
    )
    return DecisionRequest(
        request_id="nightly-2026-03-31",
        as_of=NOW,
        recommend=RecommendRequest(
            customers=[customer, Customer("größe-寿司")],
            all_customers=True,
            slate_size=3,
            placement="home",
            exclude_item_ids=["lamp"],
            allow_categories=["kitchen"],
            deny_categories=["toys"],
            exclude_purchased=True,
            most_per_category=2,
            most_per_brand=1,
            diversity=0.25,
            in_stock_only=True,
            exploration=0.0625,
        ),
        forecast=ForecastRequest(["tea", "mug"], ["store"], 2, (0.1, 0.5, 0.9)),
        replenish=ReplenishRequest(["tea"], ["store"], 0.95, ServiceMeasure.FILL_RATE, 1000.000001, 7),
        route=RouteRequest(
            deliveries=(delivery,),
            vehicles=(vehicle,),
            depots=(Depot("depot", 51.0, 0.0),),
            travel=TravelMatrix(["depot", "d-1"], [[0, 12.5], [11.5, 0]], [[0, 20], [21, 0]]),
            previous=[PreviousRoute("van", ["d-1"], 1)],
        ),
        live=Live(
            stock=StockLevels(["tea"], ["store"], [40.0]),
            open_orders=OpenOrderLines(["mug"], ["store"], [24.0], np.array(["2026-04-03"], dtype="datetime64[D]")),
            promotions=[Promotion("tea", date(2026, 4, 1), date(2026, 4, 7), "store", 2.99, 1.8, advertised=False)],
            events=[Event("tea", EventKind.PURCHASE, NOW, 1.0, "c-2", "6e0a1b")],
        ),
        options=Options([Link.EXPOSURE, Link.DELIVERIES], 7, 30.0, strict=True, explain=False, validate_only=True),
    )


def decision() -> Decision:
    """Return a decision with every part."""
    slate = Slate(
        customer_id="c-1",
        items=[
            SlateItem(
                rank=1,
                item_id="tea",
                score=1.25,
                purchase_probability=0.5,
                price=2.99,
                node_id="store",
                promised_on=date(2026, 4, 2),
                reasons=[Reason("BOUGHT_TOGETHER", "With mugs.")],
                explored=True,
                propensity=0.0078125,
            )
        ],
        withheld=[WithheldItem("lamp", Reason("DRAWN", "Another item was drawn in its place."), 0.03125)],
        impersonal=True,
        token="0d5f7e9a",
    )
    mean = np.array([[[1.5, 2.0]], [[0.25, 0.0]]])
    lines = OrderLines(
        item_ids=["tea", "mug"],
        quantity=[48.0, 0.0],
        unconstrained_quantity=[41.5, 3.0],
        safety_stock=[6.0, 1.0],
        cover_days_before=[2.0, np.inf],
        cover_days_after=[30.0, np.inf],
        expected_fill_rate=[0.98, 1.0],
        cost=[57.6, 0.0],
        binding_constraints=["pack_size", "minimum_order"],
        reasons=["Sold in packs of 12.", "Fewer than the minimum of 6."],
        stock_out_on=np.array(["2026-04-03", "NaT"], dtype="datetime64[D]"),
        cost_if_skipped=[12.34, 0.0],
    )
    stop = Stop("d-1", MORNING + timedelta(minutes=20), 1.5, 12.5, 4.0, StopKind.PICKUP, 5.0, 2.5)
    obstacle = Obstacle("van", SkipReason.WINDOW, 12.5, "minutes", "The van is there 12.5 minutes after the window.")
    remedy = Obstacle("van", SkipReason.SHIFT, 20.0, "minutes", "It fits if the shift starts 20 minutes earlier.")
    return Decision(
        decision_id="01-plan",
        request_id="nightly-2026-03-31",
        as_of=NOW,
        currency="GBP",
        model_id="2026-03-30",
        recommendations=[slate],
        forecasts=DemandForecast(
            items=Index(["tea", "mug"]),
            nodes=Index(["store"]),
            starts_on=TODAY + timedelta(days=1),
            levels=(0.5, 0.9),
            mean=mean,
            quantiles=np.stack([mean, mean + 1]),
            parts={"base": mean - 0.25, "exposure": np.full(mean.shape, 0.25)},
        ),
        orders=[Order("po-1", "supplier", "store", TODAY, TODAY + timedelta(days=5), lines, 7.5)],
        routes=[Route("van", "depot", MORNING, MORNING + timedelta(hours=1), [stop], 24.0, 35.0, 6.96, 18.75, 0.4)],
        skipped_deliveries=[
            SkippedDelivery(
                "d-2", SkipReason.WINDOW, "The window closes before anyone can be there.", [obstacle], remedy
            )
        ],
        routing=RoutingReport("baseline", 73.61, 70.25, 1),
        signals=SignalReport(
            passes=3,
            best_pass=2,
            converged=True,
            objective=125.5,
            siloed_objective=-3.000001,
            budget_price=0.05,
            links=[
                LinkReport(Link.EXPOSURE, enabled=True, effect=2.5, unit="units", text="Slates sell 2.5 units more.")
            ],
            plan_id="00-plan",
            prices=ShadowPrices(("apple", "bread"), ("shop", "shop"), [0.75, 0.0], ("depot",), [1.5], [0.5, 0.25]),
        ),
        stages=[
            StageReport(Stage.ROUTER, StageState.DEGRADED, "baseline", "0.1.0", "The time ended.", 20.0),
            StageReport(Stage.RECOMMENDER, StageState.OK, "baseline", "0.1.0", "", 1.5),
        ],
        warnings=["No lead times are on record: 7 days are assumed."],
        valid_until=NOW + timedelta(days=1),
    )
