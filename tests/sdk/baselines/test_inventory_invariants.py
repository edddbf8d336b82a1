"""What must hold for the plans of any network: nothing is ordered twice, and every limit is kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_strategies import planned, worlds
from inventory_world import ordered, with_orders

from shelfwise.baselines.heuristic import HeuristicInventory
from shelfwise.baselines.heuristic.kinds import Kind
from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.invariants import check_replenishment

PLUGINS = [
    pytest.param(BaselineInventory(), id="baseline"),
    pytest.param(BaselineInventory(lost_sales=False), id="waiting"),
    *(pytest.param(HeuristicInventory(kind=kind.value), id=kind.value) for kind in Kind),
]


@pytest.mark.parametrize("plugin", PLUGINS)
@settings(max_examples=120, deadline=None, derandomize=True)
@given(worlds(), st.booleans())
def test_planning_again_with_the_orders_under_way_orders_nothing_more(plugin, drawn, left):
    """Orders of a plan, injected as open orders, satisfy the next plan of the same day.

    That holds whether or not the transfers have been taken from the stock of their source.
    """
    state, forecast, request = drawn

    first = planned(plugin, state, forecast, request)
    again = planned(plugin, with_orders(state, first, left=left), forecast, request)

    assert ordered(again) == {}


@pytest.mark.parametrize("plugin", PLUGINS)
@settings(max_examples=120, deadline=None, derandomize=True)
@given(worlds())
def test_every_limit_is_kept(plugin, drawn):
    """Packs, minimums, lanes, budget, source stock, and only lanes that exist and take orders today."""
    state, forecast, request = drawn

    answer = planned(plugin, state, forecast, request)

    assert check_replenishment(request, state, answer) == ()
    taken = np.zeros(state.on_hand.shape)
    names, lanes_of = state.nodes.index, state.lanes
    for (source, node, item), quantity in ordered(answer).items():
        row = state.items.index.position(item)
        fits = (
            (lanes_of.from_node == names.position(source))
            & (lanes_of.to_node == names.position(node))
            & np.isin(lanes_of.item, [-1, row])
            & (quantity >= lanes_of.minimum)
            & (quantity <= lanes_of.maximum)
            & lanes_of.order_weekdays[:, state.starts_on.weekday()]
        )
        assert fits.any()
        if not source.startswith("S"):
            taken[row, names.position(source)] += quantity
    assert (taken <= state.on_hand + 1e-9).all()
