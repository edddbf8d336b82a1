"""``shelfwise tune``: each stage on its validation part, with the options to use in the end."""

import json
import sys
import tomllib

import numpy as np
import pytest

from shelfwise.baselines.router import BaselineRouter
from shelfwise.config import parse_config
from shelfwise.configured_plugins import build_plugins
from shelfwise.hookspecs import hookimpl
from shelfwise.tuning.router import RouterObjective
from shelfwise.types import Stage

INSTANCE = """NAME : {name}
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 0 10
3 10 10
4 10 0
DEMAND_SECTION
1 0
2 3
3 3
4 3
DEPOT_SECTION
1
-1
EOF
"""


@pytest.fixture
def sequences(tmp_path):
    """Return a file of customers who mostly buy items in one order."""
    lines = [f"c{c} " + " ".join(f"i{(c + k) % 12}" for k in range(6)) for c in range(40)]
    (tmp_path / "sequences.txt").write_text("\n".join(lines))
    return tmp_path / "sequences.txt"


@pytest.fixture
def shop(tmp_path):
    """Return a folder with demand and purchases of two months."""
    folder = tmp_path / "shop"
    folder.mkdir()
    days = [f"2024-{month:02d}-{day:02d}" for month in (1, 2) for day in range(1, 29)]
    demand = [f"{day},a,{5 + number % 7}" for number, day in enumerate(days)]
    (folder / "demand.csv").write_text("date,item_id,units\n" + "\n".join(demand))
    events = [f"{day}T12:00:00,c{number % 5},i{(number * number) % 7}" for number, day in enumerate(days)]
    (folder / "events.csv").write_text("time,customer_id,item_id\n" + "\n".join(events))
    return folder


@pytest.fixture
def scenario(tmp_path):
    """Return a short scenario."""
    path = tmp_path / "scenario.toml"
    path.write_text('name = "short"\nperiods = 20\nwarmup = 5\nreplications = 2\n[[items]]\ndemand_mean = 5.0\n')
    return path


@pytest.fixture
def instances(tmp_path):
    """Return two instance files."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.vrp").write_text(INSTANCE.format(name=name))
    return tmp_path / "one.vrp", tmp_path / "two.vrp"


def arguments(stage, request):
    """Return the arguments of a stage's command."""
    fixture = request.getfixturevalue
    return {
        "recommender": lambda: ("--sequences", fixture("sequences")),
        "recommender of a retailer": lambda: ("--data", fixture("shop"), "--split-days", 10),
        "forecaster": lambda: ("--data", fixture("shop"), "--horizon", 7, "--origins", 2),
        "inventory": lambda: ("--scenario", fixture("scenario")),
        "router": lambda: ("--instances", *fixture("instances"), "--seconds", 0.1, "--rounding", "round"),
    }[stage]()


@pytest.mark.parametrize("case", ["recommender", "recommender of a retailer", "forecaster", "inventory", "router"])
def test_every_stage_is_tuned(run, request, tmp_path, case):
    """Each stage is searched end to end; the best is never worse than the start, and its TOML can be used."""
    stage = case.split()[0]
    result = run(
        *("tune", stage, *arguments(case, request), "--plugin", "baseline"),
        *("--minutes", 5, "--trials", 4, "--seed", 1, "--json", tmp_path / "t.json"),
    )

    assert result.exit_code == 0, result.stderr
    assert "0 (start)" in result.stdout
    document = json.loads((tmp_path / "t.json").read_text())
    assert (document["stage"], document["plugin"], document["seed"]) == (stage, "baseline", 1)
    assert [row["trial"] for row in document["rows"]] == [0, 1, 2, 3]
    better = document["best"]["value"] - document["start"]["value"]
    assert better >= 0 if document["maximize"] else better <= 0
    assert document["improvement"]["estimate"] == pytest.approx(abs(better))
    assert document["machine"]["cores"] >= 1
    assert tomllib.loads(document["toml"])[stage]["plugin"] == "baseline"


def test_the_best_options_can_be_pasted(run, instances, monkeypatch):
    """What is printed in the end is a configuration that builds the plugin with the options that were found."""
    monkeypatch.setattr(
        RouterObjective, "score", lambda _, plugin, __: np.array([1.0, 2.0, 3.0]) * abs(plugin.removed - 20.0)
    )

    result = run(
        *("tune", "router", "--instances", *instances, "--seconds", 0.1, "--only", "removed"),
        *("--plugin", "baseline", "--minutes", 5, "--trials", 15),
    )

    assert result.exit_code == 0, result.stderr
    assert "better than the start" in result.stdout
    config = parse_config(tomllib.loads(result.stdout[result.stdout.index("[router]") :]))
    assert build_plugins(config).chains[Stage.ROUTER][0].plugin.removed == pytest.approx(20.0, abs=5.0)


def test_json_on_standard_output_is_nothing_but_json(run, instances):
    """With --json - the output can be piped into a program."""
    result = run(
        *("tune", "router", "--instances", *instances, "--seconds", 0.1, "--plugin", "baseline"),
        *("--minutes", 5, "--trials", 2, "--json", "-"),
    )

    assert json.loads(result.stdout)["metric"] == "cost"


def test_a_configuration_of_the_plugin_is_the_start(run, instances, tmp_path):
    """Options configured for this plugin are where the search begins, and stay in what it gives."""
    config = tmp_path / "shelfwise.toml"
    config.write_text("[router.options]\nremoved = 5.5\nmost_rounds = 7\n")

    result = run(
        *("tune", "router", "--config", config, "--instances", *instances, "--seconds", 0.1, "--plugin", "baseline"),
        *("--minutes", 5, "--trials", 2, "--json", "-"),
    )

    document = json.loads(result.stdout)
    assert document["start"]["options"]["removed"] == 5.5
    assert tomllib.loads(document["toml"])["router"]["options"]["most_rounds"] == 7


EVALUATIONS = {
    "recommender": ("--sequences", "sequences"),
    "forecaster": ("--data", "shop", "--horizon", 7, "--origins", 2),
    "inventory": ("--scenario", "scenario"),
    "router": ("--seconds", 0.1, "--instances", "instances"),
}
OPTIONS = {
    "recommender": "neighbours = 3",
    "forecaster": "half_life = 2.0",
    "inventory": "quantile_ceiling = 0.51",
    "router": "most_rounds = 0",
}


@pytest.mark.parametrize("stage", EVALUATIONS)
def test_what_was_found_can_be_measured(run, request, tmp_path, monkeypatch, stage):
    """An evaluation with --config measures the plugin of that name with the options given there, and says so."""
    words = []
    for word in EVALUATIONS[stage]:
        named = request.getfixturevalue(word) if isinstance(word, str) and not word.startswith("--") else word
        words += named if isinstance(named, tuple) else [named]
    config = tmp_path / "tuned.toml"
    config.write_text(f"[{stage}.options]\n{OPTIONS[stage]}\n")
    built = []
    monkeypatch.setattr("shelfwise.plugins.check", lambda member: built.append(member.plugin))

    result = run("evaluate", stage, *words, "--config", config, "--plugin", "baseline", "--json", "-")

    assert result.exit_code == 0, result.stderr
    (name, value) = OPTIONS[stage].split(" = ")
    assert {getattr(plugin, name) for plugin in built} == {float(value)}
    assert json.loads(result.stdout)["options"] == {"baseline": {name: float(value)}}


def test_an_interrupt_writes_the_best_until_then(run, instances, tmp_path, monkeypatch):
    """The result is told and written, and the exit code is that of an interrupt."""
    calls = []
    original = BaselineRouter.route

    @hookimpl
    def route(self, request, state, deliveries, deadline):
        calls.append(self)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return original(self, request, state, deliveries, deadline)

    monkeypatch.setattr(BaselineRouter, "route", route)
    result = run(
        *("tune", "router", "--instances", *instances, "--seconds", 0.1, "--plugin", "baseline"),
        *("--minutes", 5, "--json", tmp_path / "t.json"),
    )

    assert result.exit_code == 130
    assert "best that was found until then" in result.stderr
    document = json.loads((tmp_path / "t.json").read_text())
    assert document["interrupted"]
    assert [row["state"] for row in document["rows"]] == ["complete", "complete", "interrupted"]


def test_a_study_is_continued(run, instances, tmp_path):
    """With --study a second search adds to the first."""
    words = (
        *("tune", "router", "--instances", *instances, "--seconds", 0.1, "--plugin", "baseline"),
        *("--minutes", 5, "--trials", 2, "--study", tmp_path / "study", "--json", "-"),
    )

    first, second = (json.loads(run(*words).stdout) for _ in range(2))

    assert len(first["rows"]) == 2
    assert len(second["rows"]) == 4
    other = run(*words, "--seed", 5)
    assert other.exit_code == 2
    assert "holds a search of router baseline with other protocol" in other.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("recommender", "--plugin", "baseline", "--minutes", 1), "give one of --sequences, --data"),
        (("recommender", "--plugin", "baseline", "--minutes", 1, "--data", "SHOP"), "--data and --split-days"),
        (("forecaster", "--plugin", "baseline", "--minutes", 1, "--data", "SHOP"), "give --horizon and --origins"),
        (("forecaster", "--plugin", "baselin", "--minutes", 1, "--data", "SHOP"), "no forecaster plugin 'baselin'"),
        (("forecaster", "--plugin", "baseline", "--data", "SHOP"), "--minutes"),
        (("forecaster", "--plugin", "baseline", "--minutes", 0, "--data", "SHOP"), "--minutes"),
        (("forecaster", "--plugin", "baseline", "--minutes", 1, "--data", "absent"), "absent"),
        (
            ("forecaster", "--plugin", "baseline", "--minutes", 1, "--data", "SHOP", "--only", "halflife"),
            "Did you mean 'half_life'",
        ),
    ],
)
def test_wrong_use_is_told(run, shop, words, complaint):
    """What is missing, unknown or out of range exits with 2 and says what is right."""
    result = run("tune", *(shop if word == "SHOP" else word for word in words))

    assert result.exit_code == 2
    assert complaint in result.stderr


def test_without_optuna_the_error_says_how_to_get_it(run, scenario, monkeypatch):
    """Optuna is an extra: who tunes without it is told what to install."""
    monkeypatch.setitem(sys.modules, "optuna", None)
    for name in [name for name in sys.modules if name.startswith("shelfwise.tuning")]:
        monkeypatch.delitem(sys.modules, name)

    result = run("tune", "inventory", "--scenario", scenario, "--plugin", "baseline", "--minutes", 1)

    assert result.exit_code == 1
    assert "pip install 'shelfwise[tune]'" in result.stderr
