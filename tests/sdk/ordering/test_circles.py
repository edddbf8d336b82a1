"""Lanes that lead in a circle are refused where demand is asked of them."""

import re

import numpy as np
import pytest
from inventory_world import poisson_forecast, world

from shelfwise.errors import DataError
from shelfwise.ordering import assess, from_forecast
from shelfwise.types import ReplenishRequest

NODES = ("S1", "W1", "W2", "T1", "T2")
RING = [{"from_node": "W1", "to_node": "W2"}, {"from_node": "W2", "to_node": "W1"}]
DOWN = {"from_node": "W1", "to_node": "T1"}
COSTS = {"holding_rate_per_year": 0.25, "goodwill_cost": 0.0, "lost_sales": True}


def _assess(lanes, means, items=1, **columns):
    state = world(items, NODES, lanes, **columns)
    request = ReplenishRequest(item_ids=state.items.index.ids, node_ids=NODES[1:])
    demand = from_forecast(poisson_forecast(state, means), request.item_ids, state.nodes.index)
    return assess(request, state, demand, None, **COSTS)


def _refusal(*arguments, **options):
    with pytest.raises(DataError) as caught:
        _assess(*arguments, **options)
    return str(caught.value)


def test_the_lanes_the_node_and_the_item_are_named():
    """Whoever is to mend the table knows which lanes, why, and what would do."""
    text = _refusal([*RING, DOWN], {"T1": 5.0})

    assert re.search(r"lanes '(W1|W2)' to '(W2|W1)' to '(W1|W2)' lead in a circle", text)
    assert "from which 'T1' asks for 'i0'" in text
    assert "needs a lane from a supplier" in text
    assert "correct the lanes table" in text


def test_a_lane_from_a_node_to_itself_is_a_circle():
    """It is named, and so is every other circle, once."""
    text = _refusal([*RING, DOWN, {"from_node": "T2", "to_node": "T2"}], {"T1": 5.0, "W1": 1.0, "T2": 5.0}, items=3)

    assert text.count("lead in a circle") == 2
    assert "lanes 'T2' to 'T2' lead in a circle, from which 'T2' asks for 'i0'" in text


def test_the_direction_of_the_lanes_is_kept():
    """A circle of three is told in the order in which goods would move."""
    lanes = [
        {"from_node": "W1", "to_node": "W2"},
        {"from_node": "W2", "to_node": "T1"},
        {"from_node": "T1", "to_node": "W1"},
    ]

    text = _refusal(lanes, {"T2": 0.0, "T1": 1.0})

    assert any(
        f"lanes {way} lead" in text
        for way in ("'W1' to 'W2' to 'T1' to 'W1'", "'W2' to 'T1' to 'W1' to 'W2'", "'T1' to 'W1' to 'W2' to 'T1'")
    )


def test_only_the_items_that_are_asked_for_matter():
    """An item that the circle's nodes get from no supplier, but that nobody asks for there, is no reason to refuse."""
    lanes = [*RING, DOWN, {"to_node": "W1"}, {"from_node": "S1", "to_node": "T1", "item": 1}]
    lanes[2] = DOWN | {"item": 0}

    situation = _assess(lanes, {"T1": 5.0}, items=2, supplier_id=np.array(["S1", ""], dtype=object))

    assert situation.supply.supplied[:, NODES.index("T1")].all()


@pytest.mark.parametrize("means", [{"T1": 0.0}, {"T2": 5.0}])
def test_without_demand_there_is_nothing_to_refuse(means):
    """Nothing would be ordered over these lanes anyway."""
    assert not _assess([*RING, DOWN], means).supply.supplied.any()


def test_a_circle_with_a_source_is_none():
    """Stores that can help each other out are supplied from outside, and the lanes between them are not needed."""
    situation = _assess([*RING, DOWN, {"to_node": "W2"}], {"T1": 5.0})

    assert situation.supply.supplied[0].tolist() == [False, True, True, True, False]
