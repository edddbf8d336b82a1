"""Items like those had: cosine by hand, and how much it counts."""

import numpy as np
import pytest
from hybrid_world import content, plain, rows
from shelfwise_recommender_hybrid.legs import Similar

NOWHERE = np.array([-1])
EVEN = np.full(4, 0.25, np.float32)


def test_items_alike_are_likelier():
    """Whoever had tea gets tea: its cosine is one, that of cake none."""
    leg = Similar.fit(content(["tea", "tea", "cake", "cake"]), EVEN)
    sequences = rows([[0]])

    assert leg.cosine(sequences)[0].tolist() == pytest.approx([1.0, 1.0, 0.0, 0.0])
    share = leg.shares(sequences, NOWHERE)[0]
    assert share[1] / share[2] == pytest.approx(np.exp(leg.sharpness), rel=1e-4)


def test_popularity_decides_between_items_alike():
    """Of two items alike the one that sells better comes first, as the root of its share."""
    popularity = np.array([0.1, 0.4, 0.1, 0.4], np.float32)
    share = Similar.fit(content(["tea", "tea", "cake", "cake"]), popularity).shares(rows([[0]]), NOWHERE)[0]

    assert share[1] / share[0] == pytest.approx(2.0, rel=1e-4)


def test_nothing_known_is_popularity():
    """Without features, or without a history, popularity to the half decides alone."""
    for leg, sequences in (
        (Similar.fit(plain(4), EVEN), rows([[0]])),
        (Similar.fit(content(list("aabb")), EVEN), rows([])),
    ):
        assert np.allclose(leg.shares(sequences, NOWHERE), 0.25)


def test_tuning_trusts_likeness_that_comes_true():
    """The sharpness is greatest where the next item was always alike, and least where it never was."""
    leg = Similar.fit(content(["tea", "tea", "cake", "cake"]), EVEN)
    sequences = rows(*[[[0]]] * 5)
    alike, other = (leg.tuned(sequences, np.arange(5), np.full(5, item)).sharpness for item in (1, 2))

    assert alike > leg.sharpness > other
