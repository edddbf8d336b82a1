"""What today's orders cost, as far as it is for today."""

from datetime import timedelta

import numpy as np
import pytest
from fakes import small_state

from shelfwise.coordination.ordering_cost import ordering_cost
from shelfwise.types import Order, OrderLines, ReplenishmentPlan, StockOutlook

STATE = small_state()


def cost(quantity, *, source="farm", target="depot", before=0.0, soon=4.0, in_all=12.0):
    """Return what an order of apples costs now: 6 to place it, and 0.50 to carry each."""
    lines = OrderLines(("apple",), [quantity], cost=[quantity * (0.5 + (1.0 if source == "farm" else 0.0))])
    order = Order("o", source, target, STATE.starts_on, STATE.starts_on + timedelta(days=1), lines, 6.0)
    nothing = StockOutlook(STATE.items.index, STATE.nodes.index, *(np.zeros((3, 3)),) * 3)
    plan = ReplenishmentPlan(STATE.items.index, STATE.nodes.index, (order,), nothing, np.zeros((3, 3, 1)))
    there, early, late = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))
    there[0, 2], early[0, 2], late[0, 2] = before, soon, in_all
    return ordering_cost(STATE, plan, there, early, late, early.sum(axis=1))


@pytest.mark.parametrize(("source", "target"), [("farm", "depot"), ("depot", "shop")])
def test_an_order_is_charged_for_the_days_until_the_next(source, target):
    """Four units are needed until then; of twelve, which all sell later, a third is charged; of four, all."""
    assert cost(4.0, source=source, target=target) == pytest.approx(6.0 + 4 * 0.5)
    assert cost(12.0, source=source, target=target) == pytest.approx((6.0 + 12 * 0.5) / 3)


def test_an_order_that_only_serves_later_days_costs_nothing_today():
    """Stock lasts until the next order could come, and what is ordered sells after it."""
    assert cost(8.0, before=4.0) == 0.0


def test_what_would_lie_for_too_long_saves_no_later_order():
    """Of twelve units four are for later, where eight are there already."""
    assert cost(12.0, before=8.0) == pytest.approx((6.0 + 12 * 0.5) * 8 / 12)
    assert cost(12.0, before=50.0) == pytest.approx(6.0 + 12 * 0.5)
