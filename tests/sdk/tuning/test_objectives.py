"""What each stage is judged by: the validation part, never the test."""

import gzip
import json
from datetime import UTC, datetime, time
from types import SimpleNamespace

import attrs
import numpy as np
import pandas as pd
import pytest

from shelfwise.baselines.forecaster import BaselineForecaster
from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.baselines.router import BaselineRouter
from shelfwise.dataset import Dataset
from shelfwise.errors import DataError, PluginError
from shelfwise.evaluation import forecaster as forecaster_evaluation
from shelfwise.evaluation.instances import read_instance
from shelfwise.evaluation.inventory import evaluate as evaluate_inventory
from shelfwise.evaluation.inventory import read_scenario
from shelfwise.evaluation.recommender import evaluate as evaluate_recommender
from shelfwise.evaluation.recommender_references import REFERENCE, references
from shelfwise.hookspecs import hookimpl
from shelfwise.tuning.forecaster import ForecasterObjective
from shelfwise.tuning.inventory import InventoryObjective
from shelfwise.tuning.recommender import RecommenderObjective
from shelfwise.tuning.router import RouterObjective
from shelfwise.types import RoutePlan

WATCH = SimpleNamespace(progress=lambda *_: None, so_far=lambda *_: None)


@pytest.fixture
def sequences(tmp_path):
    """Return a file of customers whose last item is nobody else's."""
    lines = [f"c{c} " + " ".join(f"i{(c + k) % 12}" for k in range(5)) + f" last{c}" for c in range(20)]
    (tmp_path / "sequences.txt").write_text("\n".join(lines))
    return tmp_path / "sequences.txt"


def test_recommenders_never_see_the_last_item(sequences):
    """The item before the last is what is predicted, and the last stands nowhere but in the catalogue."""
    objective = RecommenderObjective.of_sequences(sequences)

    task = objective.task
    assert task.targets == {f"c{c}": {f"i{(c + 4) % 12}"} for c in range(20)}
    for events in (task.dataset.events, task.dataset.held_out):
        assert not events["item_id"].str.startswith("last").any()


def test_recommenders_are_scored_as_the_evaluation_does(sequences):
    """The mean of the units is the NDCG of the evaluation on the validation split."""
    objective = RecommenderObjective.of_sequences(sequences)

    units = objective.score(references(objective.task)[REFERENCE], WATCH)

    row = evaluate_recommender(objective.task, {}).row(REFERENCE)
    assert units.shape == (20,)
    assert units.mean() == pytest.approx(row.metrics["ndcg"].estimate)


def test_fewer_customers_are_drawn_by_the_seed(sequences):
    """A part of the customers is scored, always the same; the plugin learns from all."""
    some, same = (RecommenderObjective.of_sequences(sequences, customers=5, seed=1) for _ in range(2))
    other = RecommenderObjective.of_sequences(sequences, customers=5, seed=2)

    assert len(some.task.targets) == 5
    assert some.task.targets == same.task.targets
    assert set(some.task.targets) != set(other.task.targets)
    assert some.task.dataset.events["customer_id"].nunique() == 20


def shop(days):
    """Return a retailer where each day one customer buys that day's item."""
    times = pd.date_range("2026-01-01 12:00", periods=days)
    return Dataset.from_tables(
        {"events": pd.DataFrame({"time": times, "customer_id": "anna", "item_id": [f"day{d}" for d in range(days)]})}
    )


def test_a_retailers_last_days_are_left_for_the_test():
    """The window that is predicted ends where the evaluation's begins."""
    objective = RecommenderObjective.of_dataset(shop(30), days=7)

    assert objective.task.targets == {"anna": {"day16"}}
    assert objective.protocol["split"].startswith("2026-01-17")
    assert objective.task.dataset.events["item_id"].tolist() == [f"day{d}" for d in range(16)]


@pytest.mark.parametrize("days", [15, 40])
def test_days_without_purchases_are_told(days):
    """Too many days leave nothing to learn from."""
    with pytest.raises(DataError, match="none before these to learn from; give fewer days"):
        RecommenderObjective.of_dataset(shop(30), days=days)


def test_baskets_to_come_are_left_for_the_test(tmp_path):
    """The last past basket is predicted from those before."""
    for name, baskets in (("past", [[-1], [1], [2], [3], [-1]]), ("future", [[-1], [4], [-1]])):
        with gzip.open(tmp_path / name, "wt") as file:
            json.dump({"anna": baskets}, file)

    task = RecommenderObjective.of_baskets(tmp_path / "past", tmp_path / "future").task

    assert task.targets == {"anna": {"3"}}
    assert set(task.dataset.events["item_id"]) | set(task.dataset.held_out["item_id"]) == {"1", "2"}


def demand(days, items="ab"):
    """Return a retailer with a weekly rhythm of demand."""
    rows = [
        {"date": date, "item_id": item, "units": 5.0 + number % 7 + 10 * place}
        for number, date in enumerate(pd.date_range("2026-01-01", periods=days))
        for place, item in enumerate(items)
    ]
    return Dataset.from_tables({"demand": pd.DataFrame(rows)})


def test_forecasters_see_nothing_that_the_evaluation_scores():
    """The last day of the validation is the one before the evaluation's first origin."""
    dataset = demand(70)
    objective = ForecasterObjective.of_dataset(dataset, horizon=7, origins=2)

    test = forecaster_evaluation.evaluate(dataset, {}, horizon=7, origins=2).protocol["origins"]
    assert test[0] == "2026-02-26"
    assert objective.protocol["origins"] == ["2026-02-12", "2026-02-19"]
    assert objective.backtest.dataset.demand["date"].max() == pd.Timestamp("2026-02-25")


def test_forecasters_are_scored_as_the_evaluation_does():
    """The mean over series is the weighted quantile loss of the evaluation on the data before."""
    dataset, parts = demand(70), []
    objective = ForecasterObjective.of_dataset(dataset, horizon=7, origins=2)
    watch = SimpleNamespace(progress=lambda *_: None, so_far=lambda *part: parts.append(part))

    units = objective.score(BaselineForecaster(), watch)

    before = dataset.before(datetime.combine(datetime(2026, 2, 26, tzinfo=UTC), time(), UTC))
    plugins = {"baseline": BaselineForecaster()}
    row = forecaster_evaluation.evaluate(before, plugins, horizon=7, origins=2).row("baseline")
    assert units.shape == (2,)
    assert units.mean() == pytest.approx(row.metrics["wql"].estimate)
    assert [part for part, _ in parts] == [0], "the last part is the whole"


def test_as_many_origins_as_there_is_room_for():
    """Where the data before the evaluation is short there are fewer origins, and none is an error."""
    assert len(ForecasterObjective.of_dataset(demand(35), horizon=7, origins=3).backtest.cuts) == 1
    with pytest.raises(DataError, match="leave no room for a validation with horizon 7"):
        ForecasterObjective.of_dataset(demand(28), horizon=7, origins=3)


@pytest.fixture
def scenario(tmp_path):
    """Return a short scenario of two items."""
    path = tmp_path / "scenario.toml"
    path.write_text(
        'name = "short"\nperiods = 40\nwarmup = 10\nreplications = 2\n'
        "[[items]]\ndemand_mean = 5.0\nlead_time = 1\n[[items]]\ndemand_mean = 2.0\nlead_time = 2\n"
    )
    return read_scenario(path)


def test_inventory_is_simulated_on_other_draws(scenario):
    """The cost is that of the scenario, on demand that the evaluation never draws, and it has no chance in it."""
    objective = InventoryObjective.of_scenario(scenario)

    units = objective.score(BaselineInventory(), WATCH)

    cost = evaluate_inventory(scenario, {"baseline": BaselineInventory()}, references=False).row("baseline")["cost"]
    assert units.mean() != cost
    assert units.mean() == pytest.approx(cost, rel=0.5)
    assert np.array_equal(units, objective.score(BaselineInventory(), WATCH))


def test_a_replay_is_not_replayed(tmp_path):
    """The demand of a replay is the test: tuning draws from the law of its warm-up."""
    (tmp_path / "demand.csv").write_text("a\n" + "5\n" * 10 + "1000\n" * 20)
    (tmp_path / "scenario.toml").write_text(
        'periods = 20\nwarmup = 10\n[demand]\nlaw = "replay"\nfile = "demand.csv"\n[[items]]\nitem_id = "a"\n'
    )
    objective = InventoryObjective.of_scenario(read_scenario(tmp_path / "scenario.toml"))

    assert objective.score(BaselineInventory(), WATCH).max() < 100.0


INSTANCE = """NAME : square
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
def square(tmp_path):
    """Return an instance whose best tour is 40 long."""
    (tmp_path / "square.vrp").write_text(INSTANCE)
    return read_instance(tmp_path / "square.vrp")


def test_routers_are_judged_by_gaps_where_all_are_known(square):
    """A unit is the gap of an instance in per cent; where one has no best known, it is the cost of each."""
    known = attrs.evolve(square, best_known=32.0)

    gaps = RouterObjective([known, known], seconds=0.1)
    costs = RouterObjective([known, square], seconds=0.1)

    assert gaps.metric == "gap_percent"
    assert gaps.score(BaselineRouter(), WATCH) == pytest.approx([25.0, 25.0])
    assert costs.metric == "cost"
    assert costs.score(BaselineRouter(), WATCH) == pytest.approx([40.0, 40.0])
    assert gaps.protocol != costs.protocol


def test_a_plan_that_is_not_feasible_is_no_candidate(square):
    """A router that delivers nothing has no figure."""

    @attrs.define(eq=False)
    class Idle:
        @hookimpl
        def route(self):
            return RoutePlan(routes=[], skipped=[], delivery_costs=None)

    with pytest.raises(PluginError, match="no feasible plan for square"):
        RouterObjective([square], seconds=0.1).score(Idle(), WATCH)
