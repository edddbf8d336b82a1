"""What is normal for series with a record, and for those without one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shelfwise.dataset import Dataset
from shelfwise.series import Norms, fit_norms, read_history


@pytest.fixture(scope="module")
def history():
    """Twenty weeks of ten teas that sell 8 a day and ten coffees that sell 1, but nothing ever on Sundays."""
    generator = np.random.default_rng(1)
    days = pd.date_range("2024-01-01", periods=140)
    days = days[days.dayofweek < 6]
    rates = {f"tea{k}": 8.0 for k in range(10)} | {f"coffee{k}": 1.0 for k in range(10)}
    demand = pd.concat(
        pd.DataFrame({"date": days, "item_id": item, "node_id": "s", "units": generator.poisson(rate, len(days)) * 1.0})
        for item, rate in rates.items()
    )
    items = pd.DataFrame({"item_id": list(rates), "category": [item.rstrip("0123456789") for item in rates]})
    nodes = pd.DataFrame({"node_id": ["s"], "kind": "store"})
    return read_history(Dataset.from_tables({"demand": demand, "items": items, "nodes": nodes}), periods=365)


@pytest.fixture(scope="module")
def norms(history):
    """What is normal in that store."""
    return fit_norms(history, history.mask(), half_life=56.0)


def expected(norms, item, node, group):
    """Return what to expect of one series."""
    return norms.expected(*(np.array([value]) for value in (item, node, group)))


def test_each_series_has_its_level_and_season(history, norms):
    """On an open day a series sells its rate, on the day that is always closed nothing."""
    item = history.items.position("tea3")
    one = expected(norms, item, 0, history.group[item])
    a_day = one.level[0] * one.season[0]

    assert one.season[0].mean() * 7 / 6 == pytest.approx(1.0)
    assert a_day[:6] == pytest.approx(np.full(6, 8.0), rel=0.25)
    assert a_day[6] == 0.0
    assert one.spread[0] < 0.3


def test_a_new_item_has_the_level_of_its_category_and_doubt(history, norms):
    """Without a record the category speaks, of an unknown category all do, and the spread says how little that is."""
    tea, coffee = (expected(norms, -1, 0, history.groups.position(name)) for name in ("tea", "coffee"))
    unknown = expected(norms, -1, -1, -1)

    assert tea.level[0] == pytest.approx(8.0, rel=0.25)
    assert coffee.level[0] < unknown.level[0] < tea.level[0]
    assert tea.spread[0] > norms.spread.max()
    assert tea.season[0, 6] == unknown.season[0, 6] == 0.0


def test_they_survive_as_arrays(history, norms):
    """What was written as arrays is read again as it was."""
    again = Norms.from_arrays(norms.to_arrays())
    series = np.arange(len(history.items))
    one, two = (some.expected(series, series * 0, history.group) for some in (norms, again))

    np.testing.assert_array_equal(one.level, two.level)
    np.testing.assert_array_equal(one.spread, two.spread)
    np.testing.assert_array_equal(one.season, two.season)
