"""``shelfwise evaluate``: each stage by its protocol, with figures in a table and in a file."""

import json

import pytest


@pytest.fixture
def sequences(tmp_path):
    """Return a file of customers who mostly buy items in one order."""
    lines = [f"c{c} " + " ".join(f"i{(c + k) % 12}" for k in range(5)) for c in range(40)]
    (tmp_path / "sequences.txt").write_text("\n".join(lines))
    return tmp_path / "sequences.txt"


@pytest.fixture
def scenario(tmp_path):
    """Return a short scenario of two items."""
    path = tmp_path / "scenario.toml"
    path.write_text(
        'name = "short"\nperiods = 40\nwarmup = 10\nreplications = 2\n'
        "[[items]]\ndemand_mean = 5.0\nlead_time = 1\n[[items]]\ndemand_mean = 2.0\nlead_time = 2\n"
    )
    return path


def check_document(path, stage, plugins):
    """Check what every evaluation writes: definitions, seed, versions, seconds and cores beside the rows."""
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["stage"] == stage
    assert plugins <= {row["plugin"] for row in document["rows"]}
    assert document["definitions"]
    assert document["versions"]["shelfwise"]
    assert document["machine"]["cores"] >= 1
    assert document["seconds"] >= 0
    assert "seed" in document
    return document


def test_recommender(run, sequences, tmp_path):
    """Plugins are compared on the item left out, beside best sellers."""
    result = run(
        "evaluate",
        "recommender",
        "--sequences",
        sequences,
        "--refit",
        "--plugin",
        "baseline",
        "--json",
        tmp_path / "r.json",
    )

    assert result.exit_code == 0, result.stderr
    assert "ndcg" in result.stdout
    check_document(tmp_path / "r.json", "recommender", {"baseline", "most_popular"})


def test_forecaster(run, tmp_path):
    """Plugins are compared from rolling origins, beside the seasonal naive forecast."""
    days = [f"2024-{month:02d}-{day:02d}" for month in (1, 2) for day in range(1, 29)]
    rows = [f"{day},a,{5 + number % 7}" for number, day in enumerate(days)]
    (tmp_path / "demand.csv").write_text("date,item_id,units\n" + "\n".join(rows))

    result = run(
        "evaluate",
        "forecaster",
        "--data",
        tmp_path,
        "--horizon",
        7,
        "--origins",
        2,
        "--step",
        7,
        "--gap",
        1,
        "--plugin",
        "baseline",
        "--json",
        tmp_path / "f.json",
    )

    assert result.exit_code == 0, result.stderr
    assert "wape" in result.stdout
    document = check_document(tmp_path / "f.json", "forecaster", {"baseline", "seasonal_naive"})
    assert (document["protocol"]["horizon"], document["protocol"]["gap"]) == (7, 1)


def test_forecaster_needs_a_protocol(run, models, tmp_path):
    """Without a published protocol the horizon and the origins must be given."""
    (tmp_path / "demand.csv").write_text("date,item_id,units\n2024-01-01,a,1\n2024-01-02,a,2\n")

    result = run("evaluate", "forecaster", "--data", tmp_path, "--plugin", "baseline")

    assert result.exit_code == 2
    assert "--horizon and --origins" in result.stderr


def test_inventory(run, scenario, tmp_path):
    """Plugins are simulated beside tuned base-stock policies."""
    result = run("evaluate", "inventory", "--scenario", scenario, "--plugin", "baseline", "--json", tmp_path / "i.json")

    assert result.exit_code == 0, result.stderr
    assert "fill_rate" in result.stdout
    check_document(tmp_path / "i.json", "inventory", {"baseline", "base_stock", "capped_base_stock"})


def test_json_on_standard_output_is_nothing_but_json(run, scenario):
    """With --json - the output can be piped into a program."""
    result = run("evaluate", "inventory", "--scenario", scenario, "--plugin", "baseline", "--json", "-")

    assert json.loads(result.stdout)["stage"] == "inventory"


@pytest.mark.parametrize(
    ("names", "complaint"),
    [("baselin", "there is no"), ("baseline,", "empty name"), ("baseline,baseline", "twice")],
)
def test_plugin_names_are_checked_before_anything_runs(run, scenario, names, complaint):
    """A misspelt, missing or repeated name is wrong use."""
    result = run("evaluate", "inventory", "--scenario", scenario, "--plugin", names)

    assert result.exit_code == 2
    assert complaint in result.stderr


def test_broken_scenario_is_told_in_full(run, tmp_path):
    """Every mistake of a scenario file is named."""
    path = tmp_path / "scenario.toml"
    path.write_text("perids = 3\nunmet_demand = 7\n[[items]]\ndemand_mean = 1.0\n")

    result = run("evaluate", "inventory", "--scenario", path, "--plugin", "baseline")

    assert result.exit_code == 1
    assert "perids" in result.stderr
    assert "unmet_demand" in result.stderr


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


def test_router(run, tmp_path):
    """Several instances follow one flag, and the square's tour is its four sides."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.vrp").write_text(INSTANCE.format(name=name))

    result = run(
        *("evaluate", "router", "--instances", tmp_path / "one.vrp", tmp_path / "two.vrp", "--seconds", "0.2"),
        *("--rounding", "round", "--plugin", "baseline", "--json", tmp_path / "r.json"),
    )

    assert result.exit_code == 0, result.stderr
    assert "two cost" in result.stdout
    document = check_document(tmp_path / "r.json", "router", {"baseline"})
    assert [(row["instance"], row["cost"], row["feasible"]) for row in document["rows"]] == [
        ("one", 40.0, True),
        ("two", 40.0, True),
    ]


def test_router_refuses_what_is_no_instance(run, tmp_path):
    """A file in another format exits with 1 and is named; a rounding that nobody knows with 2."""
    (tmp_path / "x.csv").touch()
    arguments = ("evaluate", "router", "--instances", tmp_path / "x.csv", "--seconds", "1", "--plugin", "baseline")

    assert "x.csv" in run(*arguments).stderr
    assert run(*arguments).exit_code == 1
    assert run(*arguments, "--rounding", "up").exit_code == 2
