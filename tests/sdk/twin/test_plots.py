"""Plots of an experiment's page: colours say what is better, labels keep apart."""

import re

import pytest

from shelfwise.twin.comparison import compare
from shelfwise.twin.plots import forest, weekly

GREEN, RED = "#1c7a45", "#b3261e"


def compared(primary, **arms):
    """Return four worlds in which arms have a figure for sure, beside siloed with 1.0."""
    worlds = []
    for number in range(4):
        values = {"siloed": 1.0} | arms
        told = {arm: {"figures": {primary: value + number}, "profit_by_week": [value]} for arm, value in values.items()}
        worlds.append({"world": number, "arms": told})
    return compare(worlds, primary)


@pytest.mark.parametrize(
    ("primary", "colour"), [("profit_per_customer_year", GREEN), ("waste_share", RED), ("on_time", GREEN)]
)
def test_more_is_better_or_worse_by_what_it_is_of(primary, colour):
    """An arm with more profit is green, one with more waste is red."""
    assert forest(compared(primary, integrated=2.0)).svg().count(colour) == 2


def test_labels_of_arms_that_end_alike_keep_apart():
    """Two lines with the same end have two labels that can be read."""
    drawn = weekly(compared("on_time", classic=2.0, integrated=2.0)).svg()

    heights = [float(found) for found in re.findall(r'y="([\d.]+)"[^>]*>(?:classic|integrated)<', drawn)]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) >= 12
