"""Cost against service: families, exact optima, intervals and the plot."""

import json
from xml.etree import ElementTree as ET

import attrs
import numpy as np
import pytest

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.evaluation.inventory import Scenario, ScenarioItem
from shelfwise.evaluation.inventory.exact import base_stock_rule, measures
from shelfwise.evaluation.inventory.frontier import DEFINITIONS, OPTIMUM, YARDSTICK, frontier
from shelfwise.evaluation.inventory.frontier_optimum import OptimalFrontier
from shelfwise.evaluation.inventory.frontier_plot import frontier_plot
from shelfwise.hookspecs import hookimpl
from shelfwise.simulation.laws import NormalLaw, poisson
from shelfwise.simulation.tuning import Service
from shelfwise.types import ServiceMeasure


def scenario(*items, law=None, **fields):
    """Make a scenario of items with Poisson demand."""
    named = tuple(attrs.evolve(item, item_id=f"item {row}") for row, item in enumerate(items))
    return Scenario("test", named, tuple(law or poisson(item.demand_mean) for item in named), **fields)


SMALL = scenario(
    ScenarioItem(3.0, lead_time=1), ScenarioItem(3.0, lead_time=2, fixed_order_cost=8.0), periods=400, replications=3
)


@pytest.fixture(scope="module")
def found():
    """The frontier of two items at two targets."""
    return frontier(SMALL, {"baseline": BaselineInventory()}, targets=(0.9, 0.98))


def test_every_family_has_a_row_for_each_target_and_item(found):
    """All items and each, in the order of the families, with the optimum at the end."""
    assert found.families == ["eoq", YARDSTICK, "best", "baseline", OPTIMUM]
    assert len(found.rows) == 5 * 2 * 3
    assert all(row["index"] == pytest.approx(100.0) for row in found.rows if row["plugin"] == YARDSTICK)


def test_no_family_beats_the_optimum_at_its_service(found):
    """Where a family reaches its target by all the interval, it costs at least the optimum, but for the interval."""
    optimum = {(row["item_id"], row["target"]): row["cost"].estimate for row in found.rows if row["plugin"] == OPTIMUM}
    for row in found.rows:
        if row["service"].low >= row["target"]:
            assert row["cost"].high >= optimum[row["item_id"], row["target"]]


def test_the_best_heuristic_costs_less_than_the_order_quantity(found):
    """At each target it is below the same quantity with the best reorder point, and reaches the target nearly."""
    for best, yardstick in zip(found.points("best"), found.points(YARDSTICK), strict=True):
        assert best["cost"].estimate < yardstick["cost"].estimate
        assert best["service"].estimate > best["target"] - 0.02


def test_a_mean_over_items_is_that_of_their_rows(found):
    """Cost over all items is the mean of theirs, and holding and ordering make it."""
    for total in found.points("baseline"):
        each = [
            row
            for row in found.rows
            if (row["plugin"], row["target"]) == ("baseline", total["target"]) and row["item_id"] != "all"
        ]
        assert np.mean([row["cost"].estimate for row in each]) == pytest.approx(total["cost"].estimate)
        assert total["holding_cost"] + total["ordering_cost"] == pytest.approx(total["cost"].estimate)


def test_the_report_is_json_with_its_definitions(found):
    """Every figure of a row is defined."""
    report = json.loads(json.dumps(found.to_json(), allow_nan=False))

    assert report["rows"][0].keys() - {"item_id"} <= DEFINITIONS.keys()
    assert report["rows"][0]["cost"].keys() == {"estimate", "low", "high"}


def test_the_plot_is_drawn(found):
    """A well-formed drawing with a line and a label for each family, and definitions on the page around it."""
    drawing = frontier_plot(found)

    root = ET.fromstring(drawing.svg())
    said = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert set(found.families) <= set(said)
    assert "NaN" not in drawing.svg()
    assert DEFINITIONS["reached"] in drawing.page(DEFINITIONS)


def test_plugins_are_asked_for_the_target():
    """The request says share and measure, and the optimum is left out where it is not computed."""
    asked = set()

    class Watching:
        @hookimpl
        def replenish(self, request, state, forecast):
            asked.add((request.service_target, request.service_measure))
            return BaselineInventory().replenish(request, state, forecast, None)

    short = scenario(ScenarioItem(9.0, lead_time=2), law=NormalLaw(9.0, 2.0), periods=5, warmup=2, replications=2)
    found = frontier(short, {"watching": Watching()}, measure=ServiceMeasure.CYCLE_SERVICE, targets=(0.95,))

    assert asked == {(0.95, ServiceMeasure.CYCLE_SERVICE)}
    assert OPTIMUM not in found.families


@pytest.mark.parametrize("measure", list(ServiceMeasure))
def test_the_optimum_is_below_every_base_stock_level(measure):
    """At the service that a level has exactly, the optimum costs no more, and at most a tenth less."""
    optimum = OptimalFrontier.of(scenario(ScenarioItem(3.0, lead_time=2)), 0)
    for level in (10, 12, 15):
        simple = measures(optimum.item, base_stock_rule(level))

        reached = optimum.reaching(Service(getattr(simple, measure.value), measure))

        assert 0.85 * simple.holding_cost < reached.holding_cost <= simple.holding_cost + 1e-6
        assert getattr(reached, measure.value) == pytest.approx(getattr(simple, measure.value), abs=1e-6)


@pytest.mark.parametrize(
    "fields",
    [{"lost_sales": False}, {"review_periods": 2}, {"law": NormalLaw(3.0, 1.0)}],
)
def test_the_optimum_is_left_out_where_it_is_not_known(fields):
    """Backorders, rarer reviews and continuous demand are beyond it."""
    assert OptimalFrontier.of(scenario(ScenarioItem(3.0, lead_time=2), **fields), 0) is None
