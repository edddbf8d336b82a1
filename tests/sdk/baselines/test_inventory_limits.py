"""What keeps the inventory baseline from the quantity it wants, and what orders cost."""

import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, decreasing, ordered, plan, poisson_forecast, world
from scipy import stats

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.types import DeliveryCosts, Index


def test_quantities_are_whole_packs_and_at_least_the_minimum():
    """24 needed: 25 in packs of 5, 40 where 36 are the least."""
    state = world(3, STORE, [{}], pack_size=np.array([1.0, 5.0, 5.0]), minimum_order=np.array([0.0, 0.0, 36.0]))

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), service_target=0.99)
    lines = answer.orders[0].lines

    assert lines.quantity.tolist() == [25.0, 25.0, 40.0]
    assert lines.unconstrained_quantity.tolist() == [25.0, 25.0, 25.0]
    assert lines.binding_constraints == ("", "", "minimum_order")


def test_a_lane_bounds_its_lines():
    """A line has at least the lane's minimum and at most its maximum."""
    lanes = [{"item": 0, "minimum": 30.0}, {"item": 1, "maximum": 10.0}]
    state = world(2, STORE, lanes)

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), service_target=0.99)

    assert answer.orders[0].lines.quantity.tolist() == [30.0, 10.0]
    assert answer.orders[0].lines.binding_constraints == ("minimum_order", "lane_maximum")


def test_no_more_is_ordered_than_sells_within_the_shelf_life():
    """Stock ordered now is gone when it perishes, at the ratio of margin to cost."""
    state = world(1, STORE, [{"lead_time_days": 7.0}], shelf_life_days=1.0, on_hand={(0, "T1"): 3.0})

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), service_target=0.999)

    assert ordered(answer) == {("S1", "T1", "i0"): stats.poisson.ppf(0.4, 40) - 3.0}
    assert answer.orders[0].lines.binding_constraints == ("shelf_life",)


def test_a_warehouse_orders_what_its_stores_sell_within_the_shelf_life():
    """Its own demand is none; deviations of two stores add up, as they cannot help each other out."""
    life = 4
    state = world(1, CHAIN, CHAIN_LANES, shelf_life_days=float(life))
    answer = plan(state, poisson_forecast(state, {"T1": 10.0, "T2": 10.0}), service_target=0.999)
    (lines,) = [order.lines for order in answer.orders if order.from_node_id == "S1"]

    mean = 10.0 * (5 + life)
    ratio = 4.0 / (4.0 + 6.0)
    together = stats.norm.ppf(ratio, 2 * mean, 2 * np.sqrt(mean))
    assert lines.binding_constraints == ("shelf_life",)
    assert lines.quantity[0] == pytest.approx(together, abs=2.0)
    assert lines.quantity[0] < stats.norm.ppf(ratio, 2 * mean, np.sqrt(2 * mean))


def test_a_node_is_not_filled_beyond_its_capacity():
    """What is expected when the order arrives fits, and the dearer shortage comes first."""
    state = world(2, STORE, [{}], capacity=np.array([np.inf, 34.0]), price=np.array([30.0, 7.0]))

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), service_target=0.99)
    quantity = ordered(answer)

    assert sum(quantity.values()) == 34.0
    assert quantity["S1", "T1", "i0"] > quantity["S1", "T1", "i1"]
    assert "capacity" in answer.orders[0].lines.binding_constraints


def test_a_budget_goes_where_it_saves_most_and_has_a_price():
    """The item with the higher margin per cost is bought first; more money is worth less and less."""
    state = world(2, STORE, [{}], price=np.array([20.0, 7.0]))
    forecast, waiting = poisson_forecast(state, {"T1": 5.0}), BaselineInventory(lost_sales=False)

    plans = [plan(state, forecast, plugin=waiting, budget=budget) for budget in (30.0, 90.0, 150.0, 1000.0)]

    assert ordered(plans[0]) == {("S1", "T1", "i0"): 5.0}
    assert all(sum(o.cost for o in p.orders) <= b for p, b in zip(plans, (30, 90, 150, 1000), strict=True))
    assert decreasing([p.budget_price for p in plans])
    assert plans[0].budget_price == pytest.approx(14.0 / 6.0, rel=0.02)
    assert plans[-1].budget_price == 0.0


def test_money_buys_no_sales_that_are_lost_before_the_order_arrives():
    """Of an empty shelf's demand an order serves a day's: beyond its five units more money is worth little."""
    state = world(1, STORE, [{}], price=20.0)
    forecast = poisson_forecast(state, {"T1": 5.0})

    lost, waiting = (
        plan(state, forecast, plugin=BaselineInventory(lost_sales=lost_sales), budget=60.0).budget_price
        for lost_sales in (True, False)
    )

    assert lost < 0.1 * waiting


def test_a_budget_pays_the_fixed_cost_of_its_orders():
    """A supplier whose fixed cost eats the budget is left out, and the others get the money."""
    lanes = [{"item": 0, "fixed_cost": 500.0}, {"item": 1, "from_node": "S2", "fixed_cost": 10.0}]
    state = world(2, ("S1", "S2", "T1"), lanes)
    forecast = poisson_forecast(state, {"T1": 5.0})

    scarce, enough = plan(state, forecast, budget=100.0), plan(state, forecast, budget=505.0, service_target=0.99)

    assert ordered(scarce) == {("S2", "T1", "i1"): 15.0}
    assert list(ordered(enough)) == [("S2", "T1", "i1")]
    assert enough.orders[0].lines.quantity[0] >= 25.0


def test_what_a_warehouse_has_is_shared_by_need():
    """Two stores that each want 9 get 5 and 5 of 10 in all, never more than is there."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 10.0})

    answer = plan(state, poisson_forecast(state, {"T1": 3.0, "T2": 3.0}), service_target=0.9)
    quantity = ordered(answer)

    assert (quantity["W1", "T1", "i0"], quantity["W1", "T2", "i0"]) == (5.0, 5.0)
    lines = next(order.lines for order in answer.orders if order.to_node_id == "T1")
    assert lines.unconstrained_quantity.tolist() == [9.0]
    assert lines.binding_constraints == ("source_stock",)


def test_a_warehouse_that_sells_keeps_its_share():
    """What it expects to sell is one claim among others: of plenty it is kept, and of scarce stock its share."""
    wants = {"W1": 1.0, "T1": 3.0}
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 10.0})

    answer = plan(state, poisson_forecast(state, wants), service_target=0.9)
    plenty = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 90.0})
    moved = ordered(plan(plenty, poisson_forecast(plenty, wants), service_target=0.9))["W1", "T1", "i0"]

    (transfer,) = [order for order in answer.orders if order.from_node_id == "W1"]
    own, wanted = 6.0, float(transfer.lines.unconstrained_quantity[0])
    assert moved == wanted
    assert ordered(answer)["W1", "T1", "i0"] == np.floor(10.0 - own * 10.0 / (own + wanted))


def test_a_fixed_cost_makes_orders_rarer_and_larger():
    """An order lasts sqrt(2 K / h d) = 20 days, for which a unit more is held; above the trigger none is placed."""
    lanes = [{"fixed_cost": 100.0}]
    plugin = BaselineInventory(holding_rate_per_year=3.65, lost_sales=False)
    state = world(1, STORE, lanes, unit_cost=10.0, price=12.0)
    forecast = poisson_forecast(state, {"T1": 5.0})

    first = plan(state, forecast, plugin=plugin)
    level = sum(ordered(first).values())
    later = world(1, STORE, lanes, unit_cost=10.0, price=12.0, on_hand={(0, "T1"): level - 30.0})

    assert level == stats.poisson.ppf(2 / (2 + 0.1 * 20), 15) + 5.0 * (20 - 1)
    assert ordered(plan(later, forecast, plugin=plugin)) == {}


def test_a_visit_is_weighed_in_the_choice_of_a_lane_and_paid_by_the_routes():
    """The dearer its visits, the sooner a store is supplied by another; quantities and their cost stay as they are."""
    rivals = [*CHAIN_LANES, {"from_node": "S1", "to_node": "T1", "unit_cost": 0.5}]
    state = world(1, CHAIN, rivals, on_hand={(0, "W1"): 500.0})
    forecast = poisson_forecast(state, {"T1": 3.0, "T2": 3.0})
    nowhere = Index(), Index(("W1",)), np.zeros((0, 1)), np.zeros((0, 1))
    costs = DeliveryCosts(*nowhere, Index(("T1", "T2")), [[25.0], [25.0]])

    cheap, dear = plan(state, forecast), plan(state, forecast, delivery_costs=costs)

    assert ("W1", "T1", "i0") in ordered(cheap)
    assert ("S1", "T1", "i0") in ordered(dear)
    assert ordered(dear)["W1", "T2", "i0"] == ordered(cheap)["W1", "T2", "i0"]
    assert all(order.fixed_cost == 0.0 for order in dear.orders)
