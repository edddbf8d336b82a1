"""Exact average costs of one lost-sales item with whole units, by Markov chains: the oracle of the simulator.

Convention and results: Zipkin (2008), "Old and new methods for lost-sales inventory systems". The state is the stock
on hand after the arrival and the orders due in 1, ..., L - 1 periods; review every period, L >= 1.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.simulation.laws import DiscreteLaw

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OrderRule = Callable[[Ints], Ints]
"""Maps states of shape (states, L) to whole orders of shape (states,)."""


@attrs.frozen(eq=False)
class LostSalesItem:
    """An item whose unmet demand is lost; costs per unit, ``lead_time`` in periods."""

    law: DiscreteLaw
    lead_time: int
    holding: float
    penalty: float

    def period_cost(self, stock: Ints) -> Floats:
        """Return the expected cost of a period that begins with ``stock`` on hand, of the same shape."""
        left = stock[..., None] - self.law.values
        cost = self.holding * np.maximum(left, 0.0) + self.penalty * np.maximum(-left, 0.0)
        return np.asarray(cost @ self.law.probabilities)

    def left_over(self, most: int) -> Floats:
        """Return P(units left | units on hand), of shape (most + 1, most + 1)."""
        units = np.arange(most + 1)
        likely = np.zeros(most + 1)
        likely[: len(self.law.values)] = self.law.probabilities[: most + 1]
        sold = units[:, None] - units[None, :]
        chance = np.where(sold >= 0, likely[np.maximum(sold, 0)], 0.0)
        chance[:, 0] += 1.0 - chance.sum(axis=1)
        return chance


def base_stock_rule(level: int, cap: int | None = None) -> OrderRule:
    """Return the rule that orders up to ``level``, at most ``cap`` at a time."""
    return lambda states: np.clip(level - states.sum(axis=1), 0, cap)


def policy_cost(item: LostSalesItem, rule: OrderRule, tolerance: float = 1e-9) -> float:
    """Return the average cost per period of a rule, from the stationary law of the states it reaches from nothing.

    The chain is held as a sparse matrix and iterated until the cost moves by less than ``tolerance``.
    """
    states = np.zeros((1, item.lead_time), dtype=np.int64)
    known = {states[0].tobytes(): 0}
    rows: list[Ints] = []
    columns: list[Ints] = []
    weights: list[Floats] = []
    chance = item.left_over(0)
    frontier, first = states, 0
    while len(frontier):
        most = int(frontier[:, 0].max())
        chance = item.left_over(most) if most >= len(chance) else chance
        origin, after, weight = _transitions(frontier, rule(frontier), chance)
        unique, inverse = np.unique(after, axis=0, return_inverse=True)
        fresh = [state for state in unique if state.tobytes() not in known]
        for state in fresh:
            known[state.tobytes()] = len(known)
        numbers = np.fromiter((known[state.tobytes()] for state in unique), dtype=np.int64, count=len(unique))
        rows.append(origin + first)
        columns.append(numbers[inverse.reshape(-1)])
        weights.append(weight)
        first += len(frontier)
        frontier = np.array(fresh, dtype=np.int64).reshape(-1, item.lead_time)
        states = np.concatenate([states, frontier])
    size = len(states)
    step = sparse.csr_matrix(
        (np.concatenate(weights), (np.concatenate(columns), np.concatenate(rows))), shape=(size, size)
    )
    cost = item.period_cost(states[:, 0])
    law, before = np.full(size, 1.0 / size), np.inf
    while True:
        for _ in range(10):
            law = step @ law
        now = float(cost @ law / law.sum())
        if abs(now - before) < tolerance:
            return now
        before = now


def _transitions(states: Ints, orders: Ints, chance: Floats) -> tuple[Ints, Ints, Floats]:
    """Return for each step out of ``states`` its row, the state after it, and its probability."""
    origin, left = np.nonzero(chance[states[:, 0]])
    pipeline = np.column_stack([states[:, 1:], orders])[origin]
    after = np.column_stack([left + pipeline[:, 0], pipeline[:, 1:]])
    return origin, after, chance[states[origin, 0], left]


def optimal_cost(item: LostSalesItem, most: int, largest_order: int, tolerance: float = 1e-6) -> float:
    """Return the least average cost per period over all rules, by relative value iteration.

    ``most`` and ``largest_order`` bound the stock on hand and an order; choose them so large that a further unit
    changes nothing. The value has one axis for the stock and one for each order under way.
    """
    lead, width = item.lead_time, largest_order + 1
    chance = item.left_over(most)
    stock_cost = item.period_cost(np.arange(most + 1))
    value = np.zeros((most + 1, *[width] * (lead - 1)))
    after = np.empty_like(value)
    arriving = np.minimum(np.arange(most + 1)[:, None] + np.arange(width), most)
    while True:
        if lead == 1:
            after = (chance @ value[arriving]).min(axis=1)
        else:
            for due in range(width):
                later = value[arriving[:, due]].reshape(most + 1, -1)
                after[:, due] = (chance @ later).reshape(value.shape).min(axis=-1)
        updated = stock_cost.reshape(-1, *[1] * (lead - 1)) + after
        change = updated - value
        if change.max() - change.min() < tolerance:
            return float((change.max() + change.min()) / 2)
        value = updated - updated.flat[0]
