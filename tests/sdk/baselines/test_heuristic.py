"""The heuristics by formula, by known answers."""

import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, ordered, plan, poisson_forecast, world
from scipy import stats

from shelfwise.baselines.heuristic import HeuristicInventory
from shelfwise.baselines.heuristic.kinds import LOTS, Kind
from shelfwise.errors import PluginError
from shelfwise.types import ServiceMeasure

OWN_LANE = {"item": 0, "fixed_cost": 90.0}
COSTLY = {"price": 56.0, "unit_cost": 10.0}
"""With ``DAILY`` holding of 1 a day and a margin of 46: orders of 90 and 5 units a day make a lot of 30."""
DAILY = 36.5
LEVELS = sorted(set(Kind) - LOTS)


def units(kind, on_hand=0.0, lanes=None, *, options=None, open_orders=(), request=None, **columns):
    """Return what is ordered of one item for one store that sells 5 a day, from a supplier 2 days away."""
    state = world(1, STORE, [lanes or {}], on_hand={(0, "T1"): on_hand}, open_orders=open_orders, **columns)
    plugin = HeuristicInventory(kind=kind, holding_rate_per_year=DAILY, **(options or {}))
    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin, **(request or {}))
    return sum(ordered(answer).values())


@pytest.mark.parametrize(("on_hand", "lots"), [(21.0, 0), (20.0, 1), (0.0, 1), (-11.0, 2)])
def test_the_economic_order_quantity_is_ordered_at_the_reorder_point(on_hand, lots):
    """Q = sqrt(2 x 90 x 5 / 1) = 30; a stock-out is as likely as 30 / (30 + 46 x 5), so r = 15 + 1.198 sqrt(15)."""
    assert units("eoq", on_hand, OWN_LANE, **COSTLY) == 30.0 * lots


@pytest.mark.parametrize(("on_hand", "filled"), [(21.0, 21.0), (20.0, 50.0), (7.0, 50.0)])
def test_an_order_is_placed_at_s_and_fills_up_to_large_s(on_hand, filled):
    """Nothing above s = 20, and up to S = s + 30 from there on."""
    assert on_hand + units("reorder_point", on_hand, OWN_LANE, **COSTLY) == filled


def test_without_a_cost_of_ordering_there_is_no_lot():
    """(s, S) is a base-stock policy where an order costs nothing."""
    assert units("reorder_point") == units("base_stock")


def test_base_stock_is_the_normal_approximation():
    """Where demand waits: 15 + z sqrt(15) with z the score of 4 / (4 + 1)."""
    assert units("base_stock", options={"lost_sales": False}, price=14.0, unit_cost=10.0) == np.ceil(
        15.0 + stats.norm.ppf(0.8) * np.sqrt(15.0)
    )


def test_a_newsvendor_orders_up_to_the_quantile_of_the_forecast():
    """Where demand waits: the quantile of Poisson demand of 15 at 4 / (4 + 1)."""
    assert units("newsvendor", options={"lost_sales": False}, price=14.0, unit_cost=10.0) == stats.poisson.ppf(0.8, 15)


def test_a_cap_bounds_the_order():
    """The score of 2 / 3, which lost sales leave of 4 / 5, less .4: the cap is 5.07 of a day's demand, rounded up."""
    options = {"price": 14.0, "unit_cost": 10.0}

    assert units("capped_base_stock", **options) == 6.0
    assert units("capped_base_stock", open_orders=[(0, "T1", 6.0, 1)], **options) == 6.0
    assert units("capped_base_stock", on_hand=16.0, **options) == 2.0


def test_projected_stock_is_that_of_base_stock_where_demand_waits():
    """What is on order and on hand less the demand of the lead time is all that is projected."""
    options = {"options": {"lost_sales": False}, "price": 14.0, "unit_cost": 10.0}

    assert units("projected_inventory", **options) == units("base_stock", **options)


def test_what_empty_shelves_lose_is_not_ordered():
    """Nothing is there to sell for two days: the order is for the day after, 5 + z sqrt(5), not for the two."""
    ordered_units = units("projected_inventory", price=14.0, unit_cost=10.0)

    assert ordered_units == np.ceil(5.0 + stats.norm.ppf(4 / (4 + np.sqrt(2))) * np.sqrt(5.0))


def test_arrivals_are_projected_on_their_day():
    """Stock that arrives the day before the order is lost sales' gain; it is not ordered again."""
    early, late = (units("projected_inventory", open_orders=[(0, "T1", 10.0, day)]) for day in (0, 1))

    assert late < early


def test_an_echelon_policy_sees_the_stock_of_the_stores():
    """A warehouse whose stores are full needs nothing by its echelon; by its own stock it is empty."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "T1"): 100.0, (0, "T2"): 100.0})
    forecast = poisson_forecast(state, {"T1": 2.0, "T2": 3.0})

    orders = {kind: ordered(plan(state, forecast, plugin=HeuristicInventory(kind=kind))) for kind in Kind}

    assert orders["echelon_base_stock"] == {}
    assert all(orders[kind]["S1", "W1", "i0"] > 5.0 for kind in Kind if kind != "echelon_base_stock")


@pytest.mark.parametrize("kind", LEVELS)
def test_a_cycle_service_is_the_quantile_of_lead_time_and_review(kind):
    """Where demand waits, every level is that of Poisson demand of 15 at 97.5 %."""
    request = {"service_target": 0.975}

    assert units(kind, options={"lost_sales": False}, request=request) == stats.poisson.ppf(0.975, 15)


def short(level, mean):
    """Return the units that Poisson demand is expected to exceed a level by."""
    counts = np.arange(200)
    return np.maximum(counts - level, 0) @ stats.poisson.pmf(counts, mean)


def test_a_fill_rate_bounds_the_shortage_of_a_review():
    """Up to the least level whose shortage in a review is within 5 % of its demand."""
    level = units("base_stock", request={"service_target": 0.95, "service_measure": ServiceMeasure.FILL_RATE})

    missed = [short(units, 15) - short(units, 10) for units in (level, level - 1)]
    assert missed[0] <= 0.05 * 5 < missed[1]


def test_a_fill_rate_bounds_the_shortage_of_a_lot():
    """With lots of 30 a lower reorder point reaches the same fill rate, though not the same cycle service."""
    request = {"service_target": 0.95, "service_measure": ServiceMeasure.FILL_RATE}
    point = units("reorder_point", 0.0, OWN_LANE, request=request, **COSTLY) - 30.0

    assert short(point, 15) <= 0.05 * 30 < short(point - 1, 15)
    assert point < stats.poisson.ppf(0.95, 15)


@pytest.mark.parametrize("kind", sorted(LOTS))
def test_items_that_share_the_cost_of_an_order_are_ordered_together(kind):
    """One that is due takes the other along, which alone would wait."""
    state = world(2, STORE, [{"fixed_cost": 200.0}], on_hand={(0, "T1"): 0.0, (1, "T1"): 25.0}, **COSTLY)
    plugin = HeuristicInventory(kind=kind, holding_rate_per_year=DAILY)

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin)
    alone = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin, item_ids=("i1",))

    assert set(ordered(answer)) == {("S1", "T1", "i0"), ("S1", "T1", "i1")}
    assert ordered(alone) == {}


@pytest.mark.parametrize("kind", LEVELS)
def test_what_is_owed_is_ordered_on_top(kind):
    """Stock below nothing is no demand to come: a cap does not bound what repays it."""
    assert units(kind, -7.0) == units(kind) + 7.0


@pytest.mark.parametrize("kind", list(Kind))
def test_what_nobody_buys_is_not_ordered(kind):
    """No demand, no order; what is owed is paid."""
    state = world(2, STORE, [OWN_LANE, {"fixed_cost": 5.0}], on_hand={(1, "T1"): -3.0})

    answer = plan(state, poisson_forecast(state, {"T1": 0.0}), plugin=HeuristicInventory(kind=kind.value))

    assert ordered(answer) == {("S1", "T1", "i1"): 3.0}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("eoq", "economic order quantity by formula: 30 at a time from 20 or less; "),
        ("reorder_point", "(s, S) by formula: up to 50 from 20 or less; "),
        ("capped_base_stock", "capped base-stock by formula: up to 23, at most 8 at a time; "),
    ],
)
def test_a_line_says_which_policy_decided_by_which_numbers(kind, words):
    """The reason begins with the policy, where its parameters are from, and what they are."""
    state = world(1, STORE, [OWN_LANE], **COSTLY)
    plugin = HeuristicInventory(kind=kind, holding_rate_per_year=DAILY)

    (order,) = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin).orders

    assert order.lines.reasons[0].startswith(words)


def test_a_target_is_told():
    """With a service target the reason says so."""
    state = world(1, STORE, [{}])

    (order,) = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=HeuristicInventory(), service_target=0.9).orders

    assert order.lines.reasons[0].startswith("(s, S) for cycle service of 90%: up to 20 from 20 or less; ")


def test_a_kind_that_there_is_not_is_refused():
    """The error names what there is to choose from."""
    with pytest.raises(ValueError, match="'base_stock'"):
        HeuristicInventory(kind="sS")


def test_without_forecast_and_training_it_says_what_is_missing():
    """A plan out of nothing would be worse than none."""
    with pytest.raises(PluginError, match="needs a forecast, or training"):
        plan(world(1, STORE, [{}]), None, plugin=HeuristicInventory())
