"""Seasonal factors and the places in a season that trade."""

from __future__ import annotations

import numpy as np
import pytest

from shelfwise.series import open_phases, seasonal_factors


def test_seasonal_factors_are_shrunk_toward_the_category():
    """A long record of large sales keeps its own pattern; a series that hardly sells takes its category's."""
    phase = np.arange(280) % 2
    pattern = np.where(phase == 0, 1.5, 0.5)
    units = np.stack([*(100.0 * pattern for _ in range(20)), 100.0 * pattern[::-1], np.zeros(280)])
    units[-1, 1] = 1.0
    expected = np.broadcast_to(units.mean(axis=1, keepdims=True), units.shape)
    own, profile = seasonal_factors(
        units, expected, np.ones(units.shape, dtype=bool), phase, np.zeros(22, dtype=np.int64), 2, 0.01
    )
    assert own[0] == pytest.approx([1.5, 0.5], rel=0.05)
    assert own[20] == pytest.approx([0.5, 1.5], rel=0.05)
    assert own[21] == pytest.approx(profile[0], rel=0.1)


def test_open_phases_are_those_that_trade():
    """A weekday on which a node never trades is closed; one that lies outside the record counts as open."""
    opened = np.array([[True, False, True, False], [True, True, False, True]])
    trades = open_phases(opened, np.array([0, 1, 0, 1]), 3)
    np.testing.assert_array_equal(trades, [[True, False, True], [True, True, True]])
