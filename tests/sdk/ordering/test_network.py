"""Which lane supplies which item at which node."""

import numpy as np
from inventory_world import world

from shelfwise.ordering.network import choose_lanes
from shelfwise.types import DeliveryCosts, Index


def _sources(state, costs=None):
    items = np.arange(len(state.items.index))
    supply = choose_lanes(state, items, np.full(len(items), 0.01), np.full(len(state.nodes.index), 10.0), costs, 1)
    names = np.append(state.nodes.index.array, "")
    return names[supply.source].tolist()


def test_the_cheapest_lane_is_chosen():
    """Transport, fixed cost spread over demand, and holding on the way decide together."""
    lanes = [{"from_node": "S1", "unit_cost": 1.0}, {"from_node": "S2", "unit_cost": 0.5, "fixed_cost": 2.0}]

    assert _sources(world(1, ("S1", "S2", "T1"), lanes)) == [["", "", "S2"]]


def test_a_long_lead_time_costs_holding():
    """A lane 100 days longer loses against one that is dearer by less than the holding."""
    lanes = [{"from_node": "S1", "unit_cost": 0.9}, {"from_node": "S2", "lead_time_days": 102.0}]

    assert _sources(world(1, ("S1", "S2", "T1"), lanes)) == [["", "", "S1"]]


def test_a_lane_of_its_own_comes_before_the_lane_for_every_item():
    """It is taken even where it is dearer."""
    lanes = [{"from_node": "S1"}, {"from_node": "S2", "item": 1, "unit_cost": 9.0}]

    assert _sources(world(2, ("S1", "S2", "T1"), lanes)) == [["", "", "S1"], ["", "", "S2"]]


def test_an_item_comes_from_the_supplier_it_names():
    """A supplier's lane for every item carries those that name it, or name nobody on record."""
    state = world(3, ("S1", "S2", "T1"), [{"from_node": "S1", "unit_cost": 1.0}, {"from_node": "S2"}])
    named = world(
        3,
        ("S1", "S2", "T1"),
        [{"from_node": "S1", "unit_cost": 1.0}, {"from_node": "S2"}],
        supplier_id=np.array(["S1", "", "elsewhere"], dtype=object),
    )

    assert [row[2] for row in _sources(state)] == ["S2", "S2", "S2"]
    assert [row[2] for row in _sources(named)] == ["S1", "S2", "S2"]


def test_the_whole_path_counts():
    """A cheap last lane does not make up for a dear first one."""
    lanes = [
        {"from_node": "S1", "to_node": "W1", "unit_cost": 5.0},
        {"from_node": "W1", "to_node": "T1"},
        {"from_node": "S1", "to_node": "T1", "unit_cost": 2.0},
    ]

    assert _sources(world(1, ("S1", "W1", "T1"), lanes)) == [["", "S1", "S1"]]


def test_lanes_in_a_circle_are_left_where_a_supplier_is_reached():
    """Two stores that could supply each other are both supplied from outside."""
    lanes = [
        {"from_node": "T1", "to_node": "T2"},
        {"from_node": "T2", "to_node": "T1"},
        {"from_node": "S1", "to_node": "T1", "unit_cost": 3.0},
    ]

    assert _sources(world(1, ("S1", "T1", "T2"), lanes)) == [["", "S1", "T1"]]


def test_a_circle_that_nobody_supplies_supplies_nobody():
    """Stores that only supply each other, and a node that supplies itself, have no source: see test_circles.py."""
    lanes = [
        {"from_node": "T1", "to_node": "T2"},
        {"from_node": "T2", "to_node": "T1"},
        {"from_node": "T3", "to_node": "T3"},
    ]

    assert _sources(world(1, ("S1", "T1", "T2", "T3"), lanes)) == [["", "", "", ""]]


def test_a_warehouse_without_a_supplier_still_gives_what_it_has():
    """A node with no lane of its own is the first source of those it supplies."""
    assert _sources(world(1, ("W1", "T1"), [{"from_node": "W1"}])) == [["", "W1"]]


def test_a_store_is_supplied_by_the_warehouse_that_is_cheap_to_visit_it_from():
    """What a visit costs is part of what a lane costs; what a delivery to customers does is not."""
    lanes = [{"from_node": "W1", "unit_cost": 0.1}, {"from_node": "W2", "unit_cost": 0.2}]
    state = world(1, ("W1", "W2", "T1"), lanes)
    nodes, stores = Index(("W1", "W2")), Index(("T1",))

    def visits(*values):
        return DeliveryCosts(Index(), nodes, np.zeros((0, 2)), np.zeros((0, 2)), stores, [values])

    assert _sources(state) == [["", "", "W1"]]
    assert _sources(state, visits(30.0, 2.0)) == [["", "", "W2"]]
    assert _sources(state, visits(np.inf, np.inf)) == [["", "", "W1"]]
    assert _sources(state, DeliveryCosts(stores, nodes, [[30.0, 2.0]], np.ones((1, 2)))) == [["", "", "W1"]]


def test_lead_times_are_rounded_up_to_whole_days():
    """An order that takes a day and a half is there on the second day."""
    state = world(1, ("S1", "T1"), [{"lead_time_days": 1.5}])

    supply = choose_lanes(state, np.arange(1), np.zeros(1), np.ones(2), None, 1)

    assert supply.lead_days[0, 1] == 2
