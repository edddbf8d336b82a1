"""The policy at run time: the same as while it learned, fast to load, near the optimum."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from scipy import stats
from shelfwise_inventory_ppo.learning.network import Network, tensors
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.terms import Terms

from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, optimal_cost, policy_cost
from shelfwise.simulation.laws import poisson


def terms(random, rows=50):
    """Return terms of item-nodes of every kind."""
    lead, review = random.integers(1, 12, rows), random.integers(1, 8, rows)
    mean = np.repeat(random.gamma(1.0, 5.0, rows)[:, None], 20, axis=1)
    return Terms.of(
        mean=mean,
        variance=mean * 1.5,
        skewness=random.uniform(0.0, 2.0, rows),
        none=np.exp(-mean[:, 0]),
        lead_time=lead,
        lead_deviation=random.uniform(0.0, 2.0, rows),
        shortage_ratio=random.uniform(2.0, 200.0, rows),
        review=review,
    )


def test_numpy_and_torch_order_the_same():
    """What is learned in torch is what decides in NumPy."""
    random = np.random.default_rng(0)
    told, network = terms(random), Network(16)
    torch.manual_seed(0)
    for weights in network.parameters():
        torch.nn.init.normal_(weights, std=0.3)
    on_hand, due = random.gamma(2.0, 5.0, 50), random.gamma(1.0, 5.0, (50, 19))

    learned = network.order(tensors(told), torch.as_tensor(on_hand).float(), torch.as_tensor(due).float())

    assert np.allclose(network.policy().order(told, on_hand, due), learned.detach(), rtol=1e-4, atol=1e-3)


def test_a_policy_is_read_as_it_was_written(tmp_path):
    """Weights survive a file, bit for bit."""
    policy = LearnedPolicy.shipped()
    policy.save(tmp_path / "weights.safetensors")

    read = LearnedPolicy.load(tmp_path / "weights.safetensors")

    for mine, theirs in zip(policy.perceptron.layers, read.perceptron.layers, strict=True):
        assert np.array_equal(mine.weight, theirs.weight)
        assert np.array_equal(mine.bias, theirs.bias)


def test_plenty_orders_nothing_and_empty_shelves_something():
    """Ten thousand units on hand are enough for every item; with none, nearly all are ordered."""
    random = np.random.default_rng(1)
    told, policy = terms(random), LearnedPolicy.shipped()
    nothing = np.zeros((50, 19))

    much, none = (policy.order(told, np.full(50, units), nothing) for units in (1e4, 0.0))

    assert (much == 0).all()
    assert (none > 0).mean() > 0.9


@pytest.mark.parametrize(("lead_time", "penalty"), [(1, 9.0), (2, 9.0), (3, 19.0)])
def test_the_shipped_policy_is_near_the_optimum(lead_time, penalty):
    """On lost sales of Poisson demand it is exactly graded: nearer to the optimum than the best capped base-stock."""
    item = LostSalesItem(poisson(5.0), lead_time, 1.0, penalty)
    policy, one = LearnedPolicy.shipped(), np.ones((1, lead_time + 1))
    told = Terms.of(
        mean=5.0 * one,
        variance=5.0 * one,
        skewness=[5.0**-0.5],
        none=[stats.poisson.pmf(0, 5.0)],
        lead_time=[lead_time],
        lead_deviation=[0.0],
        shortage_ratio=[penalty],
    )

    def rule(states):
        each = told.each(lambda column: np.broadcast_to(column, (len(states), *column.shape[1:])))
        due = np.pad(states[:, 1:].astype(float), ((0, 0), (0, 1)))
        return np.rint(policy.order(each, states[:, 0].astype(float), due)).astype(int)

    optimum = optimal_cost(item, most=45, largest_order=13)
    capped = min(
        policy_cost(item, base_stock_rule(level, cap), 1e-6)
        for level in range(5 * lead_time + 6, 5 * lead_time + 13)
        for cap in range(5, 10)
    )
    cost = policy_cost(item, rule)
    assert optimum <= cost + 1e-6
    assert cost <= capped + 1e-6
    assert cost <= 1.003 * optimum


def test_planning_needs_no_torch():
    """Only who learns imports it."""
    code = (
        "import sys\n"
        "from shelfwise_inventory_ppo import PPOInventory\n"
        "PPOInventory()\n"
        "print('torch' in sys.modules, 'tianshou' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]
