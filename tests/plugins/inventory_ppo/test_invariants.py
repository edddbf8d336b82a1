"""What must hold for the plugin's plans of any network, whoever decides a line."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_strategies import planned, worlds
from inventory_world import ordered, with_orders
from shelfwise_inventory_ppo import PPOInventory
from shelfwise_inventory_ppo.evidence import Evidence
from shelfwise_inventory_ppo.gate import Gate
from shelfwise_inventory_ppo.heuristics import Heuristics
from shelfwise_inventory_ppo.verdicts import Verdicts

from shelfwise.invariants import check_replenishment
from shelfwise.types import Index

ITEMS, STORES = ("i0", "i1", "i2"), ("T1", "T2", "T3")


def _plugin(low, **options):
    """Return a plugin with a trial of every item at every store, of which the lower end of the saving is ``low``."""
    item, node = (part.reshape(-1) for part in np.indices((len(ITEMS), len(STORES))))
    same = np.full(len(item), low)
    heuristics = Heuristics(np.arange(len(item)) % 2, np.full(len(item), 1.0), np.full(len(item), 1.5))
    verdicts = Verdicts(heuristics, same, same, same)
    gate = Gate(Index(ITEMS), Index(STORES), item, node, np.ones(len(item), int), verdicts, Evidence.shipped())
    plugin = PPOInventory(**options)
    plugin._learned = attrs.evolve(plugin._learned, gate=gate)
    return plugin


PLUGINS = [
    pytest.param(_plugin(0.01), id="learned"),
    pytest.param(_plugin(-0.01), id="simple"),
    pytest.param(_plugin(0.01, lost_sales=False), id="waiting"),
]


@pytest.mark.parametrize("plugin", PLUGINS)
@settings(max_examples=100, deadline=None, derandomize=True)
@given(worlds(), st.booleans())
def test_planning_again_with_the_orders_under_way_orders_nothing_more(plugin, drawn, left):
    """Orders of a plan, injected as open orders, satisfy the next plan of the same day, and every limit is kept."""
    state, forecast, request = drawn

    first = planned(plugin, state, forecast, request)
    again = planned(plugin, with_orders(state, first, left=left), forecast, request)

    assert check_replenishment(request, state, first) == ()
    assert ordered(again) == {}


@pytest.mark.parametrize("plugin", PLUGINS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(worlds())
def test_every_line_says_who_decided(plugin, drawn):
    """The learned policy, a simple one or the formula, what for, and why."""
    state, forecast, request = drawn

    for order in planned(plugin, state, forecast, request).orders:
        for reason in order.lines.reasons:
            policy, _, why = reason.partition("; ")[0].partition(", ")
            name, _, goal = policy.partition(" for ")
            assert name in ("learned policy", "capped base-stock", "projected inventory level", "order-up-to formula")
            assert goal.startswith(("least cost", "cycle service of", "a fill rate of"))
            assert ("cheaper than" in why) if name == "learned policy" else why.startswith("as ")
