"""Networks of any shape for the property tests of inventory plugins."""

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st
from inventory_world import poisson_forecast, world

from shelfwise.errors import DataError
from shelfwise.plugins import call
from shelfwise.types import Deadline, ReplenishRequest, ServiceMeasure

NODES = ("S1", "S2", "W1", "W2", "T1", "T2", "T3")
SELLING = ("W1", "T1", "T2", "T3")


@st.composite
def lanes(draw):
    """A lane between any two nodes, for one item or all, with any limits."""
    return {
        "from_node": draw(st.sampled_from(NODES)),
        "to_node": draw(st.sampled_from(NODES[2:])),
        "item": draw(st.sampled_from([-1, -1, -1, 0, 1, 2])),
        "lead_time_days": draw(st.sampled_from([0.0, 1.0, 1.5, 3.0, 9.0])),
        "lead_time_sd_days": draw(st.sampled_from([0.0, 0.7, 3.0])),
        "fixed_cost": draw(st.sampled_from([0.0, 0.0, 5.0, 200.0])),
        "unit_cost": draw(st.sampled_from([0.0, 0.3, 2.0])),
        "minimum": draw(st.sampled_from([0.0, 0.0, 7.0])),
        "maximum": draw(st.sampled_from([np.inf, np.inf, 25.0])),
        "order_weekdays": draw(st.sampled_from([range(7), range(7), [1, 4], [0]])),
    }


@st.composite
def worlds(draw):
    """A retailer of three items, and what is asked of its plan."""
    trunk = [
        {"from_node": "S1", "to_node": "W1", "lead_time_days": 4.0, "fixed_cost": draw(st.sampled_from([0.0, 30.0]))},
        *({"from_node": "W1", "to_node": store, "lead_time_days": 1.0} for store in ("T1", "T2", "T3")),
    ]
    units = st.integers(0, 40).map(float)
    cells = [(item, node) for item in range(3) for node in NODES[2:]]
    costs = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, 6.0, 9.99]), min_size=3, max_size=3)))
    state = world(
        3,
        NODES,
        trunk + draw(st.lists(lanes(), max_size=8)),
        on_hand={cell: draw(units) for cell in cells if draw(st.booleans())},
        open_orders=draw(
            st.lists(st.tuples(st.integers(0, 2), st.sampled_from(NODES[2:]), units, st.integers(-3, 12)), max_size=6)
        ),
        unit_cost=costs,
        pack_size=np.array(draw(st.lists(st.sampled_from([1.0, 4.0, 12.0]), min_size=3, max_size=3))),
        minimum_order=np.array(draw(st.lists(st.sampled_from([0.0, 10.0]), min_size=3, max_size=3))),
        shelf_life_days=np.array(draw(st.lists(st.sampled_from([np.nan, 2.0, 30.0]), min_size=3, max_size=3))),
        capacity=np.array([draw(st.sampled_from([np.inf, np.inf, 50.0, 300.0])) for _ in NODES]),
    )
    means = {node: [draw(st.sampled_from([0.0, 0.1, 2.0, 9.0])) for _ in range(3)] for node in SELLING}
    target = draw(st.sampled_from([None, 0.8, 0.99]))
    request = ReplenishRequest(
        item_ids=state.items.index.ids,
        node_ids=draw(st.sampled_from([NODES[2:], ("T1", "W1"), ("T3",)])),
        service_target=target,
        service_measure=draw(st.sampled_from(list(ServiceMeasure))),
        budget=draw(st.sampled_from([None, 0.0, 60.0, 400.0, 5000.0])),
        review_days=draw(st.sampled_from([1, 1, 7])),
    )
    return state, poisson_forecast(state, means, days=draw(st.sampled_from([1, 5, 14]))), request


def planned(plugin, state, forecast, request):
    """Call the hook; a network whose lanes only lead in a circle is refused, and drawn again."""
    asked = {"request": request, "state": state, "forecast": forecast, "delivery_costs": None, "deadline": Deadline()}
    try:
        return call(plugin, "replenish", **asked)
    except DataError:
        reject()
