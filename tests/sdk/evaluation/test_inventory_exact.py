"""Exact costs of lost-sales items against the published ones and the simulator."""

import csv

import numpy as np
import pytest
from shared_data import shared_data

from shelfwise.evaluation.inventory import exact_two_point, lost_sales_example, read_scenario
from shelfwise.evaluation.inventory.exact import (
    LostSalesItem,
    base_stock_rule,
    measures,
    optimal_cost,
    optimal_rule,
    policy_cost,
)
from shelfwise.evaluation.inventory.exact_two_point import TwoPointItem
from shelfwise.simulation import BaseStock, Network, ReorderPoint, World, simulate
from shelfwise.simulation.laws import empirical, geometric, poisson


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


FIXED = LostSalesItem(poisson(5.0), 2, 1.0, 14.0, fixed_order_cost=5.0)


def test_the_published_optimum_with_a_fixed_order_cost_is_reproduced():
    """Poisson 5, lead time 2, h 1, p 14, K 5: 11.46 at best, 11.62 by (s, S) (Bijvank et al. 2015)."""

    def order_up_to(point, level):
        return lambda states: np.where(states.sum(axis=1) <= point, level - states.sum(axis=1), 0)

    optimal = optimal_cost(FIXED, most=45, largest_order=20)

    assert optimal == pytest.approx(11.46, abs=0.005)
    costs = [policy_cost(FIXED, order_up_to(point, level)) for point in range(15, 19) for level in range(21, 26)]
    assert min(costs) == pytest.approx(11.62, abs=0.005)
    assert policy_cost(FIXED, optimal_rule(FIXED, most=45, largest_order=20)) == pytest.approx(optimal, abs=1e-4)


def test_the_optimal_rule_of_every_lead_time_costs_the_optimum():
    """The rule that is read off the values is the one they are of."""
    for lead_time in (1, 2, 3):
        item = LostSalesItem(poisson(2.0), lead_time, 1.0, 9.0)

        cost = policy_cost(item, optimal_rule(item, most=20, largest_order=8))

        assert cost == pytest.approx(optimal_cost(item, most=20, largest_order=8), abs=1e-5)


def test_measures_are_those_of_the_simulator():
    """Holding, ordering, fill rate and cycle service of an (s, S) policy agree within half a percent."""
    network = Network(("a",), lead_time=2, lost_cost=14.0, order_cost=5.0)
    world = World.draw(network, [FIXED.law], periods=5_100, scenarios=200, seed=0)

    exact = measures(FIXED, lambda states: np.where(states.sum(axis=1) <= 16, 22 - states.sum(axis=1), 0))

    simulated = simulate(world, ReorderPoint(np.array([16.0]), np.array([22.0])), warmup=100)
    assert simulated.cost.mean() == pytest.approx(exact.cost, rel=0.005)
    assert simulated.costs["holding"].mean() == pytest.approx(exact.holding_cost, rel=0.005)
    assert simulated.costs["ordering"].mean() == pytest.approx(exact.ordering_cost, rel=0.005)
    assert simulated.fill_rate[0] == pytest.approx(exact.fill_rate, rel=0.005)
    assert simulated.cycle_service[0] == pytest.approx(exact.cycle_service, rel=0.005)


def test_random_lead_times_of_one_period_or_two_cost_what_the_simulator_says():
    """A base-stock rule agrees within half a percent, and the optimum is below the best of them."""
    item = TwoPointItem(poisson(5.0), 0.5, 1.0, 9.0)
    world = World.draw(
        Network(("a",), lost_cost=9.0),
        [item.law],
        periods=5_100,
        scenarios=200,
        seed=0,
        lead_times=[empirical([1.0, 2.0])],
    )

    simulated = simulate(world, BaseStock(np.array([16.0])), warmup=100).cost.mean()

    costs = {level: policy_cost(item, base_stock_rule(level)) for level in range(13, 19)}
    assert simulated == pytest.approx(costs[16], rel=0.005)
    assert 0.9 * min(costs.values()) < exact_two_point.optimal_cost(item, 40, 15) < min(costs.values())


@pytest.mark.parametrize(("early", "lead_time"), [(1.0, 1), (0.0, 2)])
def test_a_coin_of_one_side_is_a_certain_lead_time(early, lead_time):
    """Both kinds of chain then have the same optimum."""
    certain = LostSalesItem(poisson(3.0), lead_time, 1.0, 9.0, fixed_order_cost=4.0)
    coin = TwoPointItem(poisson(3.0), early, 1.0, 9.0, fixed_order_cost=4.0)

    assert exact_two_point.optimal_cost(coin, 30, 14) == pytest.approx(optimal_cost(certain, 30, 14), abs=1e-4)
