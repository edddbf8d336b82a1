"""Scenario files: those that come with the twin, and what is wrong with others."""

import json
from datetime import date

import pytest
from twin_world import TOML, scenario

from shelfwise.errors import ConfigError
from shelfwise.twin.scenario_file import parse_scenario, scenario_names, scenario_text


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_that_comes_with_the_twin_can_be_read(name):
    """Each has its own name and says in words what it is."""
    found = parse_scenario(scenario_text(name), name)

    assert found.name == name
    assert found.description


def test_a_file_says_the_same_as_the_values():
    """The text of the tests' shop is the shop."""
    assert parse_scenario(TOML, "test") == scenario()


def test_weeks_may_be_others_than_the_text_says():
    """However the text is laid out, and what the weeks do not hold is told."""
    text = "name = 'x'\n  weeks = 30\n[[disruptions]]\nkind = 'demand_surge'\nfirst_day = 30"

    assert parse_scenario(text, "test", 5).weeks == 5
    with pytest.raises(ConfigError, match="must be below 7"):
        parse_scenario(text, "test", 1)


def test_days_of_a_scenario_can_be_told_in_json():
    """Dates in TOML are dates, and text where all of it is written down."""
    found = parse_scenario("name = 'x'\nholidays = [2025-04-21]", "test")

    assert found.holidays == (date(2025, 4, 21),)
    assert json.loads(json.dumps(found.to_json()))["holidays"] == ["2025-04-21"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = 'x'\nweks = 3", "weks is unknown. Did you mean 'weeks'?"),
        ("name = 'x'\n[supply]\nsuppliers = 0", "supply.suppliers must be at least 1 and at most 100, got 0"),
        ("name = 'x'\n[range]\nprice = -2.0", "range.price must be above 0, got -2.0"),
        ("name = 'x'\n[range]\nshelf_life_days = 99999999999999999999", "must be at least 2 and at most 3650"),
        ("name = 'x'\n[supply]\nlead_time_days = 1e6", "must be at least 1 and at most 365"),
        ("name = 'x'\n[delivery]\nradius_km = 1e9", "must be above 0 and at most 200"),
        ("name = 'x'\n[delivery]\nvan_capacity = 1e-9", "must be at least 1, got 1e-09"),
        ("name = 'x'\nseed = 99999999999999999999", "must be at least 0 and at most 9.22"),
        ("name = 'x'\n[range]\nprice = inf", "range.price must be a finite number, got inf"),
        ("name = 'x'\n[[disruptions]]\nkind = 'transit_pause'\nfirst_day = 3\nregion = 3", "from 0 to 2, got 3"),
        ("name = 'x'\n[market]\nchoice = 'dice'", "market.choice must be one of"),
        ("name = 'x'\n[supply]\nwarehouses = 1\nfirst_sells = false", "supply.first_sells must be true where"),
        ("name = 'x'\nholidays = ['christmas']", "holidays[0] must be a date such as 2025-12-24, got 'christmas'"),
        ("name = 'x'\nprimary = 'profits'", "there is no figure 'profits'"),
        ("name = 'x'\n[market]\nsubstitute = 0.8\ndefer = 0.5", "together they are 1.5"),
        ("name = 'x'\n[[disruptions]]\nkind = 'demand_surge'\nfirst_day = 3\nregion = 9", "from 0 to 2, got 9"),
        ("name = 'x'\nweeks = 1\n[[disruptions]]\nkind = 'demand_surge'\nfirst_day = 30", "must be below 7"),
        ("name = 'x'\n[operation]\nslates_only = true", "supply.holding_rate_per_year must be 0 where"),
        ("weeks = 3", "name is missing"),
        ("name = ", "is no TOML"),
    ],
)
def test_what_cannot_be_is_told(text, told):
    """The message names the key, what is allowed and what was probably meant."""
    with pytest.raises(ConfigError) as caught:
        parse_scenario(text, "test")

    assert told in str(caught.value)


def test_an_unknown_name_is_told_with_those_there_are():
    """A misspelt scenario is no file either."""
    with pytest.raises(ConfigError, match="did you mean 'scarce-supply'"):
        scenario_text("scarce-suply")
    with pytest.raises(ConfigError, match=r"cannot be read"):
        scenario_text("nowhere.toml")
    with pytest.raises(ConfigError, match=r"no scenario 'nowhere'\. There are baseline, "):
        scenario_text("nowhere")
