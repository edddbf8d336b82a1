"""A scenario through the simulator: what was drawn, what it costs, and what plugins are told of open orders."""

import attrs
import numpy as np
import pytest
from scipy import special, stats

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.evaluation.inventory import Scenario, ScenarioItem
from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, policy_cost
from shelfwise.evaluation.inventory.plugin_policy import PluginPolicy
from shelfwise.evaluation.inventory.run import BATCHES, run
from shelfwise.hookspecs import hookimpl
from shelfwise.simulation import BaseStock, laws


def scenario(law, *items, **fields) -> Scenario:
    """Make a scenario whose items share a law of demand."""
    named = tuple(attrs.evolve(item, item_id=str(row)) for row, item in enumerate(items))
    return Scenario("test", named, tuple(law for _ in items), **fields)


@pytest.mark.parametrize(("lead_time", "level", "cap"), [(1, 13, None), (3, 24, 6), (4, 28, None)])
def test_lost_sales_cost_what_the_markov_chain_says(lead_time, level, cap):
    """Simulated and exact average cost agree within four standard errors of the batches."""
    exact = policy_cost(LostSalesItem(laws.poisson(5.0), lead_time, 1.0, 9.0), base_stock_rule(level, cap))
    item = ScenarioItem(demand_mean=5.0, lead_time=lead_time, penalty=9.0)
    policy = BaseStock(np.array([float(level)]), np.inf if cap is None else float(cap))

    batches = run(scenario(laws.poisson(5.0), item, periods=5000, replications=8), policy).batch_cost

    error = 4 * batches.std(ddof=1) / np.sqrt(batches.size)
    assert batches.shape == (1, 8, BATCHES)
    assert batches.mean() == pytest.approx(exact, abs=error)
    assert error < 0.05 * exact


def test_backorders_cost_the_newsvendor_formula():
    """It is h E(S - D)+ + p E(D - S)+ with D the demand of lead time and period."""
    item = ScenarioItem(demand_mean=5.0, lead_time=3, penalty=9.0)
    counts = np.arange(100)
    chance = stats.poisson.pmf(counts, 20)

    found = run(scenario(laws.poisson(5.0), item, periods=5000, lost_sales=False), BaseStock(np.array([26.0])))

    expected = np.maximum(26 - counts, 0) @ chance + 9 * np.maximum(counts - 26, 0) @ chance
    assert found.outcome.cost.mean() == pytest.approx(expected, rel=0.05)
    assert found.outcome.cycle_service[0] == pytest.approx(stats.poisson.cdf(26, 20), abs=0.02)


def test_uncertain_lead_times_wait_for_the_true_ones():
    """Orders may come later than announced, and what served nine periods of ten then serves fewer."""
    item = ScenarioItem(demand_mean=20.0, lead_time=4, lead_time_sd=1.0, penalty=9.0)
    sure = attrs.evolve(item, lead_time_sd=0.0)
    level = np.array([20 * 5 + special.ndtri(0.9) * np.sqrt(20 * 5)])

    certain, uncertain = (
        run(scenario(laws.poisson(20.0), i, periods=3000, lost_sales=False), BaseStock(level)).outcome
        for i in (sure, item)
    )

    assert certain.cycle_service[0] == pytest.approx(0.9, abs=0.03)
    assert uncertain.cycle_service[0] < 0.87
    assert uncertain.cost.mean() > 1.1 * certain.cost.mean()


def test_reviews_every_third_period():
    """A level over lead time and review period serves as many reviews as its quantile says."""
    item = ScenarioItem(demand_mean=5.0, lead_time=2)
    level = stats.poisson.ppf(0.9, 25)

    found = run(
        scenario(laws.poisson(5.0), item, periods=6000, warmup=300, review_periods=3, lost_sales=False),
        BaseStock(np.array([level])),
    )

    assert found.outcome.cycle_service[0] == pytest.approx(stats.poisson.cdf(level, 25), abs=0.015)


def test_studies_have_draws_of_their_own():
    """Tuning and validation never see what the evaluation draws, demand nor lead times."""
    made = scenario(laws.poisson(5.0), ScenarioItem(demand_mean=5.0, lead_time=3, lead_time_sd=1.0), periods=50)

    world, other = made.world(), made.world("validation")

    assert (world.demand != other.demand).any()
    assert (world.lead_time != other.lead_time).any()
    np.testing.assert_array_equal(world.demand, made.world().demand)


def test_plugins_are_told_the_day_announced_of_what_is_late():
    """An order sent two days ago is due in its lead time less two days, whenever it will truly arrive."""
    told = []

    class Ordering:
        @hookimpl
        def replenish(self, request, state, forecast):
            orders, today = state.open_orders, np.datetime64(state.starts_on)
            told.append(dict(zip((orders.arrives_on - today).astype(int).tolist(), orders.quantity, strict=True)))
            return BaselineInventory().replenish(request, state, forecast, None)

    class Late(PluginPolicy):
        def order(self, state):
            super().order(state)
            return np.full(state.on_hand.shape, 1.0 + state.period)

    made = scenario(laws.poisson(0.1), ScenarioItem(lead_time=2), warmup=0, periods=15, replications=1)
    items = tuple(attrs.evolve(item, lead_time_sd=3.0) for item in made.items)
    run(made, Late.of(Ordering(), made))
    certain = list(told)
    told.clear()
    made = attrs.evolve(made, items=items, seed=1)
    run(made, Late.of(Ordering(), made))

    assert certain == [{}, *({1: float(day)} for day in range(1, 15))]
    for day, seen in enumerate(told):
        assert seen == {2 - age: day - age + 1.0 for age in range(1, day + 1) if 2 - age in seen}
    assert any(due <= 0 for seen in told for due in seen)
