"""The page of an experiment: it needs nothing else, and tells what is bad or uncertain like what is good."""

import json
import math

import pytest
from twin_findings import struck, told

from shelfwise.errors import DataError
from shelfwise.simulation import Kind
from shelfwise.twin.figures import DEFINITIONS
from shelfwise.twin.findings import Findings
from shelfwise.twin.page import read_document, render


def test_every_figure_of_every_arm_is_on_the_page():
    """Each has its row, and no address leads away."""
    html = render(told(classic=0.5, integrated=2.0))

    assert all(f">{name.replace('_', ' ')}</td>" in html for name in DEFINITIONS)
    assert '<td class="bad">-0.5 (-0.5 to -0.5)</td>' in html
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")


def test_scenarios_and_maps_are_shown_beside():
    """Plots of both scenarios, the one of what they share, and the map with its table."""
    alone = render(told(integrated=2.0)).count("<svg")

    html = render(told(integrated=2.0), [told(name="scarce", integrated=1.0), struck(better=[(Kind.CUT, 1)])])

    assert html.count("<svg") == 2 * alone + 2
    assert "What coordination is worth: test" in html
    assert "Of 18 cells about 2 would have a colour if the arms were alike" in html


def test_a_map_has_a_page_of_its_own():
    """It is about what is left, not about what coordination is worth."""
    html = render(struck())

    assert html.count("<svg") == 1
    assert "<h1>What is left when something goes wrong: test</h1>" in html


def test_what_is_read_from_a_file_is_what_was_found(tmp_path):
    """A document that went through JSON gives the same page; numbers that are none stay none."""
    document = told(integrated=2.0, figures={"integrated": {"on_time": float("nan")}})
    (tmp_path / "told.json").write_text(json.dumps(document, allow_nan=False))

    again = read_document(tmp_path / "told.json")

    assert render(again) == render(document)
    assert math.isnan(Findings.read(again).mean["integrated"]["on_time"].estimate)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON of shelfwise simulate"),
        ('{"stage": "inventory"}', "is no JSON of shelfwise simulate"),
        ('{"protocol": {"study": "arms", "scenario": {"name": "x"}}}', "or that of another version"),
        ('{"rows": [], "protocol": {"study": "disruptions", "scenario": {"name": "x"}}}', "is no JSON of shelfwise"),
        ('{"protocol": {"study": "trials"}}', "is of trials; a page shows arms and disruptions"),
    ],
)
def test_other_files_are_refused(tmp_path, text, said):
    """What a page cannot show is named."""
    (tmp_path / "other.json").write_text(text)

    with pytest.raises(DataError, match=said):
        read_document(tmp_path / "other.json")
