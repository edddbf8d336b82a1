"""The inventory baseline: its plans, by known answers and by what must hold for any network."""

import json
from types import SimpleNamespace

import attrs
import numpy as np
import pytest
from inventory_world import decreasing, ordered, poisson_forecast, world
from scipy import stats

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.errors import PluginError, UnknownIdError
from shelfwise.invariants import check_replenishment
from shelfwise.plugins import call
from shelfwise.types import Deadline, DeliveryCosts, Index, ReplenishRequest, ServiceMeasure


def plan(state, forecast, *, plugin=None, delivery_costs=None, **request):
    """Call the hook for all items and all supplied nodes."""
    supplied = tuple(state.nodes.index[row] for row in np.unique(state.lanes.to_node))
    asked = ReplenishRequest(**({"item_ids": state.items.index.ids, "node_ids": supplied} | request))
    arguments = {
        "request": asked,
        "state": state,
        "forecast": forecast,
        "delivery_costs": delivery_costs,
        "deadline": Deadline(),
    }
    answer = call(plugin or BaselineInventory(), "replenish", **arguments)
    assert check_replenishment(asked, state, answer) == ()
    return answer


STORE = ("S1", "T1")
CHAIN = ("S1", "W1", "T1", "T2")
CHAIN_LANES = [
    {"from_node": "S1", "to_node": "W1", "lead_time_days": 5.0},
    {"from_node": "W1", "to_node": "T1", "lead_time_days": 1.0},
    {"from_node": "W1", "to_node": "T2", "lead_time_days": 1.0},
]


def test_a_service_target_orders_up_to_the_quantile_of_lead_time_and_review_demand():
    """Poisson demand of 5 over 2 + 1 days at 97.5 %: the quantile of Poisson 15."""
    state = world(1, STORE, [{}], on_hand={(0, "T1"): 4.0}, open_orders=[(0, "T1", 3.0, 1)])

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), service_target=0.975)

    assert ordered(answer) == {("S1", "T1", "i0"): stats.poisson.ppf(0.975, 15) - 7.0}


def test_without_a_target_the_newsvendor_ratio_decides():
    """With backorders the level is the quantile at margin / (margin + holding of a review period)."""
    state = world(1, STORE, [{}], price=14.0, unit_cost=10.0)
    plugin = BaselineInventory(holding_rate_per_year=36.5, lost_sales=False)

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin)

    assert ordered(answer) == {("S1", "T1", "i0"): stats.poisson.ppf(4 / (4 + 1), 15)}


def test_where_sales_are_lost_less_is_held():
    """A lost sale is paid once, a backorder at every review until its order comes: p / (1 + L / 2) against h."""
    state = world(1, STORE, [{"lead_time_days": 4.0}], price=14.0, unit_cost=10.0)
    plugin = BaselineInventory(holding_rate_per_year=36.5)

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin)

    ratio = (4 / 3) / (4 / 3 + 1)
    assert ordered(answer) == {("S1", "T1", "i0"): stats.poisson.ppf(ratio, 25)}


def test_a_fill_rate_target_is_met_by_the_loss_function():
    """The level is the least at which the expected units short in a cycle are within the allowance."""
    state = world(1, STORE, [{}])

    answer = plan(
        state, poisson_forecast(state, {"T1": 5.0}), service_target=0.95, service_measure=ServiceMeasure.FILL_RATE
    )

    counts = np.arange(200)
    level = ordered(answer)["S1", "T1", "i0"]

    def fill(units):
        short = [np.maximum(counts - units, 0) @ stats.poisson.pmf(counts, mean) for mean in (15, 10)]
        return 1 - (short[0] - short[1]) / 5

    assert fill(level) >= 0.95 > fill(level - 1)


def test_goodwill_and_dearer_holding_pull_the_level_apart():
    """A dearer shortage holds more, dearer holding less."""
    state = world(1, STORE, [{}], price=10.0, unit_cost=9.0)
    forecast = poisson_forecast(state, {"T1": 5.0})

    levels = [
        sum(ordered(plan(state, forecast, plugin=BaselineInventory(**options))).values())
        for options in ({"goodwill_cost": 50.0}, {}, {"holding_rate_per_year": 5.0}, {"holding_rate_per_year": 50.0})
    ]

    assert decreasing(levels)
    assert levels[0] > levels[-1]


def test_an_item_sold_below_its_cost_is_still_stocked_for_the_median():
    """To stop selling it is the merchant's decision."""
    state = world(1, STORE, [{}], price=5.0, unit_cost=9.0)
    plugin = BaselineInventory(lost_sales=False)

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin)

    assert ordered(answer) == {("S1", "T1", "i0"): 15.0}


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
    forecast = poisson_forecast(state, {"T1": 5.0})

    plans = [plan(state, forecast, budget=budget) for budget in (30.0, 90.0, 150.0, 1000.0)]

    assert ordered(plans[0]) == {("S1", "T1", "i0"): 5.0}
    assert all(sum(o.cost for o in p.orders) <= b for p, b in zip(plans, (30, 90, 150, 1000), strict=True))
    assert decreasing([p.budget_price for p in plans])
    assert plans[0].budget_price == pytest.approx(14.0 / 6.0, rel=0.02)
    assert plans[-1].budget_price == 0.0


def test_a_budget_pays_the_fixed_cost_of_its_orders():
    """A supplier whose fixed cost eats the budget is left out, and the others get the money."""
    lanes = [{"item": 0, "fixed_cost": 500.0}, {"item": 1, "from_node": "S2", "fixed_cost": 10.0}]
    state = world(2, ("S1", "S2", "T1"), lanes)

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), budget=100.0)

    assert ordered(answer) == {("S2", "T1", "i1"): 15.0}


def test_a_warehouse_orders_for_the_demand_of_its_stores():
    """Its level covers both stores' demand over its own lead time, theirs and the review; their stock counts."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "T1"): 6.0, (0, "W1"): 10.0})

    answer = plan(state, poisson_forecast(state, {"T1": 2.0, "T2": 3.0}), service_target=0.9)

    assert ordered(answer)["S1", "W1", "i0"] == stats.poisson.ppf(0.9, 5 * (5 + 1 + 1)) - 16.0


def test_what_a_warehouse_has_is_shared_by_need():
    """Two stores that each want 9 get 5 and 5 of 10 in all, never more than is there."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 10.0})

    answer = plan(state, poisson_forecast(state, {"T1": 3.0, "T2": 3.0}), service_target=0.9)
    quantity = ordered(answer)

    assert (quantity["W1", "T1", "i0"], quantity["W1", "T2", "i0"]) == (5.0, 5.0)
    lines = next(order.lines for order in answer.orders if order.to_node_id == "T1")
    assert lines.unconstrained_quantity.tolist() == [9.0]
    assert lines.binding_constraints == ("source_stock",)


def test_a_warehouse_that_sells_keeps_what_it_expects_to_sell():
    """Only the rest of its stock is moved."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 10.0})

    answer = plan(state, poisson_forecast(state, {"W1": 1.0, "T1": 3.0}), service_target=0.9)

    assert ordered(answer)["W1", "T1", "i0"] == 10.0 - 6.0


def test_a_fixed_cost_makes_orders_rarer_and_larger():
    """The level rises by the demand of the economic interval beyond a review; nothing is ordered above the trigger."""
    lanes = [{"fixed_cost": 100.0}]
    plugin = BaselineInventory(holding_rate_per_year=3.65, lost_sales=False)
    state = world(1, STORE, lanes, unit_cost=10.0, price=12.0)
    forecast = poisson_forecast(state, {"T1": 5.0})

    first = plan(state, forecast, plugin=plugin)
    level = sum(ordered(first).values())
    later = world(1, STORE, lanes, unit_cost=10.0, price=12.0, on_hand={(0, "T1"): level - 30.0})

    assert level == stats.poisson.ppf(2 / 2.1, 15) + round(5.0 * (np.sqrt(2 * 100 / (0.1 * 5)) - 1))
    assert ordered(plan(later, forecast, plugin=plugin)) == {}


def test_dear_deliveries_make_transfers_rarer_without_entering_their_cost():
    """The router's price of a delivery is weighed, but paid only once, by the routes."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 500.0})
    forecast = poisson_forecast(state, {"T1": 3.0, "T2": 3.0})
    costs = DeliveryCosts(Index(("",)), Index(("W1",)), [[25.0]], [[0.0]])

    cheap, dear = plan(state, forecast), plan(state, forecast, delivery_costs=costs)

    assert ordered(dear)["W1", "T1", "i0"] > ordered(cheap)["W1", "T1", "i0"]
    assert all(order.fixed_cost == 0.0 for order in dear.orders)


def test_orders_are_dated_and_explained():
    """Placed on the first day, there after the lead time rounded up; each line says why in words."""
    state = world(2, STORE, [{"lead_time_days": 2.5, "fixed_cost": 7.0, "unit_cost": 0.5}], pack_size=4.0)

    (order,) = plan(state, poisson_forecast(state, {"T1": 5.0})).orders

    assert str(order.place_on) == "2024-01-02"
    assert str(order.arrives_on) == "2024-01-05"
    assert order.fixed_cost == 7.0
    assert order.lines.cost.tolist() == (order.lines.quantity * 6.5).tolist()
    assert order.lines.cover_days_before.tolist() == [0.0, 0.0]
    assert order.lines.cover_days_after.tolist() == (order.lines.quantity / 5.0).tolist()
    assert (order.lines.safety_stock > 0).all()
    assert (order.lines.expected_fill_rate > 0.99).all()
    assert order.lines.reasons[0].startswith("20.0 expected until the next order can arrive and ")


def test_stock_outlook_says_what_can_be_promised_and_what_a_unit_is_worth():
    """Full shelves: promised as they are, a unit worth nothing; empty ones: no promise, a unit worth its margin."""
    on_hand = {(0, "T1"): 100.0, (2, "T1"): 8.0}
    state = world(4, STORE, [{"lead_time_days": 6.0}], on_hand=on_hand, open_orders=[(1, "T1", 50.0, 3)])

    outlook = plan(state, poisson_forecast(state, {"T1": 2.0})).stock_outlook

    assert outlook.available_to_promise[0, 0] == 100.0
    assert outlook.available_to_promise[1, 0] == 50.0
    assert outlook.in_stock_probability[:2, 0].tolist() == [1.0, 0.0]
    assert outlook.unit_value[0, 0] == 0.0
    assert 0.5 < outlook.unit_value[2, 0] < 4.0
    assert outlook.unit_value[3, 0] == pytest.approx(4.0, abs=0.01)


def test_stock_is_projected_with_arrivals_sales_and_transfers():
    """Each day ends with what was there, arrived and was moved, less expected sales, never below nothing."""
    state = world(1, CHAIN, CHAIN_LANES[:2], on_hand={(0, "W1"): 20.0, (0, "T1"): 5.0})

    answer = plan(state, poisson_forecast(state, {"T1": 3.0}, days=4), service_target=0.9)
    moved = ordered(answer)["W1", "T1", "i0"]

    assert answer.nodes.ids == ("W1", "T1")
    assert answer.projected_stock[0, 1].tolist() == pytest.approx(
        [2.0, moved - 1.0, moved - 4.0, max(moved - 7.0, 0.0)]
    )
    assert answer.projected_stock[0, 0, 0] == 20.0 - moved


def test_zero_demand_and_unsupplied_nodes_order_nothing():
    """No lane, no demand: a valid plan without orders."""
    state = world(2, ("S1", "T1", "T2"), [{}])

    answer = plan(state, poisson_forecast(state, {"T1": 0.0, "T2": 5.0}), node_ids=("T1", "T2"))

    assert answer.orders == ()
    assert answer.stock_outlook.unit_value[:, 0].tolist() == [0.0, 0.0]


def test_a_lead_time_of_zero_arrives_on_the_day():
    """The level covers the review period alone."""
    state = world(1, STORE, [{"lead_time_days": 0.0}])

    (order,) = plan(state, poisson_forecast(state, {"T1": 5.0}), service_target=0.9).orders

    assert order.arrives_on == order.place_on
    assert order.lines.quantity.tolist() == [stats.poisson.ppf(0.9, 5)]


@pytest.mark.parametrize("asked", [{"item_ids": ()}, {"node_ids": ()}, {"item_ids": (), "node_ids": ()}])
def test_nothing_asked_is_nothing_planned(asked):
    """Empty requests have plans of empty shape."""
    state = world(2, STORE, [{}])

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), **asked)

    assert answer.orders == ()
    assert answer.projected_stock.shape[:2] == (len(answer.items), len(answer.nodes))


def test_unknown_ids_are_all_named():
    """The error says which items and nodes are unknown."""
    state = world(1, STORE, [{}])

    with pytest.raises(UnknownIdError) as caught:
        plan(state, poisson_forecast(state, {"T1": 5.0}), item_ids=("i0", "x"), node_ids=("y",))

    assert [violation.field for violation in caught.value.violations] == [
        "replenish.item_ids[1]",
        "replenish.node_ids[0]",
    ]


def _dataset(state, units):
    units = np.asarray(units, dtype=float)
    panel = SimpleNamespace(
        items=state.items.index,
        nodes=Index(("T1",)),
        units=units,
        in_stock=np.ones(units.shape, dtype=bool),
        open=np.ones(units.shape[1:], dtype=bool),
    )
    return SimpleNamespace(demand_panel=lambda: panel)


def test_without_a_forecast_the_past_decides(tmp_path):
    """With the link off, statistics learned in training are used, and a loaded plugin plans as the trained one."""
    state = world(2, STORE, [{}])
    trained, loaded = BaselineInventory(), BaselineInventory()
    units = np.random.default_rng(0).poisson(5.0, (2, 1, 100))
    trained.train(_dataset(state, units), lambda *_: None)
    trained.save(tmp_path)
    loaded.load(tmp_path)

    answer = plan(state, None, plugin=trained)

    assert all(15.0 < quantity < 35.0 for quantity in ordered(answer).values())
    assert plan(state, None, plugin=loaded) == answer
    json.loads((tmp_path / "demand_statistics.json").read_text(encoding="utf-8"))


def test_without_forecast_and_training_it_says_what_is_missing():
    """A plan out of nothing would be worse than none."""
    with pytest.raises(PluginError, match="needs a forecast, or training"):
        plan(world(1, STORE, [{}]), None)


def test_a_plan_is_the_same_every_time_and_touches_nothing():
    """Two calls answer alike, and the inputs are as they were."""
    state = world(3, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 9.0, (1, "T1"): 2.0})
    forecast = poisson_forecast(state, {"T1": [1.0, 2.0, 3.0], "T2": 2.0})
    before = attrs.evolve(state), attrs.evolve(forecast)

    first, second = plan(state, forecast), plan(state, forecast)

    assert first == second
    assert (state, forecast) == before


def test_options_are_checked():
    """An option outside its range is an error that names it."""
    with pytest.raises(ValueError, match="holding_rate_per_year"):
        BaselineInventory(holding_rate_per_year=-0.1)
