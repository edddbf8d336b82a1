"""Learning: what it learns from, that it learns, and that it can be repeated."""

import numpy as np
import torch
from scipy import stats
from shelfwise_inventory_ppo.learning.duration import Duration
from shelfwise_inventory_ppo.learning.dynamics import Stocks
from shelfwise_inventory_ppo.learning.examples import Examples, draw_examples
from shelfwise_inventory_ppo.learning.grade import grade
from shelfwise_inventory_ppo.learning.laws import ATOMS, draw_laws
from shelfwise_inventory_ppo.learning.network import Network, tensors
from shelfwise_inventory_ppo.learning.pathwise import follow_paths
from shelfwise_inventory_ppo.learning.ppo import improve
from shelfwise_inventory_ppo.learning.solved import ORDERS, solve_some

torch.set_num_threads(1)


def poissons(count):
    """Return item-nodes of Poisson demand."""
    atoms = stats.poisson.ppf((np.arange(ATOMS) + 0.5) / ATOMS, 5.0)
    lead, ratio = np.arange(count) % 4 + 1, np.array([4.0, 9.0, 19.0, 39.0])[np.arange(count) // 4 % 4]
    return Examples.of(np.tile(atoms, (count, 1)), lead, ratio)


def test_laws_are_whole_units_in_order():
    """Every kind gives rising whole numbers of at least 0, and some demand."""
    laws = draw_laws(np.random.default_rng(0), 500)

    assert laws.shape == (500, ATOMS)
    assert (laws == np.rint(laws)).all()
    assert (laws >= 0).all()
    assert (np.diff(laws, axis=1) >= 0).all()
    assert (laws.mean(axis=1) > 0).mean() > 0.99


def test_examples_are_announced_as_they_come():
    """Lead times are within what is learned, and what is announced is the mean in whole periods."""
    random = np.random.default_rng(0)
    examples = draw_examples(random, 400)
    takes = examples.draw_lead_times(random, 3000)

    assert examples.lead_time.min() >= 1
    assert examples.lead_time.max() <= 8
    assert takes.min() >= 1
    assert np.allclose(examples.late.sum(axis=1), 1.0)
    assert (np.abs(takes.mean(axis=0) - examples.lead_time) < 1.0).mean() > 0.95


def test_no_unit_is_made_or_lost():
    """What is ordered is sold, held, or under way."""
    random = np.random.default_rng(0)
    examples = draw_examples(random, 60)
    terms = tensors(examples.terms())
    stocks = Stocks.usual(examples, terms, random)
    before = stocks.on_hand + stocks.units.sum(dim=1)
    ordered, sold = torch.zeros(60), torch.zeros(60)
    for _period in range(40):
        units = torch.as_tensor(random.integers(0, 9, 60)).float() * (stocks.wait == 0)
        demand = torch.as_tensor(examples.draw_demand(random, 1)[0]).float()
        takes = torch.as_tensor(examples.draw_lead_times(random, 1)[0]).float()
        stocks, after = stocks.step(units, takes, demand)
        ordered, sold = ordered + units, sold + demand + torch.clamp(after, max=0.0)

    assert torch.allclose(before + ordered, sold + stocks.on_hand + stocks.units.sum(dim=1), atol=0.1)


def test_following_paths_makes_a_policy_cheaper():
    """Some steps are enough to beat the policy that has learned nothing, on demand that it did not see."""
    start, development = Network(16).policy(), poissons(64)

    learned = follow_paths(lambda _, count: poissons(count), duration=Duration(steps=60), rows=64, width=16, rate=1e-2)

    costs = [grade(policy, development, periods=600, seed=5) for policy in (start, learned)]
    assert costs[1] < costs[0]


def test_learning_is_repeatable():
    """So many steps with a seed give the same weights."""
    some = solve_some(np.random.default_rng(0), 4)
    first, again = (
        follow_paths(draw_examples, duration=Duration(steps=3), rows=40, width=8, seed=1, solved=some) for _ in range(2)
    )

    for mine, theirs in zip(first.perceptron.layers, again.perceptron.layers, strict=True):
        assert np.array_equal(mine.weight, theirs.weight)


def test_ppo_makes_a_policy_cheaper():
    """A few updates improve on the policy that it starts from."""
    start, development = Network(16).policy(), poissons(64)

    learned = improve(
        lambda _, count: poissons(count),
        duration=Duration(steps=25),
        items=16,
        copies=16,
        renewed=0.0,
        width=16,
        rate=3e-3,
        start=start,
    )

    costs = [grade(policy, development, periods=600, seed=5) for policy in (start, learned)]
    assert costs[1] < costs[0]


def test_solved_items_have_a_best_order_everywhere():
    """Regret is 0 for some order in each state, never negative, and infinite for none that is near the best."""
    some = solve_some(np.random.default_rng(0), 12)

    assert some.regret.shape == (12, some.on_hand.shape[1], ORDERS)
    assert torch.allclose(some.regret.min(dim=2).values, torch.tensor(0.0))
    assert (some.regret >= 0).all()
    assert some.loss(Network(8), np.random.default_rng(0), 12, 0.3) > 0
