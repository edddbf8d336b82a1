"""The law of demand over an interval against scipy and by summation."""

import numpy as np
import pytest
from scipy import stats

from shelfwise.ordering.law import CountLaw


def test_it_is_the_negative_binomial_of_its_moments():
    """The cdf equals scipy's for the r and p that the moments give."""
    units = np.arange(80.0)

    law = CountLaw(np.full(80, 7.0), np.full(80, 21.0))

    assert law.cdf(units) == pytest.approx(stats.nbinom.cdf(units, 3.5, 1 / 3), abs=1e-12)


def test_it_is_poisson_where_the_variance_is_the_mean_or_less():
    """Counts scatter at least as a Poisson does."""
    units = np.arange(40.0)

    law = CountLaw(np.full(40, 12.0), np.full(40, 3.0))

    assert law.cdf(units) == pytest.approx(stats.poisson.cdf(units, 12), abs=1e-4)


@pytest.mark.parametrize("probability", [0.01, 0.5, 0.8, 0.975, 0.9999])
def test_the_quantile_is_the_least_count_that_suffices(probability):
    """Quantiles of many laws at once equal scipy's, one by one."""
    mean = np.array([0.02, 0.7, 5.0, 40.0, 3000.0])
    variance = mean * np.array([1.5, 2.0, 1.3, 6.0, 10.0])

    quantile = CountLaw(mean, variance).quantile(probability)

    assert quantile.tolist() == stats.nbinom.ppf(probability, mean**2 / (variance - mean), mean / variance).tolist()


@pytest.mark.parametrize("units", [-2.0, 0.0, 0.5, 3.0, 7.25, 60.0])
def test_units_short_and_left_are_expectations(units):
    """E[(D - x)+] and E[(x - D)+] equal the sums over all counts, for whole and broken x."""
    counts = np.arange(4000)
    chance = stats.nbinom.pmf(counts, 3.5, 1 / 3)
    law = CountLaw(np.array([7.0]), np.array([21.0]))

    assert law.shortage(units)[0] == pytest.approx(np.maximum(counts - units, 0) @ chance, abs=1e-9)
    assert law.surplus(units)[0] == pytest.approx(np.maximum(units - counts, 0) @ chance, abs=1e-9)


def test_no_demand_needs_nothing():
    """A mean of zero has quantile 0, no shortage, and is never exceeded."""
    law = CountLaw(np.zeros(2), np.array([0.0, 3.0]))

    assert law.quantile(0.999).tolist() == [0.0, 0.0]
    assert law.shortage(np.array([0.0, 1.0])).tolist() == [0.0, 0.0]
    assert law.exceeds(0.0).tolist() == [0.0, 0.0]
