"""The simulator against closed forms, Markov chains and published costs."""

import attrs
import numpy as np
import pytest
from scipy import special, stats

from shelfwise.evaluation.inventory import Scenario, ScenarioItem
from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, policy_cost
from shelfwise.evaluation.inventory.policies import BaseStock, ReorderPoint
from shelfwise.evaluation.inventory.run import run
from shelfwise.evaluation.inventory.simulator import System, simulate
from shelfwise.simulation import laws
from shelfwise.simulation.draws import uniforms


def scenario(law, *items, **fields) -> Scenario:
    """Make a scenario whose items share a law of demand."""
    named = tuple(attrs.evolve(item, item_id=str(row)) for row, item in enumerate(items))
    return Scenario("test", named, tuple(law for _ in items), **fields)


def interval(outcome, rows=slice(None)):
    """Return mean cost and four standard errors, from the batches of the rows."""
    batches = outcome.batch_cost[rows].reshape(-1)
    return batches.mean(), 4 * batches.std(ddof=1) / np.sqrt(len(batches))


def test_a_period_is_arrival_order_demand_and_cost():
    """Worked by hand: level 5, lead time 2, one period a column."""
    system = System(*(np.array([value]) for value in (2, 1.0, 9.0, 0.5, 5.0)))
    seen = []

    class Watched(BaseStock):
        def order(self, view):
            seen.append((view.on_hand[0], view.open_quantity.sum()))
            return super().order(view)

    outcome = simulate(system, Watched(np.array([5.0])), np.array([[2.0], [4.0], [1.0], [0.0]]), warmup=0)

    assert seen == [(5.0, 0.0), (3.0, 0.0), (0.0, 2.0), (2.0, 3.0)]
    assert outcome.shortage_cost[0] == 9.0 * 2
    assert outcome.holding_cost[0] == 3.0 + 0.0 + 0.0 + 2.0
    assert outcome.ordering_cost[0] == 0.5 * 2
    assert outcome.served[0] == 5.0


@pytest.mark.parametrize(("lead_time", "level", "cap"), [(1, 13, None), (3, 24, 6), (4, 28, None)])
def test_lost_sales_cost_what_the_markov_chain_says(lead_time, level, cap):
    """Simulated and exact average cost agree within four standard errors."""
    exact = policy_cost(LostSalesItem(laws.poisson(5.0), lead_time, 1.0, 9.0), base_stock_rule(level, cap))
    item = ScenarioItem(demand_mean=5.0, lead_time=lead_time, penalty=9.0)
    policy = BaseStock(np.full(8, float(level)), np.inf if cap is None else float(cap))

    cost, error = interval(run(scenario(laws.poisson(5.0), item, periods=5000, replications=8), policy))

    assert cost == pytest.approx(exact, abs=error)
    assert error < 0.05 * exact


def test_backorders_cost_the_newsvendor_formula():
    """It is h E(S - D)+ + p E(D - S)+ with D the demand of lead time and period."""
    item = ScenarioItem(demand_mean=5.0, lead_time=3, penalty=9.0)
    counts = np.arange(100)
    chance = stats.poisson.pmf(counts, 20)

    outcome = run(scenario(laws.poisson(5.0), item, periods=5000, lost_sales=False), BaseStock(np.full(8, 26.0)))

    expected = np.maximum(26 - counts, 0) @ chance + 9 * np.maximum(counts - 26, 0) @ chance
    cost, error = interval(outcome)
    assert cost == pytest.approx(expected, abs=error)
    assert outcome.reviews_served.mean() == pytest.approx(stats.poisson.cdf(26, 20), abs=0.02)


def test_a_fixed_cost_makes_the_published_cost_of_reorder_point_policies():
    """Poisson 5, lead time 2, h 1, p 14, K 5: the best (s, S) policy costs 11.62 (Bijvank et al. 2015)."""
    item = ScenarioItem(demand_mean=5.0, lead_time=2, penalty=14.0, fixed_order_cost=5.0)
    pairs = [(s, level) for s in range(14, 19) for level in range(20, 26)]
    made = scenario(laws.poisson(5.0), *[item] * len(pairs), periods=4000, replications=4)
    made = attrs.evolve(made, items=tuple(attrs.evolve(item, item_id="a") for item in made.items))
    points, levels = (np.repeat(np.array(column, dtype=float), 4) for column in zip(*pairs, strict=True))

    outcome = run(made, ReorderPoint(points, levels))

    best = int(outcome.cost.reshape(len(pairs), 4).mean(axis=1).argmin())
    cost, error = interval(outcome, slice(4 * best, 4 * best + 4))
    assert cost == pytest.approx(11.62, abs=error)


def test_uncertain_lead_times_wait_for_the_true_ones():
    """Orders may come later than announced; lead time demand then has variance L v + m^2 s^2."""
    item = ScenarioItem(demand_mean=20.0, lead_time=4, lead_time_sd=1.0, penalty=9.0)
    sure = attrs.evolve(item, lead_time_sd=0.0)
    level = 20 * 5 + special.ndtri(0.9) * np.sqrt(20 * 5)

    certain, uncertain = (
        run(scenario(laws.poisson(20.0), i, periods=3000, lost_sales=False), BaseStock(np.full(8, level)))
        for i in (sure, item)
    )

    assert certain.reviews_served.mean() == pytest.approx(0.9, abs=0.03)
    assert uncertain.reviews_served.mean() < 0.87
    assert uncertain.cost.mean() > 1.1 * certain.cost.mean()


def test_reviews_every_third_period():
    """A level over lead time and review period serves as many reviews as its quantile says."""
    item = ScenarioItem(demand_mean=5.0, lead_time=2)
    level = stats.poisson.ppf(0.9, 25)

    outcome = run(
        scenario(laws.poisson(5.0), item, periods=6000, warmup=300, review_periods=3, lost_sales=False),
        BaseStock(np.full(8, level)),
    )

    assert outcome.reviews_served.mean() == pytest.approx(stats.poisson.cdf(level, 25), abs=0.015)


def test_demand_depends_on_its_key_alone():
    """The same item, replication and period has the same demand in a longer run, in other company, for every policy."""
    item = ScenarioItem(demand_mean=5.0)
    short = scenario(laws.poisson(5.0), item, periods=50, warmup=0)
    long = scenario(laws.poisson(5.0), item, item, periods=80, warmup=0)

    assert (short.demand("demand", 2)[:, 0] == long.demand("demand", 3)[:50, 0, :2]).all()
    assert (short.demand("demand", 2) != short.demand("tuning", 2)).any()


@pytest.mark.parametrize(
    ("law", "mean", "variance"),
    [
        (laws.poisson(5.0), 5.0, 5.0),
        (laws.geometric(3.0), 3.0, 12.0),
        (laws.negative_binomial(4.0, 10.0), 4.0, 10.0),
        (laws.NormalLaw(50.0, 6.0), 50.0, 36.0),
        (laws.empirical([1, 1, 4]), 2.0, 2.0),
    ],
)
def test_laws_have_their_moments(law, mean, variance):
    """Demand drawn by inversion has the mean and variance asked for."""
    drawn = law.quantile(uniforms(1, "test", "a", 200_000, 1)[:, 0])

    assert law.mean == pytest.approx(mean)
    assert drawn.mean() == pytest.approx(mean, rel=0.02)
    assert drawn.var() == pytest.approx(variance, rel=0.03)
