"""What coordination promises of every plan of the real baselines, and that each link does its work."""

from functools import cache

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_retailer import sample_orchestrator

from shelfwise.chain import Chain
from shelfwise.config import CoordinationConfig
from shelfwise.coordination import Coordination, StandingSignals
from shelfwise.coordination.promises import promisable_units, promised_units
from shelfwise.overlay import overlay
from shelfwise.resolve import resolve
from shelfwise.runner import Runner
from shelfwise.types import (
    Customer,
    Deadline,
    DecisionRequest,
    ForecastRequest,
    Link,
    Live,
    Options,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    StockLevels,
)

ORCHESTRATOR = sample_orchestrator()
STATE = ORCHESTRATOR.state
DELIVERIES = STATE.deliveries[:6]


def request(customers=60, on_hand=None, *, stages=("recommend", "forecast", "replenish"), off=(), **replenish):
    """Ask for a plan; ``on_hand`` has shape (items, nodes)."""
    parts = {
        "recommend": RecommendRequest(tuple(map(Customer, STATE.customers.index.ids[:customers])), slate_size=5),
        "forecast": ForecastRequest(horizon_days=14),
        "replenish": ReplenishRequest(**replenish),
        "route": RouteRequest(deliveries=DELIVERIES),
    }
    live = Live()
    if on_hand is not None:
        item, node = np.indices(on_hand.shape)
        ids = STATE.items.index.take(item.ravel()), STATE.nodes.index.take(node.ravel())
        live = Live(stock=StockLevels(*ids, on_hand.ravel()))
    options = Options(disabled_links=off, seed=1)
    return DecisionRequest(live=live, options=options, **{stage: parts[stage] for stage in stages})


def planned(asked_for, **config):
    """Return the plan, the report, and what can be promised under it."""
    state = overlay(STATE, asked_for)
    asked, deadline = resolve(asked_for, state), Deadline.after(120.0)
    given = StandingSignals.of_stock(STATE).overlaid(asked_for.live.stock, state)
    chain = Chain(ORCHESTRATOR.plugins, Runner(), deadline)
    plan, report = Coordination(asked, state, chain.ask, CoordinationConfig(**config), deadline).run(given, "")
    return plan, report, plan.signals(given).stock_outlook


def scarce(seed):
    """Return units on hand of which little or nothing is left of most items."""
    dice = np.random.default_rng(seed)
    share = dice.choice([0.0, 0.01, 0.1, 1.0], size=STATE.on_hand.shape)
    return np.floor(STATE.on_hand * share)


@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32),
    customers=st.integers(1, 150),
    off=st.sets(st.sampled_from([link for link in Link if link is not Link.STOCK_OUTLOOK]), max_size=3),
    budget=st.sampled_from((None, 0.0, 200.0)),
)
def test_no_node_promises_more_than_it_can_and_no_plan_is_worse_than_the_siloed(seed, customers, off, budget):
    """Whatever is on hand, slates steer at most what is available, and the objective is at least the siloed plan's."""
    asked_for = request(customers, scarce(seed), off=off, budget=budget)

    plan, report, outlook = planned(asked_for, maximum_passes=3)

    exposure = plan.recommendations.exposure
    assert (promised_units(exposure, outlook) <= promisable_units(exposure, outlook) + 1e-6).all()
    _, siloed, _ = planned(attrs.evolve(asked_for, options=Options(disabled_links=list(Link), seed=1)))
    assert siloed.objective == report.siloed_objective <= report.objective


@cache
def changed(*off, **settings_):
    """Return slates, forecast, orders and routes of a plan in which few items are left, with links disabled."""
    whole = ("recommend", "forecast", "replenish", "route")
    plan, report, _ = planned(request(120, scarce(1), stages=whole, off=off, **settings_), maximum_passes=2)
    return plan, report


def orders(plan):
    """Return the quantities of a plan's lines by nodes and item."""
    return {
        (order.from_node_id, order.to_node_id, item): float(quantity)
        for order in plan.replenishment.orders
        for item, quantity in zip(order.lines.item_ids, order.lines.quantity, strict=True)
    }


def slates(plan):
    """Return what each slate shows, and from where."""
    return [[(item.item_id, item.node_id) for item in slate.items] for slate in plan.recommendations.slates]


@pytest.mark.parametrize("link", list(Link))
def test_a_link_that_is_off_changes_the_answer_where_it_leads(link):
    """Forecast and orders, slates, or routes are others without the signal that reaches them."""
    (whole, _), (without, _) = changed(), changed(link)
    differs = {
        "forecast": not np.allclose(whole.forecast.mean, without.forecast.mean),
        "orders": orders(whole) != orders(without),
        "slates": slates(whole) != slates(without),
        "routes": (whole.apart is None) != (without.apart is None),
    }
    reached = {
        Link.EXPOSURE: {"forecast", "orders"},
        Link.IN_STOCK: {"forecast", "orders"},
        Link.FORECAST: {"orders"},
        Link.STOCK_OUTLOOK: {"slates"},
        Link.DELIVERY_COSTS: {"orders", "slates"},
        Link.DELIVERIES: {"routes"},
    }

    assert reached[link] <= {name for name, different in differs.items() if different}


def test_the_exposure_that_reaches_the_forecast_is_what_would_not_have_sold_anyway():
    """It is less than what slates promise, and stands in the forecast as a part of its own."""
    plan, _ = changed()
    exposure = plan.recommendations.exposure

    assert 0.0 < exposure.extra_units.sum() < exposure.promised_units.sum()
    assert plan.forecast.parts["exposure"].sum() > 0.0


def test_what_slates_would_oversell_gets_a_price_that_the_storefront_goes_by():
    """Few items for many customers: prices above zero are reported, and stand in the signals after the plan."""
    asked_for = request(120, scarce(1))
    orchestrator = sample_orchestrator()

    prices = orchestrator.decide(asked_for).signals.prices

    assert len(prices.item_ids) == len(prices.node_ids) == len(prices.unit_price) == len(prices.unit_value)
    assert (prices.unit_price > 0).any()
    assert (np.diff(prices.unit_price + prices.unit_value) <= 1e-6).all()
    plan, _, outlook = planned(asked_for)
    priced = StandingSignals.of_stock(STATE).after(outlook, None, STATE, "").outlook.unit_value + plan.prices.stock
    assert orchestrator._standing_for(DecisionRequest()).outlook.unit_value == pytest.approx(priced, abs=1e-5)


def test_a_budget_that_binds_changes_what_is_recommended():
    """Where money is short, a unit is worth at least what the money to buy another would save."""
    free, report, _ = planned(request(60), maximum_passes=2)
    tight, bound, outlook = planned(request(60, budget=100.0), maximum_passes=2)

    assert report.budget_price == 0.0 < bound.budget_price
    assert bound.best_pass == 2
    assert slates(free) != slates(tight)
    cost = STATE.items.unit_cost[STATE.items.index.positions(outlook.items)]
    assert tight.prices.replacement[:, 0] == pytest.approx(tight.prices.budget * cost)


def test_vehicles_that_are_full_make_leaving_from_their_node_dearer():
    """Deliveries that no vehicle could carry put a price on the node, until they can be carried."""
    full = [attrs.evolve(vehicle, capacity=1.0, max_trips=1) for vehicle in STATE.vehicles[:1]]
    asked_for = attrs.evolve(
        request(30, stages=("recommend", "forecast", "replenish", "route")),
        route=RouteRequest(deliveries=DELIVERIES, vehicles=full),
    )

    _, report, _ = planned(asked_for)

    assert report.best_pass > 1
    assert report.prices.vehicle_node_ids == (full[0].node_id,)
    assert report.prices.delivery_price > 0
