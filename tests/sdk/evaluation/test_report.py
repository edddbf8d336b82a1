"""The common report of all evaluations."""

import json
import math

import numpy as np
import pytest

from shelfwise.evaluation.report import Interval, bootstrap_difference, bootstrap_mean, bootstrap_means, envelope


def test_interval_of_a_mean_matches_the_normal_one():
    """With many units the bootstrap interval is close to mean +- 1.96 standard errors."""
    values = np.random.default_rng(1).normal(5.0, 2.0, 4000)

    interval = bootstrap_mean(values, seed=2)

    error = values.std() / math.sqrt(len(values))
    assert interval.estimate == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - 1.96 * error, abs=0.2 * error)
    assert interval.high == pytest.approx(values.mean() + 1.96 * error, abs=0.2 * error)


def test_interval_is_the_same_for_the_same_seed():
    """Two bootstraps with one seed are equal, with another seed they differ."""
    values = np.random.default_rng(1).normal(size=50)

    assert bootstrap_mean(values, seed=3) == bootstrap_mean(values, seed=3)
    assert bootstrap_mean(values, seed=3) != bootstrap_mean(values, seed=4)


def test_interval_of_a_constant_has_no_width():
    """A constant has the interval [c, c]."""
    assert bootstrap_mean([2.0, 2.0, 2.0]) == Interval(2.0, 2.0, 2.0)


def test_interval_of_nothing_is_unknown():
    """No values give NaN rather than an error."""
    assert math.isnan(bootstrap_mean([]).estimate)


def test_many_columns_have_the_intervals_of_each():
    """Drawing units once for all columns gives each the interval it has alone, also in several blocks."""
    table = np.random.default_rng(1).normal(size=(5000, 3))

    together = bootstrap_means(table, seed=5)

    for column, interval in zip(table.T, together, strict=True):
        alone = bootstrap_mean(column, seed=5)
        assert interval.estimate == pytest.approx(alone.estimate)
        assert (interval.low, interval.high) == (pytest.approx(alone.low), pytest.approx(alone.high))
    assert math.isnan(bootstrap_means(np.zeros((0, 2)))[1].low)


def test_paired_difference_removes_what_both_share():
    """A constant advantage on very different units is certain when compared in pairs."""
    left = np.random.default_rng(1).normal(0.0, 100.0, 200)

    interval = bootstrap_difference(left, left - 1.0)

    assert (interval.low, interval.high) == (pytest.approx(1.0), pytest.approx(1.0))


def test_envelope_is_plain_json_with_versions_and_machine():
    """Whatever numpy put in, the envelope is JSON, without NaN, and says what produced it."""
    rows = [{"plugin": "a", "hr": np.float64(0.5), "bins": np.array([1, 2]), "gap": math.nan}]

    report = envelope("recommender", seed=7, seconds=1.5, rows=rows, definitions={"hr": "hits"}, protocol={"k": 10})

    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["rows"] == [{"plugin": "a", "hr": 0.5, "bins": [1, 2], "gap": None}]
    assert report["machine"]["cores"] >= 1
    assert {"python", "shelfwise", "numpy"} <= report["versions"].keys()
