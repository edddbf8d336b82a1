"""Return on what coordination costs."""

import pytest

from shelfwise.evaluation.report import Interval
from shelfwise.twin.investment import returns
from shelfwise.twin.scenario import Operation

COSTS = Operation(introduction_cost=6.0, running_cost_per_year=3.0)


def test_a_gain_is_set_against_all_costs_of_the_first_year():
    """Twice the costs is a return of all of them; the introduction is paid back from what running it leaves."""
    found = returns(Interval(18.0, 9.0, 27.0), COSTS)

    assert found.first_year == Interval(1.0, 0.0, 2.0)
    assert found.payback_weeks.estimate == pytest.approx(52 * 6 / 15)
    assert found.payback_weeks.low == pytest.approx(52 * 6 / 24)
    assert found.payback_weeks.high == pytest.approx(52.0)


def test_what_does_not_pay_for_its_running_is_never_paid_back():
    """A loss is told as one."""
    found = returns(Interval(2.0, -1.0, 3.0), COSTS)

    assert found.payback_weeks.estimate == float("inf")
    assert found.first_year.low < -1.0
