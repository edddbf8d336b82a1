"""The evaluation of inventory plugins, through their real hook."""

import json

import attrs
import numpy as np
import pytest

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.errors import PluginError
from shelfwise.evaluation.inventory import evaluate, lost_sales_example, read_scenario
from shelfwise.evaluation.inventory.evaluate import DEFINITIONS
from shelfwise.hookspecs import hookimpl


@pytest.fixture(scope="module")
def scenario():
    """The example, shorter."""
    return attrs.evolve(read_scenario(lost_sales_example()), periods=400, warmup=50, replications=2)


@pytest.fixture(scope="module")
def evaluation(scenario):
    """The baseline beside the references."""
    return evaluate(scenario, {"baseline": BaselineInventory()})


def test_the_references_come_first_and_are_near_the_optimum(evaluation):
    """The best base-stock policy beats none, the best capped one is better, and both are within a tenth."""
    base, capped = evaluation.row("base_stock"), evaluation.row("capped_base_stock")

    assert evaluation.rows[0]["plugin"] == "base_stock"
    assert capped["cost"] < base["cost"]
    assert -base["gap_half_width"] < base["gap_percent"] < 10.0 + base["gap_half_width"]


def test_the_baseline_is_near_the_best_base_stock_policy(evaluation):
    """Untuned, it costs within 3 % of the tuned one on the same demand."""
    assert evaluation.row("baseline")["cost"] < 1.03 * evaluation.row("base_stock")["cost"]


def test_costs_add_up(evaluation):
    """Holding, shortage and ordering make the cost; the mean over items is the row of all."""
    for row in evaluation.rows:
        parts = row["holding_cost"] + row["shortage_cost"] + row["ordering_cost"]
        assert parts == pytest.approx(row["cost"])
    costs = [row["cost"] for row in evaluation.rows if row["plugin"] == "baseline" and row["item_id"] != "all"]
    assert np.mean(costs) == pytest.approx(evaluation.row("baseline")["cost"])
    assert len(costs) == 4


def test_the_report_is_json_with_its_definitions(evaluation):
    """Every figure of a row is defined, and the protocol, seed and machine are there."""
    report = json.loads(json.dumps(evaluation.to_json(), allow_nan=False))

    assert {"protocol", "seed", "seconds", "rows", "definitions", "versions", "machine"} <= report.keys()
    assert report["rows"][0].keys() - {"plugin", "item_id"} <= DEFINITIONS.keys()
    assert report["protocol"]["scenario"] == "lost sales, Poisson demand"


def test_the_same_scenario_gives_the_same_figures(scenario):
    """But for the seconds, two evaluations are equal."""
    short = attrs.evolve(scenario, periods=40)
    rows = [evaluate(short, {"baseline": BaselineInventory()}).rows for _ in range(2)]

    assert [{k: v for k, v in row.items() if k != "seconds"} for row in rows[0]] == [
        {k: v for k, v in row.items() if k != "seconds"} for row in rows[1]
    ]


def test_plugins_are_told_prices_stock_orders_and_law_but_not_the_future(scenario):
    """Margin is the penalty, a day's holding the holding cost, and open orders carry the day announced."""
    seen = []

    class Watching:
        @hookimpl
        def replenish(self, request, state, forecast):
            seen.append((request, state, forecast))
            return BaselineInventory().replenish(request, state, forecast, None)

    evaluate(attrs.evolve(scenario, periods=5, warmup=0), {"watching": Watching()}, references=False)
    request, state, forecast = seen[3]

    assert state.items.margin == pytest.approx(9.0)
    assert state.items.unit_cost * 0.25 / 365 == pytest.approx(1.0)
    assert forecast.mean == pytest.approx(5.0)
    assert forecast.starts_on == state.starts_on
    assert request.review_days == 1
    due = (state.open_orders.arrives_on - np.datetime64(state.starts_on)).astype(int)
    lead = state.lanes.lead_time_days[state.open_orders.item]
    assert ((due >= 1) & (due < lead)).all()


def test_backorders_and_fixed_costs_are_evaluated_too(scenario):
    """A plugin for backorders serves its share of reviews; fixed costs are paid, and (s, S) is a reference."""
    items = tuple(attrs.evolve(item, fixed_order_cost=20.0, optimal_cost=None) for item in scenario.items)
    waiting = attrs.evolve(scenario, lost_sales=False, items=items)

    evaluation = evaluate(waiting, {"baseline": BaselineInventory(lost_sales=False)})
    row, reference = evaluation.row("baseline"), evaluation.row("reorder_point")

    assert reference["cost"] < evaluation.row("base_stock")["cost"]
    assert row["cost"] < 1.15 * reference["cost"]
    assert 0.8 < row["cycle_service"] < 1.0
    assert 0.0 < row["ordering_cost"] < 15.0
    assert np.isnan(row["gap_percent"])


class _Silent:
    @hookimpl
    def replenish(self, request):
        return None


def test_a_plugin_without_a_plan_is_an_error(scenario):
    """The evaluation measures plans, not silence."""
    with pytest.raises(PluginError, match="no plan"):
        evaluate(attrs.evolve(scenario, periods=2), {"silent": _Silent()}, references=False)
