"""Plots of an experiment's page: colours say what is better, labels keep apart, what was not run is not drawn."""

import re

import pytest
from twin_findings import found, struck

from shelfwise.evaluation.inventory.drawing import COLOURS
from shelfwise.simulation import Kind
from shelfwise.twin.arms import ARMS
from shelfwise.twin.figures import DEFINITIONS
from shelfwise.twin.plots import forest, frontier, funnel, heat_map, scenarios, values, weekly

GREEN, RED = "#1c7a45", "#b3261e"
UNSURE = "#ececea"


@pytest.mark.parametrize(
    ("primary", "colour"), [("profit_per_customer_year", GREEN), ("waste_share", RED), ("on_time", GREEN)]
)
def test_more_is_better_or_worse_by_what_it_is_of(primary, colour):
    """An arm with more profit is green, one with more waste is red."""
    assert forest(found(primary, integrated=2.0)).svg().count(colour) == 2


def test_labels_of_arms_that_end_alike_keep_apart():
    """Lines with the same end have labels that can be read."""
    drawn = weekly(found("on_time", classic=2.0, integrated=2.0)).svg()

    heights = [float(found) for found in re.findall(r'y="([\d.]+)"[^>]*>(?:classic|integrated|what it costs)<', drawn)]
    assert len(heights) == 3
    assert min(abs(one - other) for one, other in zip(sorted(heights), sorted(heights)[1:], strict=False)) >= 12


def test_a_violin_an_arm_tells_how_customers_are_spread():
    """Half of the customers bring less than 20, twice as much with another arm, and nobody brings any with a third."""
    drawn = values(found(classic=0.0, integrated=2.0)).svg()

    assert drawn.count("<polygon") == 3
    assert re.findall(r"median ([\d.]+)", drawn) == ["20.00", "40.00"]
    assert re.findall(r"(\d+%) bring nothing", drawn) == ["100%", "0%", "0%"]


def test_the_frontier_goes_through_the_rates_of_an_arm():
    """A point a rate and one for the arm's own, from less service to more; without rates there is none."""
    cheap = {"latent_service": 0.7, "total_cost_per_unit": 1.0}
    dear = {"latent_service": 0.9, "total_cost_per_unit": 2.0}

    drawn = frontier(
        found(
            **{"siloed@0.9": 1.0, "siloed@0.99": 1.0, "classic": 1.0},
            figures={"siloed@0.9": cheap, "siloed@0.99": dear},
        )
    )

    assert drawn is not None
    assert drawn.svg().count("<circle") == 3
    assert "classic" not in drawn.svg()
    assert frontier(found(classic=1.0)) is None


def test_lines_of_a_frontier_may_be_more_than_there_are_colours():
    """Colours begin anew."""
    arms = [*ARMS][: len(COLOURS) + 1]

    drawn = frontier(found(**{f"{arm}@0.9": 1.0 for arm in arms})).svg()

    assert all(f">{arm.replace('_', ' ')}</text>" in drawn for arm in arms)


def test_what_is_no_number_is_drawn_as_a_dash():
    """A figure that no world has, such as the conversion of visits that nobody made, has no place in a plot."""
    nothing = dict.fromkeys(DEFINITIONS, float("nan"))
    told = found("wape_30_days", integrated=float("nan"), figures={"siloed": nothing, "integrated": nothing})

    for drawing in (forest(told), scenarios([told, told]), funnel(told)):
        assert "nan" not in drawing.svg()
    assert ">-</text>" in forest(told).svg()


def test_scenarios_have_a_panel_each_and_rows_for_what_they_share():
    """An arm that one of them has alone is told in its own plot."""
    drawn = scenarios([found(name="plenty", integrated=2.0, classic=0.5), found(name="scarce", integrated=3.0)])

    assert drawn is not None
    assert {"plenty", "scarce"} <= set(re.findall(r">([a-z]+)</text>", drawn.svg()))
    assert drawn.svg().count("<circle") == 2
    assert scenarios([found(classic=2.0)]) is None


def test_the_map_is_grey_where_arms_lose_alike():
    """One cell is green, with the mean of its kind; the ten others, and their means, are grey."""
    drawn = heat_map(struck(better=[(Kind.OUTAGE, 0)])).svg()

    assert drawn.count(f'fill="{UNSURE}"') == 11 + 5
    assert "region 1, supplier outage: +1.00 (+1.00 to +1.00); siloed -1.00, integrated +0.00" in drawn
