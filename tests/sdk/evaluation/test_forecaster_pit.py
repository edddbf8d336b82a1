"""Coverage of counts and of amounts, when the forecast is right and when it is not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, poisson

from shelfwise.evaluation.forecaster_pit import pit_coverage

LEVELS = (0.025, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.975)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_a_right_forecast_of_counts_covers_what_it_says(share):
    """Seldom sold items are covered as often as stated, although their intervals hold far more on their ends."""
    units = np.random.default_rng(0).poisson(0.5, 200_000).astype(float)
    quantiles = np.repeat(poisson.ppf(LEVELS, 0.5)[:, None], units.size, axis=1)
    assert pit_coverage(LEVELS, quantiles, units, share).mean() == pytest.approx(share, abs=0.08)
    assert ((units >= quantiles[2]) & (units <= quantiles[6])).mean() > 0.85


def test_a_right_forecast_of_amounts_is_covered_as_usual():
    """Without ties it is the share of units inside the interval."""
    units = np.random.default_rng(0).normal(size=10_000)
    quantiles = np.repeat(norm.ppf(LEVELS)[:, None], units.size, axis=1)
    inside = (units > quantiles[2]) & (units < quantiles[6])
    np.testing.assert_allclose(pit_coverage(LEVELS, quantiles, units, 0.5), inside)


def test_too_narrow_an_interval_covers_too_little():
    """A forecast that is far too sure has units on neither side of the middle inside its intervals."""
    units = np.random.default_rng(0).poisson(5.0, 20_000).astype(float)
    quantiles = np.repeat(np.array(LEVELS)[:, None] * 0.1 + 5.0, units.size, axis=1)
    assert pit_coverage(LEVELS, quantiles, units, 0.8).mean() < 0.2


def test_a_point_that_is_always_right_is_covered_by_its_share():
    """Where all quantiles and the unit agree, the unit takes up the whole distribution."""
    assert pit_coverage(LEVELS, np.full((9, 1), 3.0), np.array([3.0]), 0.5) == pytest.approx([0.5])
