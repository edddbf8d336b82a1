"""Probabilities learned from scores."""

import numpy as np
import pytest
from scipy.special import expit
from shelfwise_recommender_implicit.calibration import Calibration


def drawn(size=200_000, seed=0):
    """Return scores, numbers of items had, and purchases that follow a known law."""
    generator = np.random.default_rng(seed)
    score, had = generator.uniform(0.0, 1.0, size), generator.integers(1, 50, size).astype(float)
    chance = expit(-4.0 + 3.0 * score + 0.5 * np.log1p(had))
    return score, had, chance, generator.uniform(size=size) < chance


def test_a_known_law_is_found():
    """Purchases drawn from a logistic law are given their probabilities back."""
    score, had, chance, bought = drawn()

    found = Calibration.fit(score, had, bought)

    assert np.abs(found.of(score[:, None], had)[:, 0] - chance).mean() < 0.005
    assert found.slope == pytest.approx(3.0, rel=0.1)
    assert found.activity == pytest.approx(0.5, rel=0.1)


def test_probabilities_rank_as_scores_do():
    """Even where higher scores were bought less the probability does not fall."""
    score, had, _, bought = drawn()

    chance = Calibration.fit(-score, had, bought).of(np.linspace(-1.0, 0.0, 20)[None], np.array([5.0]))[0]

    assert (np.diff(chance) > 0.0).all()


def test_two_windows_are_two_chances():
    """A probability learned over half the window is that of buying in either half."""
    score, had, _, bought = drawn(5_000)
    half, whole = Calibration.fit(score, had, bought), Calibration.fit(score, had, bought, windows=2.0)

    one, two = (law.of(score[:5, None], had[:5]) for law in (half, whole))

    assert two == pytest.approx(1.0 - (1.0 - one) ** 2)


@pytest.mark.parametrize("size", [0, 100])
def test_without_a_purchase_probabilities_are_small(size):
    """Where nothing was bought, or there was nobody to buy, nothing is certain and nothing likely."""
    nothing = np.zeros(size, dtype=bool)

    found = Calibration.fit(np.linspace(0.0, 1.0, size), np.ones(size), nothing)

    chance = found.of(np.array([[0.0, 1.0]]), np.ones(1))
    assert ((chance > 0.0) & (chance < 0.05)).all()
