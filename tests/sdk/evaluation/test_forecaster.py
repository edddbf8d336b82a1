"""Rolling origins: what plugins get to see, what is scored, and the two published protocols."""

from __future__ import annotations

import json
from datetime import date, timedelta

import attrs
import numpy as np
import pandas as pd
import pytest
from shared_data import shared_data

from shelfwise.baselines.forecaster import BaselineForecaster
from shelfwise.dataset import Dataset
from shelfwise.errors import DataError, PluginError
from shelfwise.evaluation.forecaster import evaluate
from shelfwise.evaluation.forecaster_protocols import read_protocol
from shelfwise.evaluation.forecaster_references import SeasonalNaive, Zero
from shelfwise.hookspecs import hookimpl
from shelfwise.types import DemandForecast, Index

FIRST = date(2024, 1, 1)


def dataset_of(units, *, step=1, **columns):
    """Return items with the given units per period, one row each, in one warehouse."""
    units = np.atleast_2d(np.array(units, dtype=float))
    items, periods = units.shape
    demand = pd.DataFrame(
        {
            "date": np.tile(pd.to_datetime([FIRST + timedelta(days=step * k) for k in range(periods)]), items),
            "item_id": np.repeat([f"i{k}" for k in range(items)], periods),
            "units": units.ravel(),
        }
    )
    return Dataset.from_tables({"demand": demand.assign(**columns)})


@attrs.define(eq=False)
class Witness:
    """A forecaster that notes what it is shown and answers the same number always."""

    answer: float = 1.0
    trained_until: list = attrs.field(factory=list)
    states: list = attrs.field(factory=list)
    requests: list = attrs.field(factory=list)

    @hookimpl
    def train(self, dataset):
        """Note the last day of the data."""
        self.trained_until.append(dataset.demand["date"].max().date())

    @hookimpl
    def forecast(self, request, state):
        """Answer with one number everywhere."""
        self.states.append(state)
        self.requests.append(request)
        shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
        quantiles = np.full((len(request.quantiles), *shape), self.answer)
        items, nodes = Index(request.item_ids), Index(request.node_ids)
        return DemandForecast(items, nodes, state.starts_on, request.quantiles, np.full(shape, self.answer), quantiles)


def test_a_plugin_sees_only_what_was_known():
    """Each training ends the day before its origin, each state starts at it, and the last forecast ends the data."""
    witness = Witness()
    evaluation = evaluate(dataset_of(np.ones(40)), {"w": witness}, horizon=5, origins=3, step=2, gap=1)
    ends = FIRST + timedelta(days=39)
    origins = [ends - timedelta(days=5 + 2 * back) for back in (2, 1, 0)]
    assert witness.trained_until == [origin - timedelta(days=1) for origin in origins]
    assert [state.starts_on for state in witness.states] == origins
    assert evaluation.protocol["origins"] == [origin.isoformat() for origin in origins]
    assert {request.horizon_days for request in witness.requests} == {6}


def test_the_gap_is_not_scored():
    """The periods between the origin and the horizon are forecast, but their errors do not count."""
    units = np.ones(30)
    units[27] = 1000.0
    row = evaluate(dataset_of(units), {"w": Witness()}, horizon=2, origins=1, gap=1).row("w")
    assert row.metrics["wape"].estimate == 0.0
    assert row.count == 2


def test_every_table_has_the_seasonal_naive_row():
    """The reference row comes first and repeats the last week of daily data."""
    weeks = np.tile([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8)
    evaluation = evaluate(dataset_of(weeks), {"zero": Zero()}, horizon=10, origins=2)
    assert [row.plugin for row in evaluation.rows] == ["seasonal_naive", "zero"]
    assert evaluation.row("seasonal_naive").metrics["wape"].estimate == 0.0
    assert evaluation.row("zero").metrics["wql"].estimate == pytest.approx(1.0)


def test_periods_out_of_stock_or_before_the_first_record_are_not_scored():
    """Truth that stock cut off is no truth, and an item that nobody had heard of cannot be forecast."""
    demand = dataset_of(np.ones((2, 30))).demand.assign(in_stock=True)
    last = demand["date"].max()
    demand.loc[(demand["item_id"] == "i0") & (demand["date"] == last), "in_stock"] = False
    late = demand["item_id"].eq("i1") & (demand["date"] < last - pd.Timedelta(days=1))
    dataset = Dataset.from_tables({"demand": demand[~late].drop(columns="node_id")})
    assert evaluate(dataset, {}, horizon=4, origins=1).rows[0].count == 3


def test_recorded_promotions_count_as_planned():
    """What the demand table says was promoted after the origin stands in the state as a planned promotion."""
    on = np.zeros(30, dtype=bool)
    on[28] = True
    witness, dataset = Witness(), dataset_of(np.ones(30), on_promotion=on, price=np.where(on, 4.0, 5.0))
    evaluate(dataset, {"w": witness}, horizon=3, origins=1)
    (planned,) = witness.states[0].promotions
    assert (planned.starts_on, planned.ends_on) == (FIRST + timedelta(days=28),) * 2
    assert (planned.price, planned.advertised) == (4.0, True)


def test_known_prices_are_planned_price_changes():
    """With known prices, every price after the origin is in the state, unadvertised where there is no promotion."""
    witness = Witness()
    evaluate(dataset_of(np.ones(30), price=5.0), {"w": witness}, horizon=3, origins=1, known_prices=True)
    assert [plan.price for plan in witness.states[0].promotions] == [5.0, 5.0, 5.0]
    assert not any(plan.advertised for plan in witness.states[0].promotions)


def test_weekly_data_is_evaluated_by_the_week():
    """Periods, gaps and horizons are weeks where the table is weekly."""
    evaluation = evaluate(dataset_of(np.arange(30.0) + 1, step=7), {}, horizon=2, origins=2, season_length=1)
    assert evaluation.protocol["days_per_period"] == 7
    assert evaluation.protocol["origins"][-1] == (FIRST + timedelta(days=7 * 28)).isoformat()
    assert evaluation.rows[0].metrics["bias"].estimate == pytest.approx(-(1 + 2 + 1 + 2) / (27 + 28 + 29 + 30))


def test_too_short_data_says_how_many_origins_fit():
    """The error names the number of origins that the data allows."""
    with pytest.raises(DataError, match="12 periods allow 4 origins"):
        evaluate(dataset_of(np.ones(12)), {}, horizon=4, origins=9, step=2)


@pytest.mark.parametrize("answer", [float("nan"), -1.0])
def test_an_answer_that_breaks_the_contract_is_an_error(answer):
    """A plugin that answers nonsense is named, not scored."""
    with pytest.raises(PluginError, match="'w'"):
        evaluate(dataset_of(np.ones(20)), {"w": Witness(answer)}, horizon=2, origins=1)


def test_a_plugin_without_an_answer_is_an_error():
    """None means that there is nobody to score."""
    with pytest.raises(PluginError, match="no answer"):
        evaluate(dataset_of(np.ones(20)), {"nobody": object()}, horizon=2, origins=1)


@attrs.define(eq=False)
class Keeper(Witness):
    """A forecaster that keeps a checkpoint under its name, and notes where, and who had been there before."""

    name: str = ""
    found: list = attrs.field(factory=list)

    @hookimpl
    def train(self, checkpoints):
        """Note the folder and the names in it, and leave one more."""
        if checkpoints is None:
            self.found.append(None)
            return
        self.found.append((checkpoints, sorted(path.name for path in checkpoints.iterdir())))
        (checkpoints / self.name).touch()


def test_checkpoints_are_shared_at_an_origin_and_nowhere_else(tmp_path):
    """All plugins are given one folder at an origin, another at the next, and none of them is left."""
    first, second = Keeper(name="first"), Keeper(name="second")

    evaluate(dataset_of(np.ones(40)), {"a": first, "b": second}, horizon=5, origins=2, checkpoints=tmp_path)

    assert [names for _, names in first.found] == [[], []]
    assert [names for _, names in second.found] == [["first"], ["first"]]
    assert [folder for folder, _ in first.found] == [folder for folder, _ in second.found]
    assert {folder.parent for folder, _ in first.found} == {tmp_path}
    assert not list(tmp_path.iterdir())


def test_checkpoints_of_a_failure_are_removed(tmp_path):
    """Nothing is left for an evaluation of other data to find."""
    with pytest.raises(PluginError):
        evaluate(
            dataset_of(np.ones(20)),
            {"a": Keeper(name="a"), "b": Witness(np.nan)},
            horizon=2,
            origins=1,
            checkpoints=tmp_path,
        )

    assert not list(tmp_path.iterdir())


def test_no_checkpoints_are_kept_unless_a_folder_is_given():
    """Without a folder plugins are told to keep nothing."""
    keeper = Keeper()

    evaluate(dataset_of(np.ones(20)), {"a": keeper}, horizon=2, origins=2)

    assert keeper.found == [None, None]


def test_the_document_is_plain_json_with_definitions():
    """The evaluation becomes JSON with protocol, definitions and one figure with its interval per metric."""
    evaluation = evaluate(dataset_of(np.ones((3, 30))), {"zero": Zero()}, horizon=2, origins=2, seed=3)
    document = json.loads(json.dumps(evaluation.to_json(), allow_nan=False))
    assert document["stage"] == "forecaster"
    assert document["seed"] == 3
    assert set(document["rows"][1]["metrics"]) == set(document["definitions"])
    assert document["rows"][1]["metrics"]["wape"] == {"estimate": 1.0, "low": 1.0, "high": 1.0}
    assert len(document["rows"][1]["by_horizon"]["wql"]) == 2


def test_seasonal_naive_repeats_the_last_open_period_of_its_place():
    """A closed day is skipped in memory: the same weekday of the week before is repeated."""
    dataset = dataset_of(np.arange(1.0, 22.0))
    plugin = SeasonalNaive(7)
    plugin.train(dataset=dataset)
    witness = Witness()
    evaluate(dataset, {"w": witness}, horizon=1, origins=1)
    request = attrs.evolve(witness.requests[0], horizon_days=9)
    answer = plugin.forecast(request=request, state=dataset.state())
    np.testing.assert_array_equal(answer.mean[0, 0], [15, 16, 17, 18, 19, 20, 21, 15, 16])


def test_a_folder_of_own_tables_has_no_protocol(tmp_path):
    """Only the files of the published data sets are recognised."""
    assert read_protocol(tmp_path) is None


def test_orange_juice_protocol_reproduces_the_published_naive():
    """Repeating the last week has MAPE 109.67 over 21,054 store-brand-weeks, as published; the baseline halves it."""
    protocol = read_protocol(shared_data("orange_juice", "oj_weekly.parquet").parent)
    evaluation = evaluate(protocol.dataset, {"baseline": BaselineForecaster()}, **protocol.arguments)
    naive, baseline = evaluation.row("seasonal_naive"), evaluation.row("baseline")
    assert naive.count == 21_054
    assert naive.metrics["mape"].estimate == pytest.approx(109.67, abs=0.005)
    assert baseline.metrics["mape_median"].estimate < 55
    assert baseline.metrics["mape"].estimate < 65
    assert 0.85 < baseline.metrics["coverage_90"].estimate < 0.95


def test_car_parts_protocol_reproduces_the_published_references():
    """Seasonal naive has WQL 1.600 and nothing at all 1.000, as published; the baseline is near .87."""
    protocol = read_protocol(shared_data("car_parts", "carparts_long.parquet").parent)
    plugins = {"zero": Zero(), "baseline": BaselineForecaster()}
    evaluation = evaluate(protocol.dataset, plugins, **protocol.arguments)
    assert evaluation.protocol["series"] == 2_509
    assert evaluation.row("seasonal_naive").metrics["wql"].estimate == pytest.approx(1.600, abs=0.0005)
    assert evaluation.row("zero").metrics["wql"].estimate == pytest.approx(1.0)
    assert evaluation.row("baseline").metrics["wql"].estimate < 0.89
