"""What is known before a quantity is chosen."""

import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, poisson_forecast, world

from shelfwise.ordering import assess, from_forecast
from shelfwise.types import ReplenishRequest


def _situation(state, means, **options):
    request = ReplenishRequest(item_ids=state.items.index.ids, node_ids=state.nodes.index.ids[1:])
    demand = from_forecast(poisson_forecast(state, means), request.item_ids, state.nodes.index)
    return assess(
        request,
        state,
        demand,
        None,
        **({"holding_rate_per_year": 0.365, "goodwill_cost": 1.0, "lost_sales": False} | options),
    )


def test_what_was_placed_today_is_in_the_position_but_not_in_the_pipeline():
    """An order that arrives when one placed today would counts as placed today; overdue ones arrive on day 0."""
    orders = [(0, "T1", 3.0, -2), (0, "T1", 5.0, 2), (0, "T1", 7.0, 4)]
    situation = _situation(world(1, STORE, [{}], on_hand={(0, "T1"): 4.0}, open_orders=orders), {"T1": 5.0})

    assert situation.position[0, 1] == 19.0
    assert situation.placed_today[0].tolist() == [0.0, 5.0]
    assert np.flatnonzero(situation.pipeline[0, 1]).tolist() == [0, 4]
    assert situation.pipeline[0, 1, [0, 4]].tolist() == [3.0, 7.0]


def test_upstream_is_the_stock_of_the_source():
    """Endless at suppliers, what is on hand at a warehouse, nothing without a lane."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 12.0, (0, "T1"): 3.0})

    situation = _situation(state, {"T1": 5.0, "T2": 1.0})

    assert situation.upstream[0].tolist() == [0.0, np.inf, 12.0, 12.0]


def test_costs_are_of_a_unit_and_a_day():
    """Shortage is the margin and the goodwill, holding the share of the unit cost for the days of an order."""
    situation = _situation(world(1, STORE, [{"lead_time_sd_days": 1.5}], price=10.0, unit_cost=6.0), {"T1": 5.0})

    assert situation.costs.shortage[0, 1] == 5.0
    assert situation.daily_holding[0, 1] == pytest.approx(0.006)
    assert situation.costs.holding[0, 1] == pytest.approx(0.006 * situation.cycles.days[0, 1])
    assert (situation.lead_days[0, 1], situation.lead_variance[0, 1]) == (2, 2.25)
