"""Odd and broken input: a valid plan, or an error that names the item, node or lane. ``plan`` checks the invariants."""

import re

import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, ordered, plan, poisson_forecast, world
from scipy import stats

from shelfwise.errors import DataError
from shelfwise.types import ServiceMeasure

LINE = ("S1", "T1", "i0")
SOUND = ("S1", "T1", "i1")
CASES = [(None, None), (0.9, ServiceMeasure.CYCLE_SERVICE), (0.9, ServiceMeasure.FILL_RATE)]


def _plans(state, means=5.0, **request):
    """Plan for least cost and for both service targets."""
    forecast = poisson_forecast(state, {"T1": means})
    for target, measure in CASES:
        service = {} if target is None else {"service_target": target, "service_measure": measure}
        yield plan(state, forecast, **request, **service)


def test_negative_stock_is_owed():
    """What is owed is ordered on top and never promised twice; a warehouse gives nothing away that is not there."""
    here, there = (world(1, STORE, [{}], on_hand={(0, "T1"): units}) for units in (-7.0, 0.0))

    for owing, nothing in zip(_plans(here), _plans(there), strict=True):
        assert ordered(owing)[LINE] == ordered(nothing)[LINE] + 7.0
        assert owing.stock_outlook == nothing.stock_outlook
        assert owing.projected_stock.tolist() == nothing.projected_stock.tolist()
    for answer in _plans(world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): -7.0})):
        assert [source for source, *_ in ordered(answer)] == ["S1"]
        assert (answer.projected_stock >= 0).all()


def test_a_lead_time_of_zero_covers_the_review_period_alone():
    """An order of today serves today, whatever the target."""
    answers = list(_plans(world(1, STORE, [{"lead_time_days": 0.0}])))

    assert all(order.arrives_on == order.place_on for answer in answers for order in answer.orders)
    assert ordered(answers[1])[LINE] == stats.poisson.ppf(0.9, 5)
    assert ordered(answers[2])[LINE] <= ordered(answers[1])[LINE]


@pytest.mark.parametrize("limit", [{"capacity": np.array([np.inf, 30.0])}, {"capacity": np.array([np.inf, 0.0])}])
def test_a_minimum_above_the_capacity_orders_nothing_of_it(limit):
    """The item that cannot fit stays out; the one beside it gets what room there is."""
    state = world(2, STORE, [{"item": 0, "minimum": 100.0}, {"item": 1}], **limit)

    for answer in _plans(state):
        assert LINE not in ordered(answer)
        assert ordered(answer).get(SOUND, 0.0) <= limit["capacity"][1]
        assert answer.stock_outlook.unit_value[0, 0] > 3.9


def test_a_minimum_above_the_maximum_of_its_lane_orders_nothing_of_it():
    """No quantity would do."""
    for answer in _plans(world(2, STORE, [{"item": 0, "minimum": 100.0, "maximum": 50.0}, {"item": 1}])):
        assert list(ordered(answer)) == [SOUND]


def test_a_budget_of_nothing_buys_nothing_and_has_its_price():
    """What costs nothing is ordered all the same, and transfers are."""
    lanes = [*CHAIN_LANES, {"from_node": "S1", "to_node": "T1", "item": 1, "unit_cost": 0.0}]
    state = world(2, CHAIN, lanes, on_hand={(0, "W1"): 60.0}, unit_cost=np.array([6.0, 0.0]))

    for answer in _plans(state, budget=0.0):
        assert set(ordered(answer)) == {("W1", "T1", "i0"), SOUND}
    (dear, *_) = _plans(world(1, STORE, [{}]), budget=0.0)
    assert ordered(dear) == {}
    assert dear.budget_price > 0.0


def test_a_circle_of_lanes_is_left_open_where_a_supplier_delivers():
    """Two warehouses that supply each other are both supplied from outside."""
    ring = [{"from_node": "W1", "to_node": "W2"}, {"from_node": "W2", "to_node": "W1"}]
    down = {"from_node": "W1", "to_node": "T1"}
    nodes = ("S1", "W1", "W2", "T1")

    for answer in _plans(world(1, nodes, [*ring, down, {"to_node": "W1"}], on_hand={(0, "W1"): 30.0})):
        assert set(ordered(answer)) <= {("S1", "W1", "i0"), ("W1", "T1", "i0")}
        assert ("W1", "T1", "i0") in ordered(answer)


def test_a_node_that_nobody_supplies_is_planned_without_orders():
    """Its stock is projected and its empty shelf has a price; the others are supplied."""
    state = world(1, ("S1", "T1", "T2"), [{}])
    forecast = poisson_forecast(state, {"T1": 5.0, "T2": 5.0})

    answer = plan(state, forecast, node_ids=("T1", "T2"))

    assert [node for _, node, _ in ordered(answer)] == ["T1"]
    assert answer.stock_outlook.unit_value[0, 1] > 3.9
    assert answer.projected_stock[0, 1].tolist() == [0.0] * 14


def test_demand_of_nothing_orders_nothing():
    """Neither from a supplier nor between nodes, and a unit more is worth nothing."""
    for answer in _plans(world(2, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 20.0}), means=0.0):
        assert answer.orders == ()
        assert (answer.stock_outlook.unit_value == 0.0).all()


@pytest.mark.parametrize("price", [6.0, 3.0, 0.0])
def test_an_item_that_earns_nothing_is_stocked_as_asked_and_costs_nothing_to_skip(price):
    """A service target holds for it too; without one it is stocked for the middle of demand at most."""
    state = world(2, STORE, [{}], price=np.array([price, 10.0]), unit_cost=6.0)

    least, *served = _plans(state)

    assert ordered(least)[LINE] <= 15.0 < ordered(least)[SOUND]
    assert all(ordered(answer)[LINE] == ordered(answer)[SOUND] for answer in served)
    assert least.orders[0].lines.cost_if_skipped[0] == 0.0
    assert least.stock_outlook.unit_value[0, 0] == 0.0


def test_an_item_that_costs_nothing_is_held_up_to_the_ceiling():
    """Holding is free, so the quantile is the highest that costs alone can ask for; a budget does not bound it."""
    state = world(1, STORE, [{}], unit_cost=0.0)

    for answer in _plans(state, budget=1.0):
        assert 0.0 < ordered(answer)[LINE] <= stats.poisson.ppf(0.9951, 15)
        assert answer.orders[0].lines.cost.tolist() == [0.0]


@pytest.mark.parametrize(
    ("lane", "columns", "message"),
    [
        ({"lead_time_days": -1.0}, {}, r"lane 'S1' to 'T1': lead_time_days must be .* at least 0, got -1"),
        ({"lead_time_days": np.nan}, {}, r"lane 'S1' to 'T1': lead_time_days must be .*, got nan"),
        ({"lead_time_days": np.inf}, {}, r"lane 'S1' to 'T1': lead_time_days must be .*, got inf"),
        ({"lead_time_sd_days": -0.5}, {}, r"lane 'S1' to 'T1': lead_time_sd_days must be .*, got -0.5"),
        ({}, {"unit_cost": -3.0}, r"item 'i0': unit_cost must be at least 0, got -3; .*item 'i1'.*correct the tables"),
    ],
)
def test_what_cannot_be_is_named(lane, columns, message):
    """A state built by hand with a lead time or a cost that cannot be is refused, not left without orders."""
    state = world(2, STORE, [lane], **columns)

    with pytest.raises(DataError) as caught:
        plan(state, poisson_forecast(state, {"T1": 5.0}))

    assert re.search(message, str(caught.value))


def test_the_two_service_measures_are_different_targets():
    """95 % of cycles without a stock-out need more than 95 % of units from stock, and each level just meets its own."""
    state = world(1, STORE, [{}])
    forecast = poisson_forecast(state, {"T1": 5.0})
    counts = np.arange(200)

    def fill(level):
        short = [np.maximum(counts - level, 0) @ stats.poisson.pmf(counts, mean) for mean in (15, 10)]
        return 1 - (short[0] - short[1]) / 5

    cycle, filled = (
        ordered(plan(state, forecast, service_target=0.95, service_measure=measure))[LINE]
        for measure in (ServiceMeasure.CYCLE_SERVICE, ServiceMeasure.FILL_RATE)
    )

    assert stats.poisson.cdf(cycle, 15) >= 0.95 > stats.poisson.cdf(cycle - 1, 15)
    assert fill(filled) >= 0.95 > fill(filled - 1)
    assert filled < cycle
    assert stats.poisson.cdf(filled, 15) < 0.95 < fill(cycle)
