"""The parts of coordination: the objective, transfers, damping, overlay, selection, fingerprints."""

from datetime import UTC, date, datetime, timedelta

import attrs
import numpy as np
import pytest
from fakes import FakeForecaster, FakeInventory, small_state

from shelfwise.coordination import Signals, StandingSignals
from shelfwise.coordination.objective import Belief, contribution
from shelfwise.coordination.route_cost import route_cost, routing_report
from shelfwise.coordination.signals import damped
from shelfwise.coordination.transfers import transfer_deliveries
from shelfwise.fingerprint import fingerprint
from shelfwise.overlay import overlay, staleness
from shelfwise.selection import select
from shelfwise.types import (
    Break,
    DecisionRequest,
    Delivery,
    DeliveryCosts,
    Exposure,
    ForecastRequest,
    Index,
    Live,
    OpenOrderLines,
    Promotion,
    Recommendations,
    ReplenishRequest,
    Route,
    RoutePlan,
    RouteRequest,
    RoutingReport,
    SkippedDelivery,
    SkipReason,
    StockLevels,
    StockOutlook,
    Stop,
    TravelMatrix,
    Vehicle,
)

STATE = small_state()
ITEMS = STATE.items.index.ids


def forecast(days=10, levels=(0.1, 0.5, 0.9)):
    """Return the fake forecast for every item at the shop."""
    request = ForecastRequest(ITEMS, ("shop",), days, levels)
    return FakeForecaster().forecast(request, STATE, None)


def plan():
    """Return the fake replenishment plan."""
    return FakeInventory().replenish(ReplenishRequest(ITEMS, ("depot", "shop")), STATE, None, None)


def exposure(units):
    """Return an exposure of so many extra units of the first item at the shop on the first day."""
    return Exposure(Index(ITEMS[:1]), Index(("shop",)), np.full((1, 1, 1), 10 * units), np.full((1, 1, 1), units))


def worth(recommendations=None, replenishment=None, state=STATE, rate=0.25):
    """Return the contribution of a plan."""
    return contribution(state, Belief.of(forecast()), recommendations, replenishment, rate)


def test_with_unlimited_free_stock_the_contribution_is_the_margin_of_demand():
    """Nothing is lost where there is plenty, and holding is free at a rate of zero.

    Demand counts until the next order could help: after lead times of 5 and 1 days and 1 of review.
    """
    plenty = attrs.evolve(STATE, on_hand=np.full_like(STATE.on_hand, 1e6))

    assert worth(state=plenty, rate=0.0) == pytest.approx(7 * 2.0 * float(STATE.items.margin.sum()))


def test_each_item_counts_until_its_own_next_order():
    """A purchase of the first item takes 2 days, of all others 5; the way to the shop is a day for all."""
    plenty = attrs.evolve(STATE, on_hand=np.full_like(STATE.on_hand, 1e6))
    lanes = STATE.lanes
    bought = int(np.flatnonzero(lanes.lead_time_days == 5.0)[0])
    names = [field.name for field in attrs.fields(type(lanes))]
    own = {name: np.append(getattr(lanes, name), getattr(lanes, name)[[bought]], axis=0) for name in names}
    own["item"][-1], own["lead_time_days"][-1] = 0, 2.0
    margin = STATE.items.margin

    value = worth(state=attrs.evolve(plenty, lanes=type(lanes)(**own)), rate=0.0)

    assert value == pytest.approx(2.0 * (4 * margin[0] + 7 * margin[1:].sum()))


def test_without_stock_what_is_asked_before_the_next_order_is_lost():
    """With nothing anywhere, all is lost; with enough at the depot, what the shop sells before it could come."""
    nothing = attrs.evolve(STATE, on_hand=np.zeros_like(STATE.on_hand))
    away = np.zeros_like(STATE.on_hand)
    away[:, STATE.nodes.index.position("depot")] = 1e6
    afar = attrs.evolve(STATE, on_hand=away)

    assert worth(state=nothing, rate=0.0) == pytest.approx(0.0, abs=1e-6)
    assert worth(state=afar, rate=0.0) == pytest.approx((7 - 2) * 2.0 * float(STATE.items.margin.sum()))


def test_what_slates_will_cause_after_the_next_order_does_not_count():
    """Slates of those days are still to be made."""
    late = Exposure(Index(ITEMS[:1]), Index(("shop",)), np.zeros((1, 1, 10)), np.eye(10)[None, None, 8])

    assert worth(Recommendations((), late)) == worth()


def test_holding_costs_and_orders_are_taken_off():
    """A higher holding rate lowers the contribution; an order costs its fixed and transport cost."""
    assert worth(rate=0.5) < worth(rate=0.1)
    plenty = attrs.evolve(STATE, on_hand=np.full_like(STATE.on_hand, 1e6))
    order = plan().orders[0]
    assert worth(state=plenty, rate=0.0) - worth(None, plan(), plenty, 0.0) == pytest.approx(order.cost)


def test_extra_units_add_their_margin_where_stock_allows():
    """Exposure is worth the margin of its units where there is plenty, and nothing where there is none."""
    plenty = attrs.evolve(STATE, on_hand=np.full_like(STATE.on_hand, 1e6))
    nothing = attrs.evolve(STATE, on_hand=np.zeros_like(STATE.on_hand))
    shown = Recommendations((), exposure(5.0))

    assert worth(shown, state=plenty, rate=0.0) - worth(state=plenty, rate=0.0) == pytest.approx(5.0 * 1.0)
    assert worth(shown, state=nothing, rate=0.0) - worth(state=nothing, rate=0.0) == pytest.approx(0.0, abs=1e-6)


def test_skipped_deliveries_are_charged():
    """Leaving deliveries out does not make a plan look cheap, whether it leaves out one or all."""
    start = datetime(2026, 3, 2, tzinfo=UTC)
    route = Route("van", "depot", start, start, (Stop("a", start),), 5.0, fixed_cost=20.0)
    travel = TravelMatrix(("depot", "a", "b"), np.full((3, 3), 5.0), np.full((3, 3), 30.0))
    van = Vehicle("van", "depot", fixed_cost=7.0, cost_per_km=2.0, cost_per_hour=10.0)
    request = RouteRequest(vehicles=(van,), travel=travel)
    both = (Delivery("a", service_minutes=6.0), Delivery("b", skip_cost=3.0))
    skips = [SkippedDelivery(name, SkipReason.TIME_LIMIT) for name in ("a", "b")]

    assert route_cost(RoutePlan((route,)), lambda _: request, STATE, both) == 20.0
    assert route_cost(RoutePlan((route,), (skips[1],)), lambda _: request, STATE, both) == 23.0
    alone = 7.0 + 2.0 * 10.0 + 10.0 * 66.0 / 60.0
    assert route_cost(RoutePlan((), skips), lambda _: request, STATE, both) == pytest.approx(3.0 + alone)
    assert route_cost(RoutePlan((), skips[:1]), lambda _: RouteRequest(vehicles=()), STATE, both) == 0.0


def test_the_report_of_the_routes_counts_optional_deliveries_left_out():
    """Its cost is what the lower bound is a bound of: routes and skip costs, no trip of its own for anything else."""
    start = datetime(2026, 3, 2, tzinfo=UTC)
    route = Route("van", "depot", start, start, (Stop("a", start),), 5.0, fixed_cost=20.0, late_cost=1.0)
    skips = [SkippedDelivery(name, SkipReason.TIME_LIMIT) for name in ("b", "c")]
    plan = RoutePlan((route,), skips, solver="exact", lower_bound=18.0, moved_stops=2)

    report = routing_report(plan, (Delivery("a"), Delivery("b", skip_cost=3.0), Delivery("c")))

    assert report == RoutingReport("exact", 24.0, 18.0, 2)
    assert report.gap == 0.25
    assert RoutingReport("heuristic", 24.0).gap is None


def test_transfers_are_split_into_vehicle_loads():
    """A transfer larger than the largest van at its node becomes several deliveries that add up to it."""
    small_van = attrs.evolve(STATE, vehicles=(Vehicle("van", "depot", capacity=5),))

    loads = transfer_deliveries(plan(), small_van)

    assert [load.delivery_id for load in loads] == ["o1/1", "o1/2", "o1/3"]
    assert sum(load.quantity for load in loads) == pytest.approx(1 + 6 + 4)
    assert all(load.quantity <= 5 and load.node_id == "depot" and load.order_id == "o1" for load in loads)
    assert {(load.latitude, load.longitude) for load in loads} == {(48.2, 11.2)}


def test_purchases_and_later_transfers_are_not_driven_today():
    """Only what leaves our own nodes on the first day becomes a delivery."""
    order = plan().orders[0]
    bought = attrs.evolve(plan(), orders=(attrs.evolve(order, from_node_id="farm"),))
    later = attrs.evolve(plan(), orders=(attrs.evolve(order, place_on=STATE.starts_on + timedelta(days=1)),))

    assert transfer_deliveries(bought, STATE) == transfer_deliveries(later, STATE) == transfer_deliveries(None, STATE)


def outlook(price, available=9.0):
    """Return an outlook with one price for every item at the shop."""
    shape = (3, 1)
    nodes = Index(("shop",))
    return StockOutlook(Index(ITEMS), nodes, np.full(shape, available), np.ones(shape), np.full(shape, price))


def test_damping_pulls_prices_back_and_leaves_quantities():
    """The price is between the old and the new, the quantity is the new, and the unknown stays unknown."""
    old = Signals(outlook(1.0), DeliveryCosts(Index(("z",)), Index(("n", "m")), [[4.0, np.inf]], [[1, 1]]))
    new = Signals(outlook(3.0, 5.0), DeliveryCosts(Index(("z",)), Index(("n", "m")), [[8.0, 2.0]], [[1, 1]]))

    result = damped(old, new, 0.25)

    assert result.stock_outlook.unit_value[0, 0] == 2.5
    assert result.stock_outlook.available_to_promise[0, 0] == 5.0
    assert result.delivery_costs.marginal_cost.tolist() == [[7.0, 2.0]]
    assert damped(Signals(), new, 0.5).stock_outlook == new.stock_outlook


def test_standing_signals_follow_the_live_stock():
    """What was sold since the plan can no longer be promised; what arrived where nothing was can."""
    standing = StandingSignals.of_stock(STATE).after(outlook(0.5), None, STATE, "plan")
    stock = StockLevels(("apple", "bread"), ("shop", "shop"), [4.0, 3.0])

    now = standing.overlaid(stock, STATE).stock_outlook

    assert now.available_to_promise[:, 0].tolist() == [3.0, 12.0, 9.0]
    assert now.unit_value[:, 0].tolist() == [0.5] * 3
    assert standing.overlaid(None, STATE).stock_outlook == standing.outlook


def test_a_plan_for_some_items_leaves_the_signals_of_the_others():
    """The outlook of a small plan is merged into that of the large one before it."""
    standing = StandingSignals.of_stock(STATE).after(outlook(0.5), None, STATE, "large")
    one = StockOutlook(Index(("bread",)), Index(("shop",)), [[2.0]], [[1.0]], [[4.0]])

    merged = standing.after(one, None, STATE, "small")

    assert merged.outlook.unit_value[:, 0].tolist() == [0.5, 4.0, 0.5]
    assert merged.plan_id == "small"


def test_the_overlay_replaces_orders_and_adds_promotions():
    """Given open orders are all there are; promotions come on top of those on record."""
    promotion = Promotion("apple", date(2026, 3, 5), date(2026, 3, 6), price=1.0)
    live = Live(open_orders=OpenOrderLines(("crème",), ("shop",), [8.0], ["2026-03-04"]), promotions=(promotion,))
    later = STATE.as_of + timedelta(days=2)

    state = overlay(STATE, DecisionRequest(as_of=later, live=live))

    assert (state.open_orders.item.tolist(), state.open_orders.node.tolist()) == ([2], [2])
    assert state.promotions == (promotion,)
    assert state.starts_on == date(2026, 3, 4)
    pause = Break(STATE.as_of, STATE.as_of, 30.0)
    shift = attrs.evolve(STATE, vehicles=(Vehicle("van", "depot", shift_start=STATE.as_of, breaks=[pause]),))
    moved = overlay(shift, DecisionRequest(as_of=later)).vehicles[0]
    assert (moved.shift_start, moved.breaks) == (later, (Break(later, later, 30.0),))
    assert overlay(STATE, DecisionRequest()) is STATE


def test_staleness_is_told_in_days():
    """A request far ahead of the data, and one behind it, is warned about."""
    assert staleness(STATE, None) == staleness(STATE, STATE.as_of + timedelta(days=6)) == ""
    assert "30 days before as_of" in staleness(STATE, STATE.as_of + timedelta(days=30))
    assert "know the future" in staleness(STATE, STATE.as_of - timedelta(days=30))


def test_selection_cuts_every_axis():
    """Items, nodes, days and levels come back in the order asked."""
    whole = forecast()
    part = select(whole, ForecastRequest(("crème", "apple"), (), 3, (0.5,)), STATE.items.index, ("shop",))

    assert part.items.ids == ("crème", "apple")
    assert part.mean.shape == (2, 1, 3)
    assert part.quantiles.shape == (1, 2, 1, 3)
    np.testing.assert_array_equal(part.quantiles[0, 0], whole.quantiles[1, 2, :, :3])
    assert select(whole, ForecastRequest((), (), 10, (0.1, 0.5, 0.9)), STATE.items.index, ("shop",)) is whole


@pytest.mark.parametrize(
    "other",
    [
        DecisionRequest(request_id="b"),
        DecisionRequest(forecast=ForecastRequest(item_ids=("ab", "c"))),
        DecisionRequest(forecast=ForecastRequest(item_ids=("a", "bc"))),
        DecisionRequest(live=Live(stock=StockLevels(("a",), ("b",), [1.0]))),
        DecisionRequest(live=Live(stock=StockLevels(("a",), ("b",), [1.0 + 1e-12]))),
    ],
)
def test_fingerprints_tell_values_apart(other):
    """Equal values have equal fingerprints, different ones different, down to the last bit of an array."""
    assert fingerprint(other) == fingerprint(attrs.evolve(other))
    assert fingerprint(other) != fingerprint(DecisionRequest())
    assert len({fingerprint(other), fingerprint(other, ""), fingerprint("", other)}) == 3
