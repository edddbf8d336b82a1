"""The projected stock against what it stands for."""

import numpy as np
import pytest
from scipy import integrate, stats

from shelfwise.simulation.projection import projected


def test_what_waits_is_no_cut():
    """With backorders the mean is what there is and comes less the demand, and the variances add up."""
    mean, variance = projected([3.0, 40.0], [[1.0, 2.0], [0.0, 5.0]], 4.0, [2.0], lost=False)

    np.testing.assert_allclose(mean, [-2.0, 37.0])
    np.testing.assert_allclose(variance, [4.0, 4.0])


@pytest.mark.parametrize("stock", [0.0, 3.0, 8.0, 30.0])
def test_one_period_of_lost_sales_is_exact_for_normal_demand(stock):
    """Mean and variance of what is left are those of the normal law cut at zero."""
    law = stats.norm(stock - 5.0, 2.0)
    first, second = (
        integrate.quad(lambda left, power=power: left**power * law.pdf(left), 0.0, 80.0, points=[stock])[0]
        for power in (1, 2)
    )

    mean, variance = projected(stock, [0.0], [5.0], [4.0], lost=True)

    assert float(mean) == pytest.approx(first, abs=1e-7)
    assert float(variance) == pytest.approx(second - first**2, abs=1e-7)


def test_several_periods_of_lost_sales_are_near_the_truth():
    """Gamma demand in four periods with arrivals between: mean within 2 %, deviation within 10 %."""
    random = np.random.default_rng(0)
    stock, arriving = np.full(200_000, 12.0), [3.0, 0.0, 6.0, 0.0]
    for units in arriving:
        stock = np.maximum(stock - random.gamma(4.0, 1.25, len(stock)), 0.0) + units

    mean, variance = projected(12.0, arriving, [5.0], [6.25], lost=True)

    assert float(mean) == pytest.approx(stock.mean(), rel=0.02)
    assert float(np.sqrt(variance)) == pytest.approx(stock.std(), rel=0.1)


def test_periods_without_demand_change_nothing():
    """An item-node of a shorter lead time can be padded, beside one where demand waits."""
    pipeline, lost = np.array([[2.0, 1.0], [2.0, 1.0]]), np.array([True, False])
    padded = np.concatenate([pipeline, np.zeros((2, 3))], axis=1)
    mean, variance = np.array([4.0, 4.0]), np.array([3.0, 3.0])

    short = projected([5.0, 5.0], pipeline, mean[:, None], variance[:, None], lost)
    long = projected(
        [5.0, 5.0], padded, *(np.pad(m[:, None] * [1.0, 1.0], ((0, 0), (0, 3))) for m in (mean, variance)), lost
    )

    np.testing.assert_array_equal(short, long)
    assert short[0][0] > short[0][1]
