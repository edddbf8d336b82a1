"""Learning by following the cost of whole paths back through the simulation (HDPO: Alvo et al. 2023)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from shelfwise_inventory_ppo.learning.costs import usual_cost
from shelfwise_inventory_ppo.learning.duration import Duration
from shelfwise_inventory_ppo.learning.dynamics import Stocks
from shelfwise_inventory_ppo.learning.examples import Draw
from shelfwise_inventory_ppo.learning.network import Average, Network, tensors
from shelfwise_inventory_ppo.learning.solved import Solved
from shelfwise_inventory_ppo.policy import LearnedPolicy

__all__ = ["follow_paths"]

_PERIODS = 32
"""How far a cost is followed back."""
_RENEWED = 0.1
"""Share of the examples that are new in each step."""
_WARM = 100
_SOLVED = 32
"""Solved items in each step."""
_SPREAD = (0.5, 0.25)
"""Of whole orders around the network's, at the beginning and at the end."""
_LONGEST_MEAN = 0.9985


def follow_paths(
    draw: Draw,
    *,
    duration: Duration,
    rows: int = 2048,
    width: int = 96,
    rate: float = 3e-3,
    seed: int = 0,
    start: LearnedPolicy | None = None,
    solved: Solved | None = None,
    tell: Callable[[float, float], None] = lambda *_: None,
) -> LearnedPolicy:
    """Learn for a while from ``rows`` examples at a time that ``draw`` gives.

    Orders may be of any size meanwhile. Costs of an example count as multiples of what the same item would cost if
    unmet demand waited, about: the newsvendor's of lead time and a period. ``tell`` is told of the share of the time
    that has passed, and of the mean of these multiples. The mean of the weights over the last steps is returned.

    Where units are few, the best policy among orders of any size is not near the best among whole ones. There
    ``solved`` items say what whole orders cost in the end, and paths count the less the smaller the scale.
    """
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    network = Network(width)
    if start is not None:
        network.take(start)
    average, optimiser = Average(network, _LONGEST_MEAN), torch.optim.Adam(network.parameters(), lr=rate)
    examples = draw(random, rows)
    terms = tensors(examples.terms())
    stocks = Stocks.usual(examples, terms, random)
    for step, passed in enumerate(duration.passing()):
        optimiser.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / _WARM) * (0.505 + 0.495 * np.cos(np.pi * passed))
        if step:
            chosen = random.choice(rows, int(rows * _RENEWED), replace=False)
            others = draw(random, len(chosen))
            examples.put(chosen, others)
            terms = tensors(examples.terms())
            stocks = stocks.put(torch.as_tensor(chosen), Stocks.usual(others, tensors(others.terms()), random))
        demand = torch.as_tensor(examples.draw_demand(random, _PERIODS), dtype=torch.float32)
        takes = torch.as_tensor(examples.draw_lead_times(random, _PERIODS), dtype=torch.float32)
        ratio, total = torch.as_tensor(examples.shortage_ratio, dtype=torch.float32), torch.zeros(rows)
        for period in range(_PERIODS):
            ordered = network.order(terms, stocks.on_hand, stocks.due)
            stocks, after = stocks.step(ordered, takes[period], demand[period])
            total = total + torch.relu(after) + ratio * torch.relu(-after)
        usual = torch.as_tensor(usual_cost(examples), dtype=torch.float32)
        multiples = total / usual / _PERIODS
        loss = multiples.mean()
        if solved is not None:
            square = terms.scale**2
            loss = (multiples * square / (square + 1.0)).mean()
            loss = loss + solved.loss(network, random, _SOLVED, _SPREAD[0] + (_SPREAD[1] - _SPREAD[0]) * passed)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.add()
        tell(passed, multiples.mean().item())
    return average.network().policy()
