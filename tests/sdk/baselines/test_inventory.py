"""The inventory baseline: its plans, by known answers."""

import json
from types import SimpleNamespace

import attrs
import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, decreasing, ordered, plan, poisson_forecast, world
from scipy import stats

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.errors import PluginError, UnknownIdError
from shelfwise.types import Index, ServiceMeasure


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


def test_a_warehouse_orders_for_the_demand_of_its_stores():
    """Its level covers both stores' demand over its own lead time, theirs and the review; their stock counts."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "T1"): 6.0, (0, "W1"): 10.0})

    answer = plan(state, poisson_forecast(state, {"T1": 2.0, "T2": 3.0}), service_target=0.9)

    assert ordered(answer)["S1", "W1", "i0"] == stats.poisson.ppf(0.9, 5 * (5 + 1 + 1)) - 16.0


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
    assert order.lines.reasons[0].startswith(
        "order-up-to formula for least cost; 5.0 expected to sell until the next order can arrive and "
    )
    assert "; 15.0 lost before this one can; " in order.lines.reasons[0]


def test_lines_are_told_by_what_becomes_of_unmet_demand():
    """On an empty shelf the demand of the lead time is lost, or served once the order is there."""
    state = world(1, STORE, [{"lead_time_days": 3.0}])
    forecast = poisson_forecast(state, {"T1": 5.0})

    (lost,), (waiting,) = (
        plan(state, forecast, plugin=BaselineInventory(lost_sales=lost)).orders for lost in (True, False)
    )

    assert lost.lines.expected_fill_rate[0] == pytest.approx(0.25, abs=1e-3)
    assert waiting.lines.expected_fill_rate[0] > 0.99
    assert "20.0 expected to sell" in waiting.lines.reasons[0]
    assert "lost" not in waiting.lines.reasons[0]


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
