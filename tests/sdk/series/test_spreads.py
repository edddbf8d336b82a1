"""How far demand scatters: likelihood and shrinkage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom

from shelfwise.series import SPREADS, fit_spreads, log_likelihood


def test_likelihood_is_the_negative_binomial_one():
    """It differs from scipy's log-probability by a term that does not depend on mean or spread."""
    generator = np.random.default_rng(2)
    units, mean = generator.poisson(2.0, (1, 40)).astype(float), generator.uniform(0.5, 5.0, (1, 40))
    ours = log_likelihood(units, mean, np.ones((1, 40), dtype=bool), SPREADS)[0]
    exact = nbinom.logpmf(units[0], 1 / SPREADS[:, None], 1 / (1 + SPREADS[:, None] * mean[0])).sum(axis=1)
    np.testing.assert_allclose(ours - ours[0], exact - exact[0], atol=1e-8)


def test_spreads_are_found_and_shrunk():
    """Calm and wild series are told apart by long records; one without a record gets the typical spread."""
    generator = np.random.default_rng(4)
    truth = np.append(np.repeat([0.1, 3.0], 100), 1.0)
    scatter = generator.gamma(1 / truth[:, None], truth[:, None], (201, 80))
    units = generator.poisson(10.0 * scatter).astype(float)
    mask = np.ones(units.shape, dtype=bool)
    mask[-1] = False
    spread = fit_spreads(log_likelihood(units, np.full(units.shape, 10.0), mask, SPREADS), np.full(201, 10.0))
    assert np.median(spread[:100]) == pytest.approx(0.1, rel=0.4)
    assert np.median(spread[100:200]) == pytest.approx(3.0, rel=0.4)
    assert 0.1 < spread[-1] < 3.0
