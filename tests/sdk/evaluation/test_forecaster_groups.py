"""Groups of series: the four classes of volatility by hand, and what the record before the first origin says."""

from __future__ import annotations

import numpy as np
import pytest
from forecaster_world import dataset_of

from shelfwise.evaluation.forecaster_groups import CATEGORY, VOLATILITY, groups_of, volatility_classes
from shelfwise.evaluation.forecaster_origins import Backtest

EVERY_DAY, EVERY_OTHER = np.ones(12), np.tile([1.0, 0.0], 6)
UNEVEN = np.tile([1.0, 1.0, 1.0, 1.0, 9.0, 9.0], 2)


@pytest.mark.parametrize(
    ("units", "name"),
    [
        (5 * EVERY_DAY, "smooth"),
        (UNEVEN, "erratic"),
        (5 * EVERY_OTHER, "intermittent"),
        (EVERY_OTHER * np.repeat([1.0, 9.0], 6), "lumpy"),
        (np.eye(12)[3], "sparse"),
        (0 * EVERY_DAY, "sparse"),
    ],
)
def test_classes_by_interval_and_variation(units, name):
    """Demand is told apart by how often there is any and by how much its size varies."""
    assert volatility_classes(units[None], np.ones((1, 12), dtype=bool)).tolist() == [name]


def test_the_cut_offs_are_those_of_the_paper():
    """An interval of 1.32 is intermittent already; erratic is a squared coefficient of variation from .49 on."""
    often = (np.arange(132) % 132 < 100).astype(float)[None]
    assert volatility_classes(often, np.ones((1, 132), dtype=bool)).tolist() == ["intermittent"]
    spread = np.array([[1.0 - 0.699 / np.sqrt(2), 1.0 + 0.699 / np.sqrt(2)]])
    assert volatility_classes(spread, np.ones((1, 2), dtype=bool)).tolist() == ["smooth"]
    wider = np.array([[1.0 - 0.701 / np.sqrt(2), 1.0 + 0.701 / np.sqrt(2)]])
    assert volatility_classes(wider, np.ones((1, 2), dtype=bool)).tolist() == ["erratic"]


def test_periods_that_tell_nothing_do_not_count():
    """Zeros while closed or out of stock do not make demand intermittent."""
    mask = EVERY_OTHER.astype(bool)[None]
    assert volatility_classes(5 * EVERY_OTHER[None], mask).tolist() == ["smooth"]


def backtest_of(dataset):
    """Return a backtest with one origin, four days before the end."""
    return Backtest.over(dataset, horizon=4, origins=1, step=4, gap=0, season_length=None, known_prices=False)


def test_groups_know_nothing_of_what_is_forecast():
    """Classes are those of the record before the first origin, whatever happens afterwards."""
    quiet = np.vstack([5 * EVERY_DAY, 5 * EVERY_OTHER])
    wild = quiet.copy()
    wild[:, -4:] = 100.0
    before, after = (groups_of(backtest_of(dataset_of(units)))[VOLATILITY] for units in (quiet, wild))
    assert before.tolist() == after.tolist() == ["smooth", "intermittent"]


def test_categories_are_a_grouping_where_there_are_several():
    """A catalogue with one category tells no two series apart, and makes no groups."""
    units = np.vstack([5 * EVERY_DAY, 5 * EVERY_DAY])
    assert groups_of(backtest_of(dataset_of(units))) == {}
    groups = groups_of(backtest_of(dataset_of(units, category=["tea", "milk"])))
    assert groups[CATEGORY].tolist() == ["tea", "milk"]
