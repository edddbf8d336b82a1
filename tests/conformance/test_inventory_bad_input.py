"""Odd and broken input to every inventory plugin: a valid plan, or an error that names the item, node or lane.

``plan`` checks the invariants of each answer.
"""

import re

import attrs
import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, ordered, plan, poisson_forecast, world

from shelfwise.baselines.heuristic import HeuristicInventory
from shelfwise.baselines.heuristic.kinds import Kind
from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.errors import DataError
from shelfwise.types import ServiceMeasure

LINE, SOUND = ("S1", "T1", "i0"), ("S1", "T1", "i1")
CASES = [(None, None), (0.9, ServiceMeasure.CYCLE_SERVICE), (0.9, ServiceMeasure.FILL_RATE)]


def _learned(**options):
    """Return the plugin with a learned policy that is proven for whatever it can decide."""
    package = pytest.importorskip("shelfwise_inventory_ppo", reason="needs the plugin inventory-ppo")
    plugin = package.PPOInventory(**options)
    shipped = plugin._learned.gate.evidence
    sure = type(shipped)(np.full_like(shipped.saved, 0.01), np.full_like(shipped.low, 0.005))
    gate = attrs.evolve(plugin._learned.gate, evidence=sure)
    plugin._learned = attrs.evolve(plugin._learned, gate=gate)
    return plugin


MAKERS = {
    "baseline": BaselineInventory,
    **{
        f"heuristic-{kind.value}": lambda kind=kind, **options: HeuristicInventory(kind=kind.value, **options)
        for kind in Kind
    },
    "ppo": _learned,
}


@pytest.fixture(params=[(name, lost) for name in MAKERS for lost in (True, False)], ids=lambda p: f"{p[0]}-{p[1]}")
def plans(request):
    """Return a function that plans for least cost and for both service targets, with every plugin, lost or waiting."""
    name, lost_sales = request.param
    plugin = MAKERS[name](lost_sales=lost_sales)

    def answers(state, means=5.0, **asked):
        forecast = poisson_forecast(state, {"T1": means})
        for target, measure in CASES:
            service = {} if target is None else {"service_target": target, "service_measure": measure}
            yield plan(state, forecast, plugin=plugin, **asked, **service)

    return answers


def test_negative_stock_is_ordered_for_and_never_promised(plans):
    """It is no less wanted than an empty shelf, and a warehouse gives nothing away that is not there."""
    owing, nothing = (plans(world(1, STORE, [{}], on_hand={(0, "T1"): units})) for units in (-7.0, 0.0))

    for below, empty in zip(owing, nothing, strict=True):
        promised = [answer.stock_outlook.available_to_promise[0, 0] for answer in (below, empty)]
        assert ordered(below)[LINE] >= ordered(empty)[LINE] > 0
        assert promised[0] == ordered(below)[LINE] - 7.0
        assert promised[1] == ordered(empty)[LINE]
    for answer in plans(world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): -7.0})):
        assert {source for source, *_ in ordered(answer)} == {"S1"}


def test_a_lead_time_of_zero_serves_today(plans):
    """What is ordered arrives on the day."""
    for answer in plans(world(1, STORE, [{"lead_time_days": 0.0}])):
        assert ordered(answer)[LINE] > 0
        assert all(order.arrives_on == order.place_on for order in answer.orders)


@pytest.mark.parametrize("room", [30.0, 0.0])
def test_a_minimum_above_the_capacity_orders_nothing_of_it(plans, room):
    """The item that cannot fit stays out; the one beside it gets what room there is."""
    lanes = [{"item": 0, "minimum": 100.0}, {"item": 1}]
    for answer in plans(world(2, STORE, lanes, capacity=np.array([np.inf, room]))):
        assert LINE not in ordered(answer)
        assert ordered(answer).get(SOUND, 0.0) <= room


def test_a_minimum_above_the_maximum_of_its_lane_orders_nothing_of_it(plans):
    """No quantity would do."""
    for answer in plans(world(2, STORE, [{"item": 0, "minimum": 100.0, "maximum": 50.0}, {"item": 1}])):
        assert set(ordered(answer)) == {SOUND}


def test_a_budget_of_nothing_buys_nothing_and_has_its_price(plans):
    """Transfers are made all the same."""
    for answer in plans(world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 60.0}), budget=0.0):
        assert set(ordered(answer)) == {("W1", "T1", "i0")}
    for answer in plans(world(1, STORE, [{}]), budget=0.0):
        assert ordered(answer) == {}
        assert answer.budget_price > 0.0


@pytest.mark.parametrize(
    ("lanes", "named"),
    [
        ([("W1", "W2"), ("W2", "W1"), ("W1", "T1")], "W[12]' to 'W[12]' to 'W[12]"),
        ([("T1", "T1")], "T1' to 'T1"),
    ],
)
def test_a_circle_of_lanes_that_nobody_supplies_is_named(plans, lanes, named):
    """So are the node that asks for something of it and the item, and what would do."""
    state = world(1, ("S1", "W1", "W2", "T1"), [{"from_node": one, "to_node": other} for one, other in lanes])

    with pytest.raises(DataError) as caught:
        list(plans(state))

    assert re.search(
        rf"lanes '{named}' lead in a circle, from which 'T1' asks for 'i0'; .*lanes table", str(caught.value)
    )


def test_a_circle_that_is_supplied_is_left_open(plans):
    """Nothing is ordered over the lane that would close it."""
    pairs = [("W1", "W2"), ("W2", "W1"), ("W1", "T1"), ("S1", "W1"), ("T1", "T1")]
    state = world(
        1,
        ("S1", "W1", "W2", "T1"),
        [{"from_node": one, "to_node": other} for one, other in pairs],
        on_hand={(0, "W1"): 30.0},
    )
    for answer in plans(state):
        assert ("W1", "T1", "i0") in ordered(answer)
        assert set(ordered(answer)) <= {("S1", "W1", "i0"), ("W1", "T1", "i0")}


def test_a_node_that_nobody_supplies_is_planned_without_orders(plans):
    """Its stock is projected and its empty shelf has a price; the others are supplied."""
    for answer in plans(world(1, ("S1", "T1", "T2"), [{"to_node": "T2"}]), node_ids=("T1", "T2")):
        assert answer.orders == ()
        assert answer.stock_outlook.unit_value[0, 0] > 3.9
        assert answer.projected_stock[0, 0].tolist() == [0.0] * 14


def test_demand_of_nothing_orders_nothing(plans):
    """Neither from a supplier nor between nodes, and a unit more is worth nothing."""
    for answer in plans(world(2, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 20.0}), means=0.0):
        assert answer.orders == ()
        assert (answer.stock_outlook.unit_value == 0.0).all()


@pytest.mark.parametrize(
    ("lane", "columns", "message"),
    [
        ({"lead_time_days": -1.0}, {}, r"lane 'S1' to 'T1': lead_time_days must be .* at least 0, got -1"),
        ({"lead_time_sd_days": np.nan}, {}, r"lane 'S1' to 'T1': lead_time_sd_days must be .*, got nan"),
        ({}, {"unit_cost": -3.0}, r"item 'i0': unit_cost must be at least 0, got -3"),
    ],
)
def test_what_cannot_be_is_named(plans, lane, columns, message):
    """A state that was built by hand is refused, not left without orders."""
    with pytest.raises(DataError, match=message):
        list(plans(world(2, STORE, [lane], **columns)))
