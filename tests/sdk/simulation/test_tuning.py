"""Tuned policies against exact costs, published ones and each other."""

import csv

import numpy as np
import pytest
from scipy import stats
from shared_data import shared_data

from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, policy_cost
from shelfwise.simulation import OUTSIDE, Forecast, Network, Replay, World, simulate
from shelfwise.simulation.laws import NormalLaw, empirical, poisson
from shelfwise.simulation.tuning import KINDS, Service, best, tuned
from shelfwise.types import ServiceMeasure

FIXED = Network(("a",), lead_time=2, lost_cost=14.0, order_cost=5.0)


def test_the_best_capped_base_stock_policies_are_found():
    """On each of the 16 published items the exact cost is within 0.3 % of the best one's."""
    with shared_data("inventory", "lost_sales_poisson.csv").open(encoding="utf-8") as file:
        cells = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    names = [str(row) for row in range(len(cells))]
    lead, penalty = ([cell[name] for cell in cells] for name in ("lead_time", "penalty"))
    law = poisson(5.0)

    found = tuned(
        "capped_base_stock", Network(names, lead_time=lead, lost_cost=penalty), [law] * len(cells), budget=4_000_000
    )

    for row, cell in enumerate(cells):
        level, cap = (int(found.parameters[name][row]) for name in ("level", "cap"))
        cost = policy_cost(
            LostSalesItem(law, int(cell["lead_time"]), 1.0, cell["penalty"]), base_stock_rule(level, cap)
        )
        assert cost < 1.003 * cell["optimal_cost"] * (1.0 + cell["capped_gap_percent"] / 100.0)


@pytest.mark.parametrize(("kind", "published"), [("reorder_point", 11.62), ("reorder_quantity", 11.56)])
def test_published_costs_of_fixed_order_costs_are_reached(kind, published):
    """Poisson 5, lead time 2, h 1, p 14, K 5: 11.62 by (s, S) and 11.56 by (r, nQ) (Bijvank et al. 2015)."""
    law = poisson(5.0)
    found = tuned(kind, FIXED, [law], budget=2_000_000)

    cost = simulate(World.draw(FIXED, [law], periods=5_100, scenarios=100, seed=1), found, warmup=100).cost

    assert cost.mean() == pytest.approx(published, rel=0.004)


def test_base_stock_with_backorders_is_the_newsvendors_quantile():
    """The best level is the quantile of demand over lead time and period; so is the newsvendor's."""
    network = Network(("a", "b"), lead_time=[1, 4], backorder_share=1.0, backorder_cost=9.0)
    quantile = stats.poisson.ppf(0.9, [10.0, 25.0])

    level = tuned("base_stock", network, [poisson(5.0)] * 2, budget=2_000_000).parameters["level"]
    probability = tuned("newsvendor", network, [poisson(5.0)] * 2, budget=2_000_000).parameters["probability"]

    np.testing.assert_allclose(level, quantile, atol=1.0)
    np.testing.assert_allclose(probability, 0.9, atol=0.05)


def test_the_projected_level_beats_base_stock_where_sales_are_lost():
    """At lead time 4 it is below the best base-stock policy, and within 2 % of the optimum of 7.0 (penalty 9)."""
    network, law = Network(("a",), lead_time=4, lost_cost=9.0), poisson(5.0)
    world = World.draw(network, [law], periods=5_100, scenarios=60, seed=1)

    base, projected = (
        simulate(world, tuned(kind, network, [law]), warmup=100).cost.mean()
        for kind in ("base_stock", "projected_inventory")
    )

    assert projected < 0.97 * base


def test_a_series_costs_what_clark_and_scarf_say():
    """Snyder and Shen, example 6.1: echelon levels found by descent cost within half a percent of 47.65."""
    network = Network(
        ("upstream", "middle", "downstream"),
        source=[OUTSIDE, 0, 1],
        lead_time=[2, 1, 0],
        holding_cost=[2.0, 4.0, 7.0],
        transit_cost=[0.0, 2.0, 4.0],
        backorder_cost=[0.0, 0.0, 37.12],
        backorder_share=1.0,
    )
    demand = [None, None, NormalLaw(5.0, 1.0)]
    found = tuned("echelon_base_stock", network, demand, budget=2_000_000)

    cost = simulate(World.draw(network, demand, periods=1_100, scenarios=200, seed=1), found, warmup=100).cost

    assert cost.sum(axis=0).mean() + 4.0 * 5.0 == pytest.approx(47.65, rel=0.005)


@pytest.mark.parametrize("measure", list(ServiceMeasure))
@pytest.mark.parametrize("kind", ["base_stock", "reorder_point"])
def test_a_service_is_reached_and_no_more(kind, measure):
    """On other draws it is within a percent of 95 % or above, below what one level more would make of it."""
    law = poisson(5.0)
    found = tuned(kind, FIXED, [law], service=Service(0.95, measure))

    outcome = simulate(World.draw(FIXED, [law], periods=5_100, scenarios=20, seed=1), found, warmup=100)

    assert 0.94 < getattr(outcome, measure)[0] < 0.975


def test_the_textbooks_rule_is_as_worked_by_hand():
    """Q is sqrt(2 K d / h); r covers lead time and review by the quantile of 1 - h Q / (h Q + p d)."""
    found = tuned("eoq", FIXED, [poisson(5.0)]).parameters

    short = 7.0 / (7.0 + 14.0 * 5.0)
    assert found["quantity"].tolist() == [7.0]
    assert found["reorder_point"].tolist() == [np.ceil(15.0 + stats.norm.ppf(1.0 - short) * np.sqrt(15.0))]


def test_the_textbooks_fill_rate_rule_is_met_without_lost_sales():
    """With backorders and continuous-like review (r, Q) fills at least what it is told to."""
    network = Network(("a",), lead_time=3, backorder_share=1.0, backorder_cost=9.0, order_cost=60.0)
    law = NormalLaw(20.0, 5.0)

    outcome = simulate(
        World.draw(network, [law], periods=2_000, scenarios=20, seed=1),
        tuned("eoq", network, [law], service=Service(0.97)),
        warmup=100,
    )

    assert 0.97 < outcome.fill_rate[0] < 0.999


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_tuned_for_whatever_there_is(kind):
    """No demand, a forecast with a rhythm, a record and random lead times in one network; names and shapes are told."""
    rhythm = Forecast([0.0, 1.0], [[0.0, 4.0, 8.0], [4.0, 12.0, 30.0]])
    demand = [None, rhythm, Replay([0.0, 3.0, 1.0]), None]
    network = Network(("w", "a", "b", "c"), source=[OUTSIDE, 0, 0, OUTSIDE], lead_time=[2, 0, 1, 3], lost_cost=9.0)

    found = tuned(
        kind, network, demand, lead_times=[empirical([1, 2, 4]), None, None, None], budget=20_000, periods=60, warmup=20
    )

    assert found.name == kind
    assert found.cost.shape == (4,)
    assert all(np.isfinite(values).all() and values.shape == (4,) for values in found.parameters.values())
    world = World.draw(network, demand, periods=100, scenarios=3, seed=1)
    assert simulate(world, found).fill_rate[1] > 0.5


def test_the_best_of_all_kinds_is_chosen_item_by_item():
    """With a fixed order cost it is no base-stock policy, and what it orders is what the chosen ones would."""
    network = Network(("a", "b"), lead_time=[4, 2], lost_cost=9.0, order_cost=[0.0, 30.0])
    laws = [poisson(5.0), poisson(5.0)]
    found = best(network, laws, kinds=("base_stock", "capped_base_stock", "reorder_point"), budget=200_000)

    outcome = simulate(World.draw(network, laws, periods=2_100, scenarios=40, seed=1), found, warmup=100)

    assert found.kinds.tolist() == ["capped_base_stock", "reorder_point"]
    np.testing.assert_allclose(outcome.cost.mean(axis=1), found.cost, rtol=0.05)
    assert found.parameters_of(0).keys() == {"level", "cap"}
    assert found.parameters_of(1)["level"] > found.parameters_of(1)["reorder_point"]


def test_what_is_found_hangs_on_no_company():
    """An item alone has the parameters that it has beside others, and the same again."""
    names, laws = ("a", "b", "c"), [poisson(5.0), poisson(0.3), poisson(40.0)]
    together = tuned("base_stock", Network(names, lost_cost=9.0), laws, budget=50_000).parameters["level"]

    alone = [
        tuned("base_stock", Network((name,), lost_cost=9.0), [law], budget=50_000).parameters["level"][0]
        for name, law in zip(names, laws, strict=True)
    ]

    np.testing.assert_allclose(together, alone, rtol=0.03)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [(("none", FIXED, [None]), "kind must be one of eoq"), (("eoq", FIXED, []), "a source or None for each of 1")],
)
def test_what_cannot_be_tuned_is_refused(wrong, told):
    """The error names what is allowed."""
    with pytest.raises(ValueError, match=told):
        tuned(*wrong)
