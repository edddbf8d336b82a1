"""Paired differences over worlds, and families of tests."""

import numpy as np
import pytest

from shelfwise.twin.comparison import compare, holm
from shelfwise.types import Link

RANDOM = np.random.default_rng(0)


def worlds(**effects):
    """Return thirty worlds in which arms differ from siloed by an effect with noise of 1."""
    found = []
    for number in range(30):
        level = RANDOM.normal(100.0, 20.0)
        arms = {"siloed": level} | {name: level + effect + RANDOM.normal() for name, effect in effects.items()}
        told = {
            name: {"figures": {"profit": value, "never": None}, "profit_by_week": [value]}
            for name, value in arms.items()
        }
        found.append({"world": number, "arms": told})
    return found


def test_a_difference_is_seen_beneath_what_worlds_differ_by():
    """Worlds differ by twenty, the arms by two: pairing finds it, and nothing where there is nothing."""
    compared = compare(worlds(better=2.0, same=0.0), "profit")

    better, same = compared.difference["better"]["profit"], compared.difference["same"]["profit"]
    assert better.low > 0
    assert same.low < 0.3
    assert same.high > -0.3
    assert compared.adjusted["better"] < 0.01 < compared.adjusted["same"]


def test_an_arm_like_the_siloed_one_differs_by_zero():
    """No difference at all is an interval of nothing and a p-value of one."""
    found = worlds(twin=0.0)
    for world in found:
        world["arms"]["twin"] = world["arms"]["siloed"]

    compared = compare(found, "profit")

    assert compared.difference["twin"]["profit"].low == compared.difference["twin"]["profit"].high == 0.0
    assert compared.p_value["twin"] == 1.0


def test_the_share_of_the_gap_is_that_of_the_means():
    """Half of what perfect information is worth is half of the way."""
    compared = compare(worlds(integrated=10.0, perfect_information=20.0), "profit")

    assert compared.closed is not None
    assert compared.closed.low < 0.5 < compared.closed.high
    assert compared.closed.high - compared.closed.low < 0.1


def test_few_worlds_are_never_sure():
    """With two worlds no p-value is below a half, whatever the difference."""
    assert compare(worlds(better=50.0)[:2], "profit").p_value["better"] == pytest.approx(0.5)


def test_holm_steps_down():
    """The example of Holm's method: each p-value times how many are not smaller, never falling."""
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})

    assert adjusted == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})


def test_the_interaction_is_what_links_do_together():
    """Six links of one each that come to four together do part of the work twice."""
    single = {f"only_{link.value}": 1.0 for link in Link}

    compared = compare(worlds(integrated=4.0, **single), "profit")

    assert compared.interaction is not None
    assert compared.interaction.high < 0
    assert compare(worlds(integrated=4.0), "profit").interaction is None


def test_a_world_without_the_primary_figure_is_left_out():
    """What one world has no number for neither makes the others sure nor takes them along."""
    found = worlds(integrated=0.0, perfect_information=5.0, **{f"only_{link.value}": 0.0 for link in Link})
    found[3]["arms"]["integrated"]["figures"]["profit"] = None
    rest = compare([*found[:3], *found[4:]], "profit")

    compared = compare(found, "profit")

    assert compared.p_value["integrated"] == pytest.approx(rest.p_value["integrated"], abs=0.05)
    assert compared.closed == rest.closed
    assert compared.interaction == rest.interaction
    assert compare(found, "never").p_value["integrated"] == 1.0


def test_the_share_of_a_gap_that_may_be_none_has_no_interval():
    """Where perfect information may be worth nothing, a share of it may be anything."""
    closed = compare(worlds(integrated=0.0, perfect_information=0.05)[:10], "profit").closed

    assert closed is not None
    assert np.isnan(closed.low)
    assert np.isnan(closed.high)


def test_links_planned_for_another_rate_are_not_the_single_links():
    """The interaction is of arms that differ by links alone."""
    rated = {f"only_{link.value}@0.9": 1.0 for link in Link}

    assert compare(worlds(integrated=4.0, **rated), "profit").interaction is None
