"""Prices of what is scarce: when they rise and fall, and whom they reach."""

import attrs
import numpy as np
import pytest
from fakes import FakeInventory, small_state
from promises_world import ITEMS, NODES, outlook, recommendations

from shelfwise.coordination import Signals
from shelfwise.coordination.prices import Prices
from shelfwise.coordination.promises import kept
from shelfwise.types import Delivery, DeliveryCosts, ReplenishRequest, RoutePlan, SkippedDelivery, SkipReason

STATE = small_state()
MARGIN = STATE.items.margin
COSTS = DeliveryCosts(ITEMS, NODES, np.array([[2.0, 4.0]] * 3), np.ones((3, 2)))
DELIVERIES = (Delivery("d1", "east"), Delivery("d2", "east"), Delivery("d3", "west"))


def after(prices, slates=None, available=((1.0, 9.0),) * 3, orders=None, routing=None, step=0.5):
    """Return the prices after a pass."""
    answer = None if slates is None else recommendations(*slates)
    return prices.after(answer, orders, routing, DELIVERIES, Signals(outlook(available), COSTS), STATE, step)


def test_a_price_rises_by_the_margin_times_the_excess():
    """Half as much again as there is raises the price by half a margin, times the step; twice and more by one."""
    found = after(Prices(), [[("apple", "east", 1.0)], [("apple", "east", 0.5)], *[[("bread", "east", 1.0)]] * 5])

    assert found.stock[0] == pytest.approx([0.5 * 0.5 * MARGIN[0], 0.0])
    assert found.stock[1] == pytest.approx([0.5 * MARGIN[1], 0.0])


def test_a_price_falls_where_there_is_slack_and_never_below_nothing():
    """Half of what there is lowers it by half a step."""
    high = Prices(np.full((3, 2), 1.0))

    found = after(high, [[("apple", "east", 0.5)]])

    assert found.stock[0] == pytest.approx([1.0 - 0.5 * 0.5 * MARGIN[0], 1.0 - 0.5 * MARGIN[0]])
    assert after(found, [], step=1.0).stock.min() == 0.0


def test_what_was_withheld_counts_as_asked_for():
    """Slates that hold all that there is, and name as many customers who went without, ask for twice as much."""
    stock = outlook([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    served = kept(recommendations([("apple", "east", 1.0)], [("apple", "east", 1.0)]), stock)

    found = Prices().after(served, None, None, (), Signals(stock, None), STATE, 1.0)

    assert found.stock[0, 0] == pytest.approx(MARGIN[0])


def test_money_makes_a_unit_worth_at_least_what_the_next_one_costs():
    """Where one more unit of money saves half of it, a unit is worth half of its cost or more, step by step."""
    plan = FakeInventory().replenish(ReplenishRequest(ITEMS.ids, ("shop",)), STATE, None, None)
    bound = attrs.evolve(plan, budget_price=0.5)

    half = after(Prices(), [], orders=bound)
    value = half.on(Signals(outlook(np.ones((3, 2))), None)).stock_outlook.unit_value

    assert half.budget == 0.25
    assert value == pytest.approx(np.repeat(0.25 * STATE.items.unit_cost[:, None], 2, axis=1))
    assert after(half, [], orders=plan, step=1.0).budget == 0.0


def test_full_vehicles_make_leaving_from_their_node_dearer():
    """Half of the deliveries from a node left behind raise its price by half of what one costs; others stay."""
    full = RoutePlan((), (SkippedDelivery("d1", SkipReason.CAPACITY), SkippedDelivery("d3", SkipReason.LOCATION)))

    found = after(Prices(), routing=full, step=1.0)

    assert found.vehicles == {"east": pytest.approx(1.0), "west": 0.0}
    assert after(found, routing=RoutePlan(), step=1.0).vehicles == {"east": 0.0, "west": 0.0}


def test_prices_come_on_top_of_the_signals():
    """The value of a unit and the cost of a delivery are raised; without prices signals stay as they are."""
    signals = Signals(outlook(np.ones((3, 2))), COSTS)

    priced = Prices(np.full((3, 2), 0.25), {"west": 1.5}).on(signals)

    assert (priced.stock_outlook.unit_value == 0.25).all()
    assert priced.delivery_costs.marginal_cost.tolist() == [[2.0, 5.5]] * 3
    assert Prices().on(signals).stock_outlook is signals.stock_outlook


def test_the_report_names_the_dearest_first_and_nothing_without_a_price():
    """Items at nodes as columns, by what a unit is worth and its price together, then nodes whose vehicles are full."""
    stock = np.array([[0.0, 0.5], [2.0, 0.0], [0.0, 0.0]])
    worth = attrs.evolve(outlook(np.ones((3, 2))), unit_value=np.array([[0.0, 1.0], [0.0, 0.0], [4.0, 0.0]]))

    report = Prices(stock, {"east": 0.0, "west": 3.0}).report(worth)

    assert (report.item_ids, report.node_ids) == (("crème", "bread", "apple"), ("east", "east", "west"))
    assert (report.unit_value.tolist(), report.unit_price.tolist()) == ([4.0, 0.0, 1.0], [0.0, 2.0, 0.5])
    assert (report.vehicle_node_ids, report.delivery_price.tolist()) == (("west",), [3.0])
    assert Prices().report(None).item_ids == ()
    assert Prices().report(worth).unit_value.tolist() == [4.0, 1.0]
