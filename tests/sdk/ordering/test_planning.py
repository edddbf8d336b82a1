"""A plan from what a policy wants: levels, reasons, and nothing ordered twice."""

import numpy as np
from inventory_world import CHAIN, CHAIN_LANES, STORE, ordered, poisson_forecast, with_orders, world
from inventory_world import plan as baseline_plan

from shelfwise.ordering import assess, from_forecast, plan
from shelfwise.types import ReplenishRequest


def _situation(state, **request):
    asked = ReplenishRequest(**({"item_ids": state.items.index.ids, "node_ids": state.nodes.index.ids[1:]} | request))
    demand = from_forecast(poisson_forecast(state, {"T1": 5.0}), asked.item_ids, state.nodes.index)
    return assess(asked, state, demand, None, holding_rate_per_year=0.25, goodwill_cost=0.0, lost_sales=False)


def _wanting(situation, units):
    """Return the level of a policy that wants ``units`` on top of what there was before today's orders."""
    return situation.position - situation.placed_today + units


def test_an_order_is_due_below_the_reorder_level_and_fills_up_to_the_level():
    """At the reorder level nothing is ordered; a unit below, the gap to the level is."""
    levels = {"reorder_level": np.full((1, 2), 20.0), "level": np.full((1, 2), 33.0)}

    at, below = (
        plan(_situation(world(1, STORE, [{}], on_hand={(0, "T1"): units})), **levels) for units in (20.0, 19.0)
    )

    assert ordered(at) == {}
    assert ordered(below) == {("S1", "T1", "i0"): 14.0}


def test_without_a_level_the_cost_of_ordering_is_spread():
    """An order that costs something whatever its size is larger than one that does not."""
    free, dear = (_situation(world(1, STORE, [{"fixed_cost": cost}])) for cost in (0.0, 100.0))
    reorder_level = np.full((1, 2), 20.0)

    quantity = [sum(ordered(plan(situation, reorder_level)).values()) for situation in (free, dear)]

    assert quantity[0] == 20.0
    assert quantity[1] == 20.0 + np.rint((dear.cycles.days[0, 1] - 1) * 5.0)


def test_a_policy_says_why():
    """Its text stands before the reason of the line; lines of which it says nothing keep theirs."""
    situation = _situation(world(2, STORE, [{}]))
    reasons = np.array([["", "learned policy: 9 wanted"], ["", ""]], dtype=object)

    (order,) = plan(situation, np.full((2, 2), 9.0), reasons=reasons).orders

    assert order.lines.reasons[0].startswith("learned policy: 9 wanted; 15.0 expected to sell until")
    assert order.lines.reasons[1].startswith("15.0 expected to sell until")


def test_what_is_wanted_today_is_ordered_once():
    """Planning again with the orders under way orders nothing more, whether or not transfers have left."""
    state = world(2, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 30.0, (1, "W1"): 7.0}, pack_size=4.0)
    wanted = np.array([[0.0, 17.0, 9.0, 3.0], [0.0, 5.0, 8.0, 8.0]])
    situation = _situation(state, budget=100.0)
    level = _wanting(situation, wanted)

    first = plan(situation, level, level=level)

    assert len(ordered(first)) > 2
    for left in (True, False):
        again = _situation(with_orders(state, first, left=left), budget=100.0)
        assert ordered(plan(again, _wanting(again, wanted))) == {}


def test_a_source_that_sells_shares_what_it_has():
    """Its own demand is one of those that it supplies: it keeps no more of scarce stock than its share."""
    state = world(1, CHAIN[:3], CHAIN_LANES[:2], on_hand={(0, "W1"): 30.0})

    moved = ordered(baseline_plan(state, poisson_forecast(state, {"W1": 5.0, "T1": 5.0})))["W1", "T1", "i0"]

    assert 8.0 <= moved <= 15.0


def test_a_source_that_sells_keeps_nothing_for_days_after_an_arrival():
    """What comes in tomorrow serves the days after it, so that stock of today may leave."""
    state = world(1, CHAIN[:3], CHAIN_LANES[:2], on_hand={(0, "W1"): 30.0}, open_orders=[(0, "W1", 60.0, 1)])

    moved = ordered(baseline_plan(state, poisson_forecast(state, {"W1": 5.0, "T1": 5.0})))["W1", "T1", "i0"]

    assert moved >= 14.0
