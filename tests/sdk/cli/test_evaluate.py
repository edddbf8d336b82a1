"""``shelfwise evaluate``: each stage by its protocol, with figures in a table and in a file."""

import gzip
import json

import pytest
from slates_log import logged


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


def test_recommender_says_where_the_first_plugin_loses(run, sequences):
    """The tables tell all metrics, the bins with their customers, and how the first plugin stands in them."""
    result = run("evaluate", "recommender", "--sequences", sequences, "--plugin", "baseline")

    assert result.exit_code == 0, result.stderr
    assert "40 customers" in result.stdout
    assert "hit_rate by the number of items had before" in result.stdout
    assert "baseline is behind no other row" in result.stdout or "where baseline loses" in result.stdout


def test_recommender_by_time(run, tmp_path):
    """A folder is split by its last days, and purchase probabilities are held against what was bought."""
    rows = [f"2024-01-{1 + (c + 3 * k) % 30:02d},c{c},i{(c + k) % 7}" for c in range(30) for k in range(8)]
    (tmp_path / "events.csv").write_text("time,customer_id,item_id\n" + "\n".join(rows))

    arguments = ["--data", tmp_path, "--split-days", 7, "--plugin", "baseline", "--json", tmp_path / "r.json"]
    result = run("evaluate", "recommender", *arguments)

    assert result.exit_code == 0, result.stderr
    assert "purchase probabilities of baseline within 7 days" in result.stdout
    document = check_document(tmp_path / "r.json", "recommender", {"baseline", "most_popular", "last_week"})
    assert document["protocol"]["split"].startswith("2024-01-24")


def test_recommender_by_basket(run, tmp_path):
    """A file of past baskets and one of the next ones are measured together."""
    for name, baskets in (("history", [[1, 2], [2, 3]]), ("future", [])):
        with gzip.open(tmp_path / f"{name}.json.gz", "wt") as file:
            json.dump({str(c): [[-1], *baskets, [c + 10, 4], [-1]] for c in range(30)}, file)

    arguments = ["--baskets", tmp_path / "history.json.gz", "--future", tmp_path / "future.json.gz"]
    result = run("evaluate", "recommender", *arguments, "--plugin", "baseline", "--json", tmp_path / "r.json")

    assert result.exit_code == 0, result.stderr
    assert "recall by the number of items had before" in result.stdout
    check_document(tmp_path / "r.json", "recommender", {"baseline"})


def test_off_policy(run, tmp_path):
    """Slates that were logged tell what plugins would earn, and where they cannot; without slates there is an error."""
    data = logged(customers=60, visits=4)
    data.events.to_csv(tmp_path / "events.csv", index=False)
    arguments = ["--data", tmp_path, "--split-days", 18, "--window-days", 1.5, "--plugin", "baseline"]

    without = run("evaluate", "off-policy", *arguments)
    data.impressions.to_csv(tmp_path / "impressions.csv", index=False)
    result = run("evaluate", "off-policy", *arguments, "--json", tmp_path / "r.json")

    assert without.exit_code == 1
    assert "no slate is logged" in without.stderr
    assert result.exit_code == 0, result.stderr
    assert "180 slates for 60 customers" in result.stdout
    assert "doubly robust" in result.stdout
    assert "baseline: estimates rest on" in result.stdout
    document = check_document(tmp_path / "r.json", "recommender", {"baseline", "(logged)", "(logged, as ranked)"})
    assert document["protocol"]["name"] == "off-policy"


@pytest.mark.parametrize("cold", ["customers", "items"])
def test_recommender_in_the_cold_with_seeds(run, sequences, tmp_path, cold):
    """Forgotten customers or items are measured for each seed, with the spread of the figures."""
    arguments = ["--sequences", sequences, "--cold", cold, "--seeds", "1,2", "--json", tmp_path / "r.json"]
    result = run("evaluate", "recommender", *arguments, "--plugin", "baseline")

    assert result.exit_code == 0, result.stderr
    assert "2 seeds" in result.stdout
    document = check_document(tmp_path / "r.json", "recommender", {"baseline"})
    assert document["protocol"]["seeds"] == [1, 2]
    assert document["protocol"]["cold"].startswith(cold)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give one of --sequences, --data with --split-days, and --baskets with --future"),
        (["--sequences", "FILE", "--data", "FOLDER"], "give one of --sequences"),
        (["--data", "FOLDER"], "--data goes with --split-days"),
        (["--data", "FOLDER", "--split-days", 7, "--refit"], "--refit goes with --sequences"),
        (["--baskets", "FILE"], "--baskets goes with --future"),
        (["--sequences", "FILE", "--seeds", "1,x"], "is not a list of distinct numbers"),
        (["--sequences", "FILE", "--seeds", "1,1"], "is not a list of distinct numbers"),
    ],
)
def test_recommender_needs_one_source(run, sequences, tmp_path, arguments, message):
    """What is missing, or does not go together, is wrong use, and said."""
    places = {"FILE": sequences, "FOLDER": tmp_path}
    result = run("evaluate", "recommender", *(places.get(a, a) for a in arguments), "--plugin", "baseline")

    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", "").split())


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


def test_inventory_without_a_scenario_is_that_of_the_package(run, scenario, monkeypatch):
    """Whoever has no scenario yet sees the figures of one that comes along."""
    monkeypatch.setattr("shelfwise.evaluation.inventory.lost_sales_example", lambda: scenario)

    result = run("evaluate", "inventory", "--plugin", "baseline", "--json", "-")

    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["protocol"]["scenario"] == "short"


def test_inventory_frontier(run, scenario, tmp_path):
    """Cost against service is printed, written and drawn."""
    options = ("--frontier", "--measure", "cycle_service", "--plugin", "baseline")
    files = ("--plot", tmp_path / "f.html", "--json", tmp_path / "f.json")
    result = run("evaluate", "inventory", "--scenario", scenario, *options, *files)

    assert result.exit_code == 0, result.stderr
    assert "99.5%" in result.stdout
    assert "<svg" in (tmp_path / "f.html").read_text()
    check_document(tmp_path / "f.json", "inventory", {"baseline", "eoq", "tuned_eoq", "best", "optimum"})


def test_inventory_resilience(run, scenario, tmp_path):
    """What eight regions keep when things go wrong is printed, written and drawn."""
    files = ("--plot", tmp_path / "r.svg", "--json", tmp_path / "r.json")
    options = ("--resilience", "--scenarios", "2", "--plugin", "baseline")
    result = run("evaluate", "inventory", "--scenario", scenario, *options, *files)

    assert result.exit_code == 0, result.stderr
    assert "capacity cut" in result.stdout
    assert "region 8" in (tmp_path / "r.svg").read_text()
    document = check_document(tmp_path / "r.json", "inventory", {"baseline", "echelon_base_stock"})
    assert len(document["rows"]) == 2 * 8 * 6


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("--measure", "fill_rate"), "give it too"),
        (("--plot", "f.svg"), "give one of them too"),
        (("--scenarios", "3"), "give it too"),
        (("--frontier", "--resilience"), "give one of them"),
        (("--frontier", "--plot", "f.png"), "ends with .svg or .html"),
        (("--frontier", "--measure", "none"), "cycle_service"),
    ],
)
def test_inventory_is_told_what_is_allowed(run, scenario, wrong, told):
    """Options that do not fit together are wrong use."""
    result = run("evaluate", "inventory", "--scenario", scenario, "--plugin", "baseline", *wrong)

    assert result.exit_code == 2
    assert told in result.stderr


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
