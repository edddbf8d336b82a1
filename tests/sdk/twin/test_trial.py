"""Trials within one shop, and the truth beside them."""

import numpy as np
import pytest
from twin_world import config, scenario

from shelfwise.twin.operator import Morning
from shelfwise.twin.trial import DESIGNS, Split, difference_in_differences, run_trials, summary, switchback

RANDOM = np.random.default_rng(0)


def test_differences_in_differences_find_an_effect_beneath_what_customers_differ_by():
    """Customers differ by fifty and the treated gain two, which the interval holds; it holds zero where none is."""
    level = RANDOM.normal(100.0, 50.0, 2_000)
    treated = np.arange(2_000) % 2 == 0
    before, noise = level + RANDOM.normal(0, 5, 2_000), RANDOM.normal(0, 5, 2_000)

    gained = difference_in_differences(before, level + noise + 2.0 * treated, treated, np.arange(2_000))
    nothing = difference_in_differences(before, level + noise, treated, np.arange(2_000))

    assert gained.low < 2.0 < gained.high
    assert gained.low > 1.0
    assert nothing.low < 0.0 < nothing.high
    assert nothing.p_value > 0.05


def test_regions_are_the_units_where_they_are_treated():
    """Ten customers of a region are one observation: with two regions on either side the interval is wide."""
    region = np.repeat(np.arange(4), 10)
    treated, after = region % 2 == 1, RANDOM.normal(0, 1, 40) + 3.0 * (region == 1)

    by_region = difference_in_differences(np.zeros(40), after, treated, region)
    by_customer = difference_in_differences(np.zeros(40), after, treated, np.arange(40))

    assert by_region.estimate == pytest.approx(by_customer.estimate)
    assert by_region.high - by_region.low > 3 * (by_customer.high - by_customer.low)


def test_one_week_on_either_side_says_nothing_sure():
    """Without repetition there is an estimate and no interval."""
    said = switchback(np.array([1.0, 4.0]), np.array([False, True]))

    assert said.estimate == 3.0
    assert said.high == np.inf
    assert np.isnan(said.p_value)


def test_the_truth_is_told_beside_every_design():
    """A small world: all designs say something, and the summary adds them up."""
    found = run_trials(scenario(weeks=2), config, 0)

    rows = summary([found, found])

    assert [row["design"] for row in rows] == list(DESIGNS)
    assert np.isfinite(found["truth"])
    assert found["degraded_days"] == 0
    for row in rows:
        said = found["trials"][row["design"]]
        assert row["bias"]["estimate"] == pytest.approx(said["estimate"] - found["truth"])
        assert (row["coverage"] in (0.0, 1.0)) == np.isfinite(said["high"])
    assert np.isnan(rows[1]["coverage"])  # one region on either side


def test_stages_that_either_side_makes_do_without_are_counted():
    """The plan of who is treated is made for the slates alone, and counts when it goes wrong."""

    class Hurt:
        def __init__(self, degraded):
            self.degraded = degraded

        def morning(self, _):
            return Morning(fixed_cost=float(self.degraded), degraded=self.degraded)

    decided = Split(Hurt(1), Hurt(2), lambda _, customer: customer < 0).morning(None)

    assert decided.degraded == 3
    assert decided.fixed_cost == 2.0
