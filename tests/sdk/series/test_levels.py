"""Levels: what a record says of the mean, and what its like says."""

from __future__ import annotations

import numpy as np
import pytest

from shelfwise.series import Kinship, discounted_sums, level_weights, posterior_level, shrunk_levels


def test_discounted_sums_by_hand():
    """With a half-life of one period, weights are 1, 1/2 and 1/4 from the last period back; a masked one has none."""
    weight = np.array([[1.0, 0.0, 1.0]])
    sold, periods = discounted_sums(np.array([[4.0, 2.0, 6.0]]) * weight, weight, half_life=1.0)
    assert sold[0] == pytest.approx(7.0)
    assert periods[0] == pytest.approx(1.25)


def test_a_promoted_period_weighs_no_more_than_it_tells():
    """A period expected to sell ten times as much counts about as one plain period, not as ten."""
    factor = np.array([[1.0, 10.0]])
    weight = level_weights(np.array([[50.0, 500.0]]), factor, np.ones((1, 2), dtype=bool), spread=1.0)
    assert weight[0, 0] == pytest.approx(1.0)
    assert (weight * factor)[0, 1] == pytest.approx(1.0, rel=0.1)


def test_levels_lean_on_the_category_when_the_record_is_short():
    """A long record keeps its own mean, none at all takes the category's, and doubt falls with the record."""
    generator = np.random.default_rng(3)
    periods = np.append(np.full(60, 100.0), [2.0, 0.0])
    sold = np.append(generator.gamma(4.0, 1.0, 60) * 100.0, [20.0, 0.0])
    kin = Kinship(np.arange(62), np.zeros(62, dtype=np.int64), np.zeros(62, dtype=np.int64))
    levels = shrunk_levels(sold, periods, kin, spread=1.0, launch_ratio=1.0)
    np.testing.assert_allclose(levels.level[:60], sold[:60] / 100.0, rtol=0.05, atol=0.3)
    assert levels.groups[0] < levels.level[60] < 10.0
    assert levels.level[61] == pytest.approx(levels.groups[0])
    assert levels.doubt[0] < levels.doubt[60] < levels.doubt[61] == pytest.approx(levels.prior_doubt)


def test_dead_items_and_bestsellers_are_believed():
    """Forty days without a sale outweigh a category that sells five a day, and so do forty days of two hundred."""
    sold, periods = np.array([0.0, 8000.0, 0.0]), np.array([40.0, 40.0, 0.0])
    dead, best, unknown = posterior_level(sold, periods, np.full(3, 5.0), doubt=2.5, spread=4.5)
    assert dead < 0.02
    assert best == pytest.approx(200.0, rel=0.06)
    assert unknown == pytest.approx(5.0)


def test_an_item_new_to_a_store_takes_what_it_sells_elsewhere():
    """Sold at 10 a day in a store twice as busy, it is expected to sell about 5 here."""
    item, node = np.repeat(np.arange(21), 2), np.tile([0, 1], 21)
    sold, periods = np.where(node == 0, 4.0, 2.0) * 100.0, np.full(42, 100.0)
    sold[40:], periods[40:] = (1000.0, 0.0), (100.0, 0.0)
    levels = shrunk_levels(sold, periods, Kinship(item, node, np.zeros(42, dtype=np.int64)), 1.0, 1.0)
    assert levels.level[41] == pytest.approx(5.0, rel=0.2)


def test_a_giant_says_little_of_what_is_usual():
    """Beside eleven series of five a day and one of a million, a new item is expected to sell some tens, if any."""
    sold, periods = np.append(np.full(11, 500.0), [1e8, 0.0]), np.append(np.full(12, 100.0), 0.0)
    kin = Kinship(np.arange(13), np.zeros(13, dtype=np.int64), np.zeros(13, dtype=np.int64))
    levels = shrunk_levels(sold, periods, kin, spread=1.0, launch_ratio=1.0)

    assert 4.0 < levels.level[12] < 25.0
    assert levels.level[11] == pytest.approx(1e6, rel=0.1)
