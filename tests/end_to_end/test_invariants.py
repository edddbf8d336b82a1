"""What must hold of every decision, whatever is asked: random requests to the real baselines."""

from datetime import timedelta

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_retailer import sample_orchestrator

from shelfwise import invariants
from shelfwise.resolve import resolve
from shelfwise.types import (
    Break,
    CartLine,
    Customer,
    Decision,
    DecisionRequest,
    Event,
    EventKind,
    ForecastRequest,
    Index,
    Link,
    Live,
    OpenOrderLines,
    Options,
    Recommendations,
    RecommendRequest,
    ReplenishRequest,
    RoutePlan,
    RouteRequest,
    ServiceMeasure,
    Stage,
    StageState,
    StockLevels,
)

ORCHESTRATOR = sample_orchestrator()
STATE = ORCHESTRATOR.state
ITEMS, CUSTOMERS, SELLING = STATE.items.index.ids, STATE.customers.index.ids, STATE.nodes.selling_ids
VEHICLES = STATE.vehicles

events = st.builds(Event, st.sampled_from((*ITEMS, "left the catalogue")), st.sampled_from(EventKind))
customers = st.builds(
    Customer,
    customer_id=st.sampled_from((*CUSTOMERS, "", "new")),
    events=st.lists(events, max_size=4),
    cart=st.lists(st.builds(CartLine, st.sampled_from(ITEMS)), max_size=3),
    consent=st.sampled_from((None, True, False)),
)
recommend = st.builds(
    RecommendRequest,
    customers=st.lists(customers, min_size=1, max_size=4, unique_by=lambda c: c.customer_id),
    slate_size=st.integers(1, 20),
    exclude_item_ids=st.lists(st.sampled_from(ITEMS), max_size=5),
    deny_categories=st.lists(st.sampled_from(sorted(set(STATE.items.category))), max_size=2),
    exclude_purchased=st.booleans(),
    most_per_category=st.sampled_from((None, 1, 3)),
    diversity=st.sampled_from((0.0, 0.3, 1.0)),
    in_stock_only=st.booleans(),
)
some_items = st.lists(st.sampled_from(ITEMS), max_size=6, unique=True)
forecast = st.builds(
    ForecastRequest,
    item_ids=some_items,
    node_ids=st.lists(st.sampled_from(SELLING), max_size=2, unique=True),
    horizon_days=st.integers(1, 40),
    quantiles=st.sampled_from(((0.5,), (0.05, 0.25, 0.5, 0.75, 0.95), (0.01, 0.99))),
)
replenish = st.builds(
    ReplenishRequest,
    item_ids=some_items,
    service_target=st.sampled_from((None, 0.9, 0.99)),
    service_measure=st.sampled_from(ServiceMeasure),
    budget=st.sampled_from((None, 0.0, 500.0)),
    review_days=st.integers(1, 7),
)
skills = st.sampled_from(((), (), ("cold",), ("cold", "lift")))
deliveries = st.builds(
    attrs.evolve,
    st.sampled_from(STATE.deliveries),
    pickup=st.booleans(),
    skills=skills,
    priority=st.integers(0, 100),
    late_cost_per_hour=st.sampled_from((None, 0.0, 9.5)),
)
LUNCH = Break(VEHICLES[0].shift_start + timedelta(hours=3), VEHICLES[0].shift_start + timedelta(hours=4), 30.0)
vehicles = st.builds(
    attrs.evolve,
    st.sampled_from(VEHICLES),
    capacity=st.sampled_from((None, 40.0)),
    skills=skills,
    max_distance_km=st.sampled_from((None, 90.0)),
    max_minutes=st.sampled_from((None, 240.0)),
    max_stops=st.sampled_from((None, 6)),
    max_trips=st.integers(1, 3),
    reload_minutes=st.sampled_from((0.0, 12.5)),
    ends_anywhere=st.booleans(),
    breaks=st.sampled_from(((), (LUNCH,))),
)
route = st.builds(
    RouteRequest,
    deliveries=st.one_of(
        st.none(), st.lists(deliveries, max_size=12, unique_by=lambda delivery: delivery.delivery_id).map(tuple)
    ),
    vehicles=st.one_of(
        st.none(),
        st.lists(vehicles, min_size=1, max_size=3, unique_by=lambda vehicle: vehicle.vehicle_id).map(tuple),
    ),
)
stock = st.lists(st.tuples(st.sampled_from(ITEMS), st.sampled_from(SELLING)), max_size=5, unique=True).map(
    lambda places: StockLevels([p[0] for p in places], [p[1] for p in places], [7.0 * n for n in range(len(places))])
)
requests = st.builds(
    DecisionRequest,
    recommend=st.one_of(st.none(), recommend),
    forecast=st.one_of(st.none(), forecast),
    replenish=st.one_of(st.none(), replenish),
    route=st.one_of(st.none(), route),
    live=st.builds(Live, stock=st.one_of(st.none(), stock)),
    options=st.builds(
        Options, disabled_links=st.frozensets(st.sampled_from(Link)), seed=st.integers(0, 3), strict=st.just(value=True)
    ),
).filter(lambda r: r.recommend or r.forecast or r.replenish or r.route)

thorough = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def check(request: DecisionRequest, decision: Decision) -> None:
    """Check a decision by the same invariants as the orchestrator's, and those that span stages."""
    asked = resolve(request, STATE)
    if request.recommend is not None:
        assert not invariants.check_recommendations(asked.recommend, STATE, Recommendations(decision.recommendations))
    if request.forecast is not None:
        wanted = attrs.evolve(
            request.forecast,
            item_ids=request.forecast.item_ids or ITEMS,
            node_ids=request.forecast.node_ids or SELLING,
        )
        assert not invariants.check_forecast(wanted, STATE, decision.forecasts)
    if request.route is not None:
        routed = {delivery_id for each in decision.routes for delivery_id in each.delivery_ids}
        skipped = {each.delivery_id for each in decision.skipped_deliveries}
        carried = tuple(d for d in asked.deliveries if d.delivery_id in routed | skipped)
        assert {d.delivery_id for d in carried} == {d.delivery_id for d in asked.deliveries}
        if (routed | skipped) == {d.delivery_id for d in carried}:
            plan = RoutePlan(decision.routes, decision.skipped_deliveries)
            assert not invariants.check_routing(asked.route, STATE, carried, plan)
    assert decision.signals.objective >= decision.signals.siloed_objective


@thorough
@given(requests)
def test_every_decision_keeps_the_invariants(request):
    """Random requests are answered without degradation, by answers that hold up to an independent check."""
    decision = sample_orchestrator_of_this_module().decide(request)

    assert not [report for report in decision.stages if report.state in {StageState.DEGRADED, StageState.FAILED}]
    check(request, decision)


def sample_orchestrator_of_this_module():
    """Return an orchestrator that remembers no plan, sharing the loaded plugins."""
    return type(ORCHESTRATOR)(ORCHESTRATOR.plugins, STATE, ORCHESTRATOR._coordination, ORCHESTRATOR.model_id)


@settings(thorough, max_examples=8)
@given(requests)
def test_the_same_request_gives_the_same_decision(request):
    """Two orchestrators over the same bundle, opened apart, agree on every field but the milliseconds."""
    assert sample_orchestrator_of_this_module().decide(request) == sample_orchestrator().decide(request)


def test_planning_again_with_the_orders_placed_orders_nothing_more():
    """The returned orders, injected as open orders and taken from the stock they leave, are enough."""
    first = sample_orchestrator().decide(DecisionRequest(replenish=ReplenishRequest()))
    lines = [
        (item, order.from_node_id, order.to_node_id, float(quantity), order.arrives_on)
        for order in first.orders
        for item, quantity in zip(order.lines.item_ids, order.lines.quantity, strict=True)
    ]
    held = STATE.open_orders
    on_hand = np.array(STATE.on_hand)
    for item, origin, _, quantity, _ in lines:
        if origin not in STATE.nodes.supplier_ids:
            on_hand[STATE.items.index.position(item), STATE.nodes.index.position(origin)] -= quantity
    rows, columns = np.nonzero(np.ones_like(on_hand))
    live = Live(
        stock=StockLevels(STATE.items.index.take(rows), STATE.nodes.index.take(columns), on_hand[rows, columns]),
        open_orders=OpenOrderLines(
            [*STATE.items.index.take(held.item), *(line[0] for line in lines)],
            [*STATE.nodes.index.take(held.node), *(line[2] for line in lines)],
            [*held.quantity, *(line[3] for line in lines)],
            np.array([*held.arrives_on, *(np.datetime64(line[4]) for line in lines)]),
        ),
    )

    again = sample_orchestrator().decide(DecisionRequest(replenish=ReplenishRequest(), live=live))

    assert lines
    assert not again.orders


def test_nothing_is_promised_that_cannot_be_kept():
    """Every promise of a plan's slates is of an item that its node can promise, by the plan's own outlook."""
    orchestrator = sample_orchestrator()
    everything = DecisionRequest(
        recommend=RecommendRequest(all_customers=True), replenish=ReplenishRequest(), route=RouteRequest()
    )
    orchestrator.decide(everything)
    outlook = orchestrator._standing_for(DecisionRequest()).outlook

    answer = orchestrator.decide(DecisionRequest(recommend=RecommendRequest(all_customers=True)))

    promised = np.zeros(outlook.available_to_promise.shape)
    for slate in answer.recommendations:
        for item in slate.items:
            assert item.node_id
            row, column = outlook.items.position(item.item_id), outlook.nodes.position(item.node_id)
            assert outlook.available_to_promise[row, column] > 0
            promised[row, column] += item.purchase_probability
            if item.promised_on is not None:
                assert item.promised_on >= STATE.as_of.date()
    assert promised.sum() > 0


def test_a_planned_promotion_raises_the_forecast_unless_unknown():
    """A live promotion of an item changes its forecast, and the forecast starts the day after ``as_of``."""
    from shelfwise.types import Promotion

    request = DecisionRequest(forecast=ForecastRequest(item_ids=ITEMS[:1], horizon_days=7))
    day = STATE.starts_on + timedelta(days=2)
    price = 0.7 * float(STATE.items.price[0])
    live = Live(promotions=(Promotion(ITEMS[0], day, day, price=price),))

    plain = sample_orchestrator().decide(request).forecasts
    promoted = sample_orchestrator().decide(attrs.evolve(request, live=live)).forecasts

    assert plain is not None
    assert plain.starts_on == STATE.starts_on
    assert promoted.mean[0, :, 2].sum() > plain.mean[0, :, 2].sum()
    assert promoted.items == Index(ITEMS[:1])


@pytest.mark.parametrize("stage", list(Stage))
def test_stage_reports_name_the_plugin(stage):
    """Each stage that ran says which plugin answered and in which version."""
    decision = sample_orchestrator().decide(
        DecisionRequest(
            recommend=RecommendRequest((Customer(CUSTOMERS[0]),)),
            forecast=ForecastRequest(),
            replenish=ReplenishRequest(),
            route=RouteRequest(),
        )
    )

    assert decision.stage(stage).plugin == "baseline"
    assert decision.stage(stage).version
