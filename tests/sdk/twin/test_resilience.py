"""The map of disruptions: what each costs an arm beside its own undisturbed run, and what arms differ by."""

import pytest
from twin_world import TOML, scenario

from shelfwise.errors import ConfigError
from shelfwise.simulation import Kind
from shelfwise.twin import resilience
from shelfwise.twin.experiment import Experiment
from shelfwise.twin.resilience import EVERYWHERE, Map, regions_of, strike_everywhere
from shelfwise.twin.scenario_file import parse_scenario

FIVE = TOML.replace("weeks = 1", "weeks = 5", 1)


def lived(profit, met):
    """Return a run of five weeks with cumulative profit and the lines met of a hundred a week."""
    return {
        "profit_by_week": profit,
        "wanted_by_week": [100.0] * 5,
        "met_by_week": met,
        "seconds": 2.0,
        "figures": {"degraded_days": 1.0},
    }


CALM = lived([1.0, 2.0, 3.0, 4.0, 5.0], [90.0] * 5)
HURT = lived([1.0, 2.0, 2.5, 3.0, 3.5], [90.0, 90.0, 90.0, 72.0, 81.0])


def cell(measure, region="region 1", kind=Kind.OUTAGE, worlds=3):
    """Return the row of a measure where an outage hurts siloed alone, in every world."""
    calm = [{"world": number, "arms": {"siloed": CALM, "integrated": CALM}} for number in range(worlds)]
    struck = [{"world": number, "arms": {"siloed": HURT, "integrated": CALM}} for number in range(worlds)]
    found = {None: calm} | {(one.value, place): calm for one in Kind for place in range(2)}
    rows = Map(scenario(weeks=5), found | {(Kind.OUTAGE.value, 0): struck}).rows()
    return next(row for row in rows if (row["kind"], row["region"], row["figure"]) == (kind, region, measure))


@pytest.mark.parametrize(
    ("measure", "siloed", "integrated"),
    [
        ("resilience", -1.5, 0.0),  # two and a half of the window's four are left
        ("profit_kept", 50.0, 100.0),
        ("score", 100 * (90 + 72 + 81) / 270, 100.0),
        ("time_to_survive", 1.0, 3.0),
        ("time_to_recover", 1.0, 0.0),
    ],
)
def test_a_cell_compares_each_arm_with_its_own_calm_run(measure, siloed, integrated):
    """The window begins with the third week: what was before is nobody's doing."""
    row = cell(measure)

    assert row["siloed"]["estimate"] == pytest.approx(siloed)
    assert row["integrated"]["estimate"] == pytest.approx(integrated)
    assert row["difference_to_siloed"] == pytest.approx(dict.fromkeys(("estimate", "low", "high"), integrated - siloed))


def test_what_hurts_nobody_is_no_difference():
    """Another kind, and another region, are zero; the mean over regions is half of what one loses."""
    assert cell("resilience", kind=Kind.SURGE)["difference_to_siloed"]["estimate"] == 0.0
    assert cell("resilience", region="region 2")["difference_to_siloed"]["estimate"] == 0.0
    assert cell("resilience", region=EVERYWHERE)["difference_to_siloed"]["estimate"] == pytest.approx(0.75)


def test_regions_are_told_in_order_whichever_kind_has_more_of_them():
    """The tenth comes after the second, and all of them come last."""
    rows = [{"region": name} for name in ("region 1", EVERYWHERE, "region 10", "region 2")]

    assert regions_of(rows) == ["region 1", "region 2", "region 10", EVERYWHERE]


def test_every_region_is_struck_by_every_kind_once(monkeypatch, tmp_path):
    """A run without anything, and one a supplier or warehouse and kind, each in a folder of its own."""
    asked = []
    monkeypatch.setattr(
        resilience, "run", lambda experiment, worlds, folder, **_: asked.append((experiment, folder.name)) or []
    )

    strike_everywhere(Experiment(FIVE, "", ()), 2, tmp_path)

    struck = [parse_scenario(experiment.scenario, name).disruptions for experiment, name in asked]
    assert struck[0] == ()
    assert [(one.kind, one.region) for (one,) in struck[1:]] == [(kind, place) for kind in Kind for place in (0, 1)]
    assert len({name for _, name in asked}) == 13


def test_a_run_must_leave_time_to_recover(tmp_path):
    """It strikes for two weeks from the third on."""
    with pytest.raises(ConfigError, match="5 weeks or more, got 1"):
        strike_everywhere(Experiment(TOML, "", ()), 2, tmp_path)


def test_a_scenario_that_nothing_can_be_put_behind_is_refused(tmp_path, monkeypatch):
    """Disruptions written as a value cannot be added to; that is told before a world is run."""
    monkeypatch.setattr(resilience, "run", lambda *_, **__: pytest.fail("a world was run"))
    text = "disruptions = [{kind = 'demand_surge', first_day = 3}]\n" + FIVE

    with pytest.raises(ConfigError, match=r"is no TOML.*write disruptions of its own as \[\[disruptions\]\]"):
        strike_everywhere(Experiment(text, "", ()), 2, tmp_path)
