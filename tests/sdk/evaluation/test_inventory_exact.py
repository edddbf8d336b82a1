"""Exact costs of lost-sales items against the published ones."""

import csv

import pytest
from shared_data import shared_data

from shelfwise.evaluation.inventory import lost_sales_example, read_scenario
from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, optimal_cost, policy_cost
from shelfwise.simulation.laws import geometric, poisson


@pytest.mark.parametrize("row", range(16))
def test_the_published_optimum_and_gaps_are_reproduced(row):
    """Zipkin's optimal cost, and how far the best base-stock and capped base-stock policies stay above it.

    The optimum of the largest chains, with lead time 4, is left to the example scenario's item and the benchmark.
    """
    with shared_data("inventory", "lost_sales_poisson.csv").open(encoding="utf-8") as file:
        cell = {name: float(value) for name, value in list(csv.DictReader(file))[row].items()}
    item = LostSalesItem(poisson(cell["demand_mean"]), int(cell["lead_time"]), cell["holding"], cell["penalty"])

    optimal = cell["optimal_cost"] if item.lead_time == 4 else optimal_cost(item, most=40, largest_order=12)
    base_stock = policy_cost(item, base_stock_rule(int(cell["best_base_stock"])))
    capped = policy_cost(item, base_stock_rule(int(cell["capped_level"]), int(cell["capped_max_order"])))

    assert optimal == pytest.approx(cell["optimal_cost"], abs=6e-5)
    assert (base_stock / optimal - 1) * 100 == pytest.approx(cell["base_stock_gap_percent"], abs=0.025)
    assert (capped / optimal - 1) * 100 == pytest.approx(cell["capped_gap_percent"], abs=0.025)


def test_the_optimal_costs_of_the_example_scenario_are_exact():
    """The scenario file that comes with the package says the truth."""
    for item in read_scenario(lost_sales_example()).items:
        exact = LostSalesItem(poisson(item.demand_mean), item.lead_time, item.holding, item.penalty)

        assert optimal_cost(exact, most=32, largest_order=9) == pytest.approx(item.optimal_cost, abs=6e-5)


def test_no_rule_beats_the_optimum():
    """Geometric demand of mean 2: every level costs at least the optimum, and the best is near it."""
    item = LostSalesItem(geometric(2.0), 2, 1.0, 9.0)

    best = min(policy_cost(item, base_stock_rule(level)) for level in range(6, 18))
    optimal = optimal_cost(item, most=60, largest_order=20)

    assert optimal <= best <= 1.1 * optimal
