"""Forecasters beside each other: groups, paired differences, standings, failures and a truth of its own."""

from __future__ import annotations

import json

import numpy as np
import pytest
from forecaster_world import Fixed, dataset_of

from shelfwise.evaluation.forecaster import evaluate
from shelfwise.evaluation.forecaster_comparison import EVERYTHING
from shelfwise.evaluation.forecaster_intervals import Sums, cuts, differences, estimates, intervals
from shelfwise.hookspecs import hookimpl


class Broken:
    """A forecaster that cannot learn."""

    @hookimpl
    def train(self, dataset):
        """Fail."""
        raise RuntimeError("out of paper")


LEVELS = np.array([[4.0], [4.0], [10.0]]) * np.ones((3, 30))
"""Two items that sell 4 a day, and one that sells 10."""


def compared():
    """Return the evaluation of a forecast right for two items and of one right for the third."""
    dataset = dataset_of(LEVELS, category=["tea", "tea", "milk"])
    return evaluate(dataset, {"four": Fixed(4.0), "ten": Fixed(10.0)}, horizon=2, origins=2)


def test_groups_have_figures_of_their_own():
    """Each category has the error of its own series, and says how many these are."""
    row = compared().row("four")
    assert row.by_group["category"]["tea"]["wape"] == 0.0
    assert row.by_group["category"]["milk"]["wape"] == pytest.approx(0.6)
    assert row.by_group["category"]["tea"]["series"] == 2


def test_differences_are_paired():
    """A difference is that of the two figures, and two equal rows differ by nothing with certainty."""
    evaluation = compared()
    difference = evaluation.difference("four", "ten", "wape")
    assert difference.estimate == pytest.approx((6 - 12) / 18)
    assert difference.low < difference.estimate < difference.high
    same = evaluation.difference("four", "four", "wape")
    assert (same.estimate, same.low, same.high) == (0.0, 0.0, 0.0)


def test_the_cut_is_a_share_of_the_other_error():
    """Half the error is a cut of a half, over the first periods alone where so asked."""
    evaluation = compared()
    assert evaluation.cut("four", "ten", "wape").estimate == pytest.approx(0.5)
    assert evaluation.cut("four", "ten", "wape", steps=1).estimate == pytest.approx(0.5)


def test_standings_name_the_best_other_row_of_each_group():
    """Where the forecast is right it has not lost, and where it is wrong it has, against whom and by how much."""
    evaluation = compared()
    standings = {(one.group, one.metric): one for one in evaluation.standings("four", ("wape",))}
    assert set(standings) == {(EVERYTHING, "wape"), ("tea", "wape"), ("milk", "wape")}
    assert standings["milk", "wape"].lost
    assert standings["milk", "wape"].difference.estimate == pytest.approx(0.6)
    assert standings["milk", "wape"].series == 1
    assert not standings["tea", "wape"].lost


def test_a_failure_leaves_the_others_in_the_table():
    """A plugin that fails is told of and has no row; without anybody to tell it is raised."""
    told = []
    plugins = {"broken": Broken(), "four": Fixed(4.0)}
    evaluation = evaluate(
        dataset_of(LEVELS), plugins, horizon=2, origins=2, failed=lambda name, error: told.append((name, str(error)))
    )
    assert told == [("broken", "out of paper")]
    assert [row.plugin for row in evaluation.rows] == ["seasonal_naive", "four"]
    assert evaluation.to_json()["failures"] == {"broken": "RuntimeError: out of paper"}
    with pytest.raises(RuntimeError, match="out of paper"):
        evaluate(dataset_of(LEVELS), {"broken": Broken()}, horizon=2, origins=1)


def test_plugins_may_be_shown_another_record_than_the_truth():
    """What is learned from is the record, what is scored is the truth, and neither reaches past the origin."""
    plugin = Fixed(4.0)
    truth, record = dataset_of(LEVELS[:1]), dataset_of(LEVELS[:1] / 2)
    row = evaluate(truth, {"p": plugin}, horizon=2, origins=1, record=record).row("p")
    assert plugin.seen == [28 * 2.0]
    assert row.metrics["wape"].estimate == 0.0


def test_the_document_has_groups_and_no_sums_of_single_series():
    """The JSON of a row holds its groups, and says how they were made."""
    document = json.loads(json.dumps(compared().to_json(), allow_nan=False))
    assert "scores" not in document["rows"][1]
    assert document["rows"][1]["by_group"]["category"]["milk"]["series"] == 1
    assert "Syntetos" in document["protocol"]["groups"]


def test_intervals_and_differences_of_no_series_are_undefined():
    """A group without series has no figures."""
    nothing = Sums(("wape",), np.zeros((0, 1)), np.zeros((0, 1)))
    assert np.isnan(intervals(nothing, 0)["wape"].estimate)
    assert np.isnan(estimates(nothing)["wape"])


def test_pairing_leaves_out_what_both_share():
    """Where one error is always twice the other, the cut is certain although the errors themselves are not."""
    generator = np.random.default_rng(0)
    error, units = generator.gamma(1.0, 1.0, (50, 1)), generator.gamma(5.0, 1.0, (50, 1))
    ours, theirs = Sums(("wape",), error, units), Sums(("wape",), 2 * error, units)
    cut, difference = cuts(ours, theirs, 0)["wape"], differences(ours, theirs, 0)["wape"]
    assert (cut.low, cut.estimate, cut.high) == pytest.approx((0.5, 0.5, 0.5))
    assert difference.low < difference.estimate < difference.high < 0


def test_some_series_have_the_figures_of_their_own_alone():
    """They are those of an evaluation that saw no others, as far as forecasts do not hang on them."""
    units, category = np.random.default_rng(0).poisson(5.0, (3, 30)), ["tea", "tea", "milk"]
    plugins, protocol = {"four": Fixed(4.0), "ten": Fixed(10.0)}, {"horizon": 2, "origins": 2}
    whole = evaluate(dataset_of(units, category=category), plugins, **protocol)
    some = whole.among(np.array([False, True, True]))
    alone = evaluate(dataset_of(units[1:], category=category[1:]), plugins, **protocol)

    assert some.row("ten").metrics == alone.row("ten").metrics
    assert some.row("ten").by_group == alone.row("ten").by_group
    assert some.protocol == alone.protocol
    assert some.difference("four", "ten", "wape") == alone.difference("four", "ten", "wape")


def test_rows_of_two_evaluations_stand_beside_each_other():
    """Those of the second follow, without what both have, and are paired with the others over series."""
    dataset = dataset_of(LEVELS[1:])
    other = evaluate(dataset, {"twelve": Fixed(12.0)}, horizon=2, origins=2)
    both = evaluate(dataset, {"four": Fixed(4.0)}, horizon=2, origins=2).beside(other)

    assert [row.plugin for row in both.rows] == ["seasonal_naive", "four", "twelve"]
    assert both.difference("four", "twelve", "wape").estimate == pytest.approx((6 - 10) / 14)


@pytest.mark.parametrize("other", [{"units": LEVELS[:2]}, {"horizon": 3}])
def test_rows_of_other_demand_do_not_stand_beside_each_other(other):
    """Neither do those of another protocol: their figures say nothing of each other."""
    units, horizon = other.get("units", LEVELS[1:]), other.get("horizon", 2)
    one = evaluate(dataset_of(LEVELS[1:]), {"four": Fixed(4.0)}, horizon=2, origins=2)
    with pytest.raises(ValueError, match="cannot stand beside each other"):
        one.beside(evaluate(dataset_of(units), {"four": Fixed(4.0)}, horizon=horizon, origins=2))
