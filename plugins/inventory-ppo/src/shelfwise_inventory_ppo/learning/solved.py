"""Small items solved exactly: what every order would cost in the end, as a critic that does not err."""

from __future__ import annotations

import attrs
import numpy as np
import torch
from numpy.typing import NDArray

from shelfwise_inventory_ppo.features import look, quantity
from shelfwise_inventory_ppo.learning.costs import usual_cost
from shelfwise_inventory_ppo.learning.examples import Examples, draw_examples
from shelfwise_inventory_ppo.learning.network import TORCH, Network, tensors
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["Solved", "solve_some"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ORDERS = 16
"""Orders of 0, 1, ... units that are valued, at most."""
_STATES = 6_000
"""The most that an item may have to be small."""
_LONGEST = 4
_KEPT = 128
"""States kept of an item, drawn as often as they are visited."""
_TOLERANCE, _SHARE, _ROUNDS = 1e-4, 0.8, 1000
_ASTRAY = 0.2
"""How often an order is a unit off while states are visited."""


@attrs.frozen(eq=False)
class Solved:
    """States of some items, and what orders of 0, 1, ... units cost beyond the best, in multiples of the usual cost.

    ``on_hand`` (items, states), ``due`` (items, states, periods) and ``regret`` (items, states, :data:`ORDERS`) are as
    :func:`~shelfwise_inventory_ppo.features.look` wants them; regret is infinite for orders that were not valued.
    """

    terms: Terms
    on_hand: torch.Tensor
    due: torch.Tensor
    regret: torch.Tensor

    def loss(self, network: Network, random: np.random.Generator, items: int, spread: float) -> torch.Tensor:
        """Return the mean regret of whole orders around the network's, in some items chosen at random.

        The mean regret in the states that a policy visits is how much more than the optimum it costs a period
        (Kakade and Langford 2002); orders are drawn as in :class:`~shelfwise_inventory_ppo.learning.actor.Actor`.
        """
        chosen = torch.as_tensor(random.integers(len(self.on_hand), size=items))
        states = self.on_hand.shape[1]
        terms = self.terms.each(lambda column: column[chosen].repeat_interleave(states, dim=0))
        due = self.due[chosen].flatten(0, 1)
        view = look(terms, self.on_hand[chosen].flatten(), due, TORCH)
        wanted = quantity(terms, view, network(view.features), TORCH)
        regret = self.regret[chosen].flatten(0, 1)
        far = (torch.arange(ORDERS) - wanted[:, None]) / spread
        likely = torch.softmax(torch.where(torch.isinf(regret), -torch.inf, -0.5 * far**2), dim=1)
        mean: torch.Tensor = (likely * torch.nan_to_num(regret, posinf=0.0)).sum(dim=1).mean()
        return mean


def solve_some(random: np.random.Generator, count: int) -> Solved:
    """Solve so many small items drawn at random, with punctual orders in every period."""
    found: list[tuple[Ints, Floats]] = []
    kept: list[Examples] = []
    while len(found) < count:
        examples = draw_examples(random, 200)
        for row in np.flatnonzero((examples.lead_time <= _LONGEST) & (examples.moments[:, 0] < 12.0)):
            one = examples.take(np.array([row]))
            law = _law(one)
            most, orders = _bounds(one)
            if law[0][-1] > 60 or (most + 1) * orders ** (one.lead_time[0] - 1) > _STATES or len(found) >= count:
                continue
            solution = _solve(random, one, law, most, orders)
            if solution is not None:
                found.append(solution)
                kept.append(Examples.of(one.demand, one.lead_time, one.shortage_ratio))
    examples = kept[0].joined(kept[1:])
    states = np.stack([state for state, _ in found]).astype(np.float32)
    terms = tensors(examples.terms())
    due = np.zeros((*states.shape[:2], terms.mean.shape[1] - 1), np.float32)
    due[..., : states.shape[2] - 1] = states[..., 1:]
    regret = np.stack([costs for _, costs in found]) / usual_cost(examples)[:, None, None]
    return Solved(terms, torch.as_tensor(states[..., 0].copy()), torch.as_tensor(due), torch.as_tensor(regret).float())


def _law(example: Examples) -> tuple[Floats, Floats]:
    values, counts = np.unique(example.demand[0], return_counts=True)
    return values, counts / counts.sum()


def _bounds(example: Examples) -> tuple[int, int]:
    """Return stock on hand and orders, 0 among them, that no good policy exceeds."""
    mean, deviation, skewness, _ = example.moments[0]
    score = float(example.terms().score[0])
    periods = example.lead_time[0] + 1
    most = periods * mean + (score + 2.0 + max(skewness, 0.0) / 2.0) * deviation * np.sqrt(periods) + 3.0
    orders = mean + 1.3 * max(score, 0.5) * deviation + 3.0
    return int(np.ceil(most)), int(min(np.ceil(orders) + 1, ORDERS))


def _solve(
    random: np.random.Generator, example: Examples, law: tuple[Floats, Floats], most: int, orders: int
) -> tuple[Ints, Floats] | None:
    """Return states as stock and what is due in 1, 2, ... periods, and the regret of orders in each of them.

    None where that takes too long, as of an item that hardly ever sells.
    """
    lead, ratio, (values, likely) = int(example.lead_time[0]), float(example.shortage_ratio[0]), law
    stock = np.arange(most + 1)
    left = stock[:, None] - values
    cost = (np.maximum(left, 0.0) + ratio * np.maximum(-left, 0.0)) @ likely
    after = np.maximum(left, 0.0).astype(np.int64)
    chance = np.zeros((most + 1, most + 1))
    np.add.at(chance, (np.repeat(stock, len(values)), after.ravel()), np.tile(likely, most + 1))
    arrived = np.minimum(stock[:, None] + np.arange(orders), most)
    value = np.zeros((most + 1, *[orders] * (lead - 1)))
    for _ in range(_ROUNDS):
        # Of the state after demand: stock left, then what is due next, and later, and what is ordered now.
        later = value[arrived]
        expected = np.tensordot(chance, later, axes=1)
        costs = cost.reshape(-1, *[1] * lead) + expected
        change = costs.min(axis=-1) - value
        if change.max() - change.min() < _TOLERANCE * max(abs(change.max()), 1e-9):
            break
        # In part only, as costs go round in a circle where demand hardly varies (Puterman 1994, section 8.5.4).
        value = value + _SHARE * (change - change.flat[0])
    else:
        return None
    regret = np.full((*costs.shape[:-1], ORDERS), np.inf)
    regret[..., :orders] = costs - costs.min(axis=-1, keepdims=True)
    states = _visited(random, regret, example, most, orders)
    return np.pad(states, ((0, 0), (0, _LONGEST - lead))), regret[tuple(states.T)]


def _visited(random: np.random.Generator, regret: Floats, example: Examples, most: int, orders: int) -> Ints:
    """Return states drawn from those that a policy sees which is now and then a unit off the best."""
    lead, best = int(example.lead_time[0]), regret.argmin(axis=-1)
    state = np.zeros((_KEPT, lead), np.int64)
    seen = []
    for period in range(40 + 5 * lead):
        order = best[tuple(state.T)]
        astray = random.random(_KEPT) < _ASTRAY
        order = np.clip(order + np.where(astray, random.integers(0, 2, _KEPT) * 2 - 1, 0), 0, orders - 1)
        demand = random.choice(example.demand[0], _KEPT).astype(np.int64)
        pipeline = np.column_stack([state[:, 1:], order])
        state = np.column_stack([np.maximum(state[:, 0] - demand, 0) + pipeline[:, 0], pipeline[:, 1:]])
        state[:, 0] = np.minimum(state[:, 0], most)
        if period >= 30:
            seen.append(state)
    every = np.concatenate(seen)
    return every[random.choice(len(every), _KEPT, replace=False)]
