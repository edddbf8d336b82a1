"""Purchase probabilities against what was bought."""

from datetime import UTC, datetime

import attrs
import numpy as np
import pandas as pd
import pytest
from recommender_oracle import Oracle

from shelfwise.dataset import Dataset
from shelfwise.evaluation.recommender import REFERENCE, evaluate
from shelfwise.evaluation.recommender_calibration import Calibration
from shelfwise.evaluation.recommender_task import next_basket


def test_the_curve_by_hand():
    """Ten bins of one each: 0.1 to 1.0 expected, every second bought."""
    chance = np.arange(1, 11) / 10.0
    bought = np.arange(10) % 2

    curve = Calibration.of(chance[::-1], bought[::-1], 7.0)

    assert curve.expected.tolist() == chance.tolist()
    assert curve.observed.tolist() == bought.tolist()
    assert curve.count.tolist() == [1] * 10
    assert curve.error == pytest.approx(np.abs(chance - bought).mean())


def test_probabilities_that_come_true_have_no_error():
    """Purchases drawn by their probabilities lie on the diagonal, up to chance."""
    generator = np.random.default_rng(3)
    chance = generator.uniform(0.0, 0.5, 50_000)

    curve = Calibration.of(chance, generator.uniform(size=50_000) < chance, 28.0)

    assert curve.error < 0.01
    assert (np.diff(curve.expected) > 0).all()


def test_nothing_shown_has_no_curve():
    """Without a single item there are no bins, and the error is unknown."""
    curve = Calibration.of([], [], 7.0)

    assert curve.count.size == 0
    assert np.isnan(curve.error)


@pytest.fixture
def task():
    """Return a task of two customers, of whom one comes back: for b after a day, for c after ten."""
    rows = [("2024-01-01", "u", "a"), ("2024-01-05", "v", "a"), ("2024-02-02", "u", "b"), ("2024-02-11", "u", "c")]
    data = Dataset.from_tables({"events": pd.DataFrame(rows, columns=["time", "customer_id", "item_id"])})
    return next_basket(data, datetime(2024, 2, 1, tzinfo=UTC), days=14)


def test_those_who_stay_away_count_too(task):
    """All customers on record are asked, and everything bought within the window happened, not the basket alone."""
    plugin = Oracle({"u": "bc", "v": "bc"}, chance=0.25)

    evaluation = evaluate(task, {"oracle": plugin})

    curve = evaluation.row("oracle").calibration
    assert curve.window_days == 14.0
    assert curve.count.sum() == 4
    assert np.average(curve.observed, weights=curve.count) == 0.5
    assert set(curve.expected) == {0.25}
    assert evaluation.row(REFERENCE).calibration is None
    assert evaluation.to_json()["rows"][-1]["calibration"]["error"] == pytest.approx(curve.error)


def test_a_plugin_is_judged_by_its_own_window(task):
    """Where the probabilities are for fewer days than the task has, later purchases did not happen."""

    @attrs.define(eq=False)
    class Soon(Oracle):
        exposure_days: int = 5

    curve = evaluate(task, {"soon": Soon({"u": "bc"})}).row("soon").calibration

    assert curve.window_days == 5.0
    assert np.average(curve.observed, weights=curve.count) == 0.5
