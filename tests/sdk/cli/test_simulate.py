"""``shelfwise simulate``: what it prints, writes, and refuses."""

import json
import math
import re

import pytest
from click.testing import CliRunner
from rich.console import Console
from twin_findings import told as made_up
from twin_findings import undisturbed
from twin_world import TOML

from shelfwise.cli import main
from shelfwise.cli.simulate import _named
from shelfwise.cli.simulation_tables import show_arms
from shelfwise.twin import resilience


def ask(*arguments):
    """Call the command."""
    return CliRunner().invoke(main, ["simulate", *map(str, arguments)])


def test_it_compares_arms_and_writes_what_it_found(tmp_path):
    """Figures on the terminal, all of them in the file, and a page that needs nothing else."""
    scenario, told, page = tmp_path / "shop.toml", tmp_path / "told.json", tmp_path / "page.html"
    scenario.write_text(TOML)

    done = ask("--scenario", scenario, "--worlds", 2, "--arms", "classic,siloed", "--json", told, "--report", page)

    assert done.exit_code == 0, done.output
    assert "profit_per_customer_year: difference to siloed over 2 worlds" in done.output
    found = json.loads(told.read_text())
    assert {row["arm"] for row in found["rows"]} == {"classic", "siloed"}
    assert found["definitions"].keys() == {row["figure"] for row in found["rows"]}
    assert found["protocol"]["worlds"] == [0, 1]
    html = page.read_text()
    assert html.count("<svg") == 4
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")


def test_a_primary_figure_of_one_s_own_is_printed_with_digits_that_tell():
    """It is among the means too, and a difference of shares is not rounded to nothing."""
    told = made_up("conversion", integrated=1.0012)
    console = Console(record=True, width=120)

    show_arms(console, told)

    printed = console.export_text()
    assert re.search(r"^ +conversion ", printed, re.MULTILINE)
    assert re.search(r"integrated +\+0\.0012 ", printed)


def test_days_without_the_answer_of_a_plugin_are_told():
    """By arm, where there are any."""
    console = Console(record=True, width=120)

    show_arms(console, made_up(integrated=2.0, figures={"siloed": {"degraded_days": 0.0}}))
    show_arms(console, made_up(figures={"siloed": {"degraded_days": 0.0}}))

    told = [line for line in console.export_text().splitlines() if "did not have the answer" in line]
    assert told == ["days a world on which a stage did not have the answer of its plugin: integrated 0.5"]


def test_what_is_no_number_is_printed_as_a_dash():
    """A figure that no world has, and an interval without ends."""
    told = made_up(integrated=2.0, figures={"integrated": {"on_time": math.nan}})
    told["share_of_gap_closed"] = {"estimate": 1.03, "low": math.nan, "high": math.nan}
    console = Console(record=True, width=120)

    show_arms(console, told)

    printed = console.export_text()
    assert "goes 103% (- to -)" in printed
    assert "nan" not in printed


def test_trials_are_told_beside_the_truth(tmp_path):
    """A row a design, whatever it can say, and every world in the file."""
    scenario, told = tmp_path / "shop.toml", tmp_path / "told.json"
    scenario.write_text(TOML.replace("warehouses = 2", "warehouses = 1"))

    done = ask("--scenario", scenario, "--worlds", 2, "--weeks", 4, "--trial", "--json", told)

    assert done.exit_code == 0, done.output
    assert "trial by" in done.output
    found = json.loads(told.read_text())
    assert [row["design"] for row in found["rows"]] == ["customers", "regions", "weeks"]
    assert found["rows"][1]["estimate"]["estimate"] is None  # one region has no other to be compared with
    assert len(found["protocol"]["worlds"]) == 2


def test_the_map_of_disruptions_is_printed_and_drawn(tmp_path, monkeypatch):
    """A row a region and one for all of them, every cell in the file, and other results on the page."""
    monkeypatch.setattr(resilience, "run", lambda _, worlds, *__, **___: undisturbed(worlds))
    scenario, told, page, other = (tmp_path / name for name in ("shop.toml", "told.json", "page.html", "other.json"))
    scenario.write_text(TOML)
    other.write_text(json.dumps(made_up(integrated=2.0)))

    done = ask(
        *("--scenario", scenario, "--weeks", 5, "--worlds", 2, "--resilience", "--json", told),
        *("--report", page, "--beside", other),
    )

    assert done.exit_code == 0, done.output
    names = [line.split("  ")[0] for line in done.output.splitlines()]
    assert [name for name in names if "region" in name] == ["region 1", "region 2", "all regions"]
    assert len(json.loads(told.read_text())["rows"]) == 6 * 3 * len(resilience.MEASURES)
    assert page.read_text().count("<svg") == 5
    said = " ".join(done.output.split())  # lines are as long as the terminal is wide
    assert "a stage did not have the answer of its plugin: siloed 1, integrated 1" in said
    assert "On <b>1</b> days of a run the siloed arm did not have" in page.read_text()


def test_an_arm_is_run_once_however_it_is_written():
    """Groups may overlap, and a number has one name."""
    assert _named(("core", "classic", "siloed@0.9", "siloed@.90")) == ("classic", "siloed", "siloed@0.9", "integrated")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--scenario", "basline"], "did you mean 'baseline'"),
        (["--arms", "syloed"], "there is no arm 'syloed'"),
        (["--arms", "siloed,siloed@95"], "it must be a number between 0 and 1; groups of arms are core, links, all"),
        (["--arms", "siloed,siloed"], "names 'siloed' twice"),
        (["--worlds", "1"], "1 is not in the range"),
        (["--trial", "--weeks", "3"], "--trial needs 4 weeks or more"),
        (["--trial", "--report", "page.html"], "leave it out with --trial"),
        (["--trial", "--resilience"], "give one of them"),
        (["--resilience", "--arms", "all"], "leave --arms out"),
        (["--resilience", "--weeks", "4"], "5 weeks or more, got 4"),
        (["--beside", __file__], "give --report too"),
        (["--json", "same.html", "--report", "./same.html"], "give them two names"),
    ],
)
def test_wrong_use_is_told(arguments, told):
    """Exit code 2, before a world is drawn."""
    done = ask(*arguments)

    assert done.exit_code == 2
    assert told in " ".join(done.output.replace("│", "").split())
