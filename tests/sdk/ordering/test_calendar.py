"""Lanes that take orders on some weekdays only."""

from datetime import date

import attrs
import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, ordered, plan, poisson_forecast, with_orders, world
from scipy import stats

from shelfwise.invariants import check_replenishment
from shelfwise.ordering.calendar import order_calendar
from shelfwise.types import ReplenishRequest

MONDAY, TUESDAY, FRIDAY = 0, 1, 4
"""The worlds plan for orders of a Tuesday."""


@pytest.mark.parametrize(
    ("days", "review_days", "today", "gap"),
    [
        (range(7), 1, True, 1),
        (range(7), 3, True, 3),
        ([TUESDAY], 1, True, 7),
        ([TUESDAY, FRIDAY], 1, True, 3),
        ([TUESDAY, FRIDAY], 4, True, 7),
        ([MONDAY], 1, False, 6),
        ([MONDAY], 7, False, 13),
        ([TUESDAY], 8, True, 14),
    ],
)
def test_the_next_order_is_on_the_first_open_day_after_the_review_period(days, review_days, today, gap):
    """On Tuesday, 2 January 2024."""
    weekdays = np.isin(np.arange(7), days)[None, :]

    open_today, next_order = order_calendar(weekdays, date(2024, 1, 2), review_days)

    assert (open_today.tolist(), next_order.tolist()) == ([today], [gap])


def test_on_a_day_without_orders_nothing_is_ordered():
    """An empty shelf waits for the lane's day; its unit is worth its margin all the same."""
    state = world(1, STORE, [{"order_weekdays": [MONDAY]}])

    answer = plan(state, poisson_forecast(state, {"T1": 5.0}))

    assert answer.orders == ()
    assert answer.stock_outlook.unit_value[0, 0] == pytest.approx(4.0, abs=0.05)


def test_an_order_lasts_until_the_order_after_it_can_arrive():
    """Two days of lead time and three until Friday: the quantile of Poisson 25; a review period of 4 waits a week."""
    state = world(1, STORE, [{"order_weekdays": [TUESDAY, FRIDAY]}])
    forecast = poisson_forecast(state, {"T1": 5.0})

    soon, later = (plan(state, forecast, service_target=0.9, review_days=days) for days in (1, 4))

    assert ordered(soon) == {("S1", "T1", "i0"): stats.poisson.ppf(0.9, 25)}
    assert ordered(later) == {("S1", "T1", "i0"): stats.poisson.ppf(0.9, 45)}


def test_each_lane_has_its_own_days():
    """A warehouse that buys weekly covers a week more; stores that are supplied daily do not."""
    lanes = [CHAIN_LANES[0] | {"order_weekdays": [TUESDAY]}, *CHAIN_LANES[1:]]
    state = world(1, CHAIN, lanes, on_hand={(0, "W1"): 30.0})

    quantity = ordered(plan(state, poisson_forecast(state, {"T1": 2.0, "T2": 3.0}), service_target=0.9))

    assert quantity["S1", "W1", "i0"] == stats.poisson.ppf(0.9, 5 * (5 + 1 + 7)) - 30.0
    assert quantity["W1", "T1", "i0"] == stats.poisson.ppf(0.9, 2 * (1 + 1))


def test_lines_of_other_days_do_not_share_an_order():
    """An item that is bought on Mondays does not make an order of the others due."""
    lanes = [{}, {"item": 1, "order_weekdays": [MONDAY]}]
    state = world(2, STORE, lanes, on_hand={(0, "T1"): 500.0})

    assert ordered(plan(state, poisson_forecast(state, {"T1": 5.0}))) == {}


@pytest.mark.parametrize("left", [True, False])
def test_planning_again_on_an_order_day_orders_nothing_more(left):
    """Orders that arrive as today's would count as placed today only where the lane takes orders today."""
    lanes = [CHAIN_LANES[0] | {"order_weekdays": [TUESDAY]}, CHAIN_LANES[1] | {"order_weekdays": [MONDAY]}]
    state = world(1, CHAIN, [*lanes, CHAIN_LANES[2]], on_hand={(0, "W1"): 20.0})
    forecast = poisson_forecast(state, {"T1": 2.0, "T2": 3.0})

    first = plan(state, forecast, budget=200.0)

    assert {node for _, node, _ in ordered(first)} == {"W1", "T2"}
    assert ordered(plan(with_orders(state, first, left=left), forecast, budget=200.0)) == {}


def test_an_order_on_a_closed_day_breaks_an_invariant():
    """The check names the order and the weekday."""
    state = world(1, STORE, [{}])
    answer = plan(state, poisson_forecast(state, {"T1": 5.0}))
    closed = attrs.evolve(state, lanes=attrs.evolve(state.lanes, order_weekdays=np.zeros((1, 7), dtype=bool)))
    request = ReplenishRequest(("i0",), ("T1",))

    (problem,) = check_replenishment(request, closed, answer)

    assert answer.orders[0].order_id in problem
    assert "placed on Tuesday" in problem
