"""Popularity: recent sales, by zone and by what the customer looks at."""

import numpy as np
import pytest
from hybrid_world import history, rows
from shelfwise_recommender_hybrid.legs import Popular

ALIKE = np.zeros(3, np.int64)
NOWHERE = np.array([-1])


def test_a_sale_counts_half_after_the_half_life():
    """Item 0 sold ten days before item 1 counts half as much, with a twentieth of a sale for each."""
    leg = Popular.fit(history([[0], [1]], items=3), ALIKE, NOWHERE, 0, half_life_days=10.0)

    assert leg.overall.tolist() == pytest.approx([0.55 / 1.65, 1.05 / 1.65, 0.05 / 1.65])


def test_a_zone_is_drawn_towards_all_zones():
    """In its zone an item counts more than over all, and an unknown zone gets what sells over all."""
    leg = Popular.fit(history([[0]] * 30, [[1]] * 30, items=3), ALIKE, np.array([0, 1]), 2, half_life_days=1e6)
    share = leg.shares(rows([], [], []), np.array([0, 1, -1]))

    assert share[0, 0] > share[2, 0] > share[1, 0]
    assert np.array_equal(share[2], leg.overall)
    expected = (30.0 + 50.0 * leg.overall[0]) / 80.0
    assert share[0, 0] == pytest.approx(expected, rel=1e-3)


def test_strangers_of_no_zone_are_counted():
    """Sessions of nobody known count over all."""
    past = history([[0]], [[1]], items=3)
    leg = Popular.fit(past, ALIKE, np.array([0]), 1, half_life_days=1e6)

    assert leg.overall[1] == leg.overall[0]


def test_the_category_looked_at_counts_more():
    """Whoever looked at cakes is shown cakes first, in the order in which they sell."""
    leg = Popular.fit(history([[0]] * 9, [[1]] * 2, [[2]], items=3), np.array([0, 1, 1]), np.full(3, -1), 0, 1e6)
    stranger, guest = leg.shares(rows([], [[2]] * 12), np.array([-1, -1]))

    assert np.argmax(stranger) == 0
    assert np.argsort(-guest).tolist()[:2] == [1, 2]
    assert guest.sum() == pytest.approx(1.0, abs=1e-5)


def test_company_changes_nothing():
    """A stranger's shares are the same beside somebody with events, to the last digit."""
    leg = Popular.fit(history([[0]] * 9, [[1]], items=3), np.array([0, 1, 1]), np.full(2, -1), 0, 1e6)

    alone, beside = leg.shares(rows([]), NOWHERE), leg.shares(rows([], [[1]]), np.array([-1, -1]))
    assert np.array_equal(alone[0], beside[0])


def test_the_half_life_follows_how_fast_fashion_moves():
    """What sold last sells next: a short half-life; what always sold sells next: a long one."""
    past = history([[0]] * 20 + [[1]], items=2)

    assert Popular.best_half_life(past, np.array([1, 1, 1])) < Popular.best_half_life(past, np.array([0, 0, 0]))


def test_a_stranger_is_told_the_same_in_company():
    """Whoever else is asked for, a row without events has the shares of its zone, to the last digit."""
    generator = np.random.default_rng(0)
    sold = [[[int(item)] for item in generator.integers(0, 2_000, 30)] for _ in range(20)]
    leg = Popular.fit(history(*sold, items=2_000), np.arange(2_000) % 7, np.arange(20) % 3, 3, half_life_days=50.0)
    zone = np.array([0, 1, 2, -1, 0])

    share = leg.shares(rows([], [], [], [], [[5], [6]]), zone)

    assert np.array_equal(share[:4], leg.by_zone[zone[:4]])
    assert not np.array_equal(share[4], leg.by_zone[0])
