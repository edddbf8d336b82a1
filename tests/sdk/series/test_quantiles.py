"""Quantiles from the table, against the exact ones."""

from __future__ import annotations

import numpy as np
from scipy.stats import gamma, nbinom

from shelfwise.series import demand_quantiles

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def test_quantiles_are_close_to_the_exact_ones():
    """The table is within one unit or 1 % of scipy's quantile in 99 of 100 cases, over seven orders of magnitude."""
    generator = np.random.default_rng(0)
    mean = np.exp(generator.uniform(np.log(1e-3), np.log(1e4), 4000))
    spread = np.exp(generator.uniform(np.log(1e-3), np.log(50.0), 4000))
    table = demand_quantiles(mean, spread, LEVELS)
    exact = nbinom.ppf(np.array(LEVELS)[:, None], 1 / spread, 1 / (1 + spread * mean))
    assert (np.abs(table - exact) <= np.maximum(1.0, 0.01 * exact)).mean() > 0.99
    assert (table == exact).mean() > 0.7


def test_quantiles_are_whole_monotone_and_not_negative():
    """Quantiles of counts are whole numbers that never fall with the level; a mean of 0 has none above 0."""
    mean = np.geomspace(1e-5, 1e6, 300)[:, None]
    quantiles = demand_quantiles(mean, np.geomspace(1e-3, 100, 40)[None, :], LEVELS)
    small = mean[:, 0] <= 1e4
    assert (np.diff(quantiles, axis=0) >= 0).all()
    assert (quantiles[:, small] == np.rint(quantiles[:, small])).all()
    assert (quantiles >= 0).all()
    assert (demand_quantiles(np.zeros(3), np.ones(3), LEVELS) == 0).all()


def test_quantiles_of_fractional_demand_are_those_of_the_gamma():
    """Demand by weight has gamma quantiles, whatever its unit."""
    mean, spread = np.array([0.02, 0.5, 300.0]), np.array([0.1, 0.5, 2.0])
    table = demand_quantiles(mean, spread, (0.25, 0.9), whole=False)
    exact = gamma.ppf(np.array([0.25, 0.9])[:, None], 1 / spread, scale=spread * mean)
    np.testing.assert_allclose(table, exact, rtol=0.01)
