"""How a policy does on a development set: whole units, many periods, the same demand for every policy."""

from __future__ import annotations

import numpy as np
import torch

from shelfwise_inventory_ppo.learning.costs import usual_cost
from shelfwise_inventory_ppo.learning.dynamics import Stocks
from shelfwise_inventory_ppo.learning.examples import Examples
from shelfwise_inventory_ppo.learning.network import Network, tensors
from shelfwise_inventory_ppo.policy import LearnedPolicy

__all__ = ["grade"]


@torch.no_grad()
def grade(policy: LearnedPolicy, examples: Examples, *, periods: int, warmup: int = 50, seed: int = 0) -> float:
    """Return the mean cost of a period over the examples, in multiples of the usual; lower is better."""
    random = np.random.default_rng(seed)
    network = Network(policy.perceptron.width)
    network.take(policy)
    terms = tensors(examples.terms())
    stocks = Stocks.usual(examples, terms, random)
    demand = torch.as_tensor(examples.draw_demand(random, warmup + periods), dtype=torch.float32)
    takes = torch.as_tensor(examples.draw_lead_times(random, warmup + periods), dtype=torch.float32)
    ratio, total = torch.as_tensor(examples.shortage_ratio, dtype=torch.float32), torch.zeros(len(examples))
    for period in range(warmup + periods):
        ordered = torch.round(network.order(terms, stocks.on_hand, stocks.due))
        stocks, after = stocks.step(ordered, takes[period], demand[period])
        if period >= warmup:
            total += torch.relu(after) + ratio * torch.relu(-after)
    return float((total.numpy() / usual_cost(examples)).mean() / periods)
