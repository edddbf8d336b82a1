"""Calibration: from shares to probabilities that come true."""

import numpy as np
import pytest
from shelfwise_recommender_hybrid.calibration import Calibration
from shelfwise_recommender_hybrid.evidence import CONTEXT_WIDTH


def world(rows=4_000, width=10, seed=0):
    """Return shares, contexts, the true probability of each candidate, and what was bought."""
    generator = np.random.default_rng(seed)
    share = generator.dirichlet(np.full(width, 0.7), rows).astype(np.float32) + np.float32(1e-5)
    context = np.zeros((rows, CONTEXT_WIDTH + 2), np.float32)
    context[:, 1] = generator.integers(0, 3, rows)
    logit = -1.0 + 0.8 * np.log(share) + 0.7 * context[:, 1:2]
    truth = 1.0 / (1.0 + np.exp(-logit))
    return share, context, truth, generator.random((rows, width)) < truth


@pytest.fixture(scope="module")
def fitted():
    """Return the curve learned from a simulation of one window."""
    share, context, _, bought = world()
    return Calibration.fit(share, context, bought, 1.0)


def test_simulated_probabilities_are_recovered(fitted):
    """On other rows the probabilities are the true ones, within a hundredth or so."""
    share, context, truth, _ = world(seed=8)

    assert np.abs(fitted.probability(share, context) - truth).mean() < 0.01


def test_what_is_said_comes_true(fitted):
    """In each fifth of the predictions the mean is near the rate of purchases."""
    share, context, _, bought = world(seed=8)
    said = fitted.probability(share, context).ravel()
    for part in np.array_split(np.argsort(said), 5):
        assert said[part].mean() == pytest.approx(bought.ravel()[part].mean(), abs=0.02)


def test_a_higher_share_is_a_higher_probability(fitted):
    """Within a row the order stays."""
    share = np.linspace(1e-6, 0.9, 50, dtype=np.float32)[None]
    context = np.zeros((1, CONTEXT_WIDTH), np.float32)

    assert (np.diff(fitted.probability(share, context)[0]) > 0).all()


def test_two_windows_are_two_chances():
    """Over two windows of learning the chance of none is that of one squared."""
    one, two = (Calibration.blank(exponent) for exponent in (1.0, 2.0))
    share, context = np.array([[0.2, 0.0]], np.float32), np.zeros((1, CONTEXT_WIDTH), np.float32)
    once, twice = one.probability(share, context)[0], two.probability(share, context)[0]

    assert twice[0] == pytest.approx(1.0 - (1.0 - once[0]) ** 2)
    assert twice[1] == 0.0


@pytest.mark.parametrize("share", [0.0, 1e-30, 1.0])
def test_extremes_are_probabilities(fitted, share):
    """No share gives less than 0, more than 1 or no number."""
    found = fitted.probability(np.array([[share]], np.float32), np.zeros((1, CONTEXT_WIDTH), np.float32))

    assert 0.0 <= found[0, 0] <= 1.0


@pytest.mark.parametrize("bought", [False, True])
def test_one_sided_lessons_are_no_error(bought):
    """Where nothing or everything was bought there is still a curve, that rises with the share."""
    share, context, _, _ = world(rows=20)
    curve = Calibration.fit(share, context, np.full(share.shape, bought), 1.0)
    found = curve.probability(np.array([[0.1, 0.2]], np.float32), context[:1])[0]

    assert 0.0 < found[0] < found[1] < 1.0


def test_company_changes_nothing(fitted):
    """A row's probabilities are the same alone and among others, to the last digit."""
    share, context, _, _ = world(rows=30)
    together = fitted.probability(share, context)

    for row in range(30):
        assert np.array_equal(fitted.probability(share[row : row + 1], context[row : row + 1])[0], together[row])
