"""Bins of whole demand: quantiles and means of known distributions."""

import numpy as np
from scipy import stats
from shelfwise_forecaster_ensemble.members.counts import Bins
from shelfwise_forecaster_ensemble.outlook import LEVELS


def test_small_numbers_have_bins_of_their_own():
    """Each small number that is common is a bin, and the rare ones above share one."""
    bins = Bins.of(np.random.default_rng(0).poisson(1.0, 10_000).astype(np.float32))

    assert bins.first[:4].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert bins.first[-1] <= 7.0


def test_quantiles_of_a_poisson_are_its_own():
    """With the true probabilities of single numbers the quantiles are exact."""
    bins = Bins(np.arange(30.0), np.ones(30), np.arange(30.0))
    chance = stats.poisson(3.0).pmf(np.arange(30))[None]

    np.testing.assert_array_equal(bins.quantiles(chance)[0], stats.poisson(3.0).ppf(LEVELS))
    np.testing.assert_allclose(bins.means(chance)[0], 3.0, atol=0.02)


def test_what_is_hardly_possible_hardly_counts():
    """A chance of three in a thousand to sell a thousand counts as one of a unit, where little else is sold."""
    bins = Bins(np.array([0.0, 1.0, 900.0]), np.array([1.0, 899.0, 201.0]), np.array([0.0, 2.0, 1000.0]))
    chance = np.array([[0.997, 0.0, 0.003], [0.5, 0.497, 0.003], [0.5, 0.0, 0.5]])

    np.testing.assert_allclose(bins.means(chance), [0.003, 1.0, 500.0])


def test_demand_falls_into_the_bin_that_holds_it():
    """The code of a demand is that of the last bin that begins no later."""
    bins = Bins(np.array([0.0, 1.0, 5.0]), np.array([1.0, 4.0, 10.0]), np.array([0.0, 2.0, 8.0]))

    assert bins.code(np.array([0.0, 1.0, 4.0, 5.0, 400.0])).tolist() == [0, 1, 1, 2, 2]


def test_demand_that_never_varies_still_has_two_bins():
    """A record of zeros alone is no error."""
    assert Bins.of(np.zeros(100, np.float32)).first.size == 2
