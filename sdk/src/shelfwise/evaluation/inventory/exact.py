"""Exact average costs of one lost-sales item with whole units, by Markov chains: the oracle of the simulator.

Convention and results: Zipkin (2008), "Old and new methods for lost-sales inventory systems". The state is the stock
on hand after the arrival and the orders due in 1, ..., L - 1 periods; review every period, L >= 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.simulation.laws import DiscreteLaw

__all__ = [
    "LostSalesItem",
    "Measures",
    "OrderRule",
    "base_stock_rule",
    "measures",
    "optimal_cost",
    "optimal_rule",
    "policy_cost",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OrderRule = Callable[[Ints], Ints]
"""Maps states of shape (states, columns) to whole orders of shape (states,)."""


class Item(Protocol):
    """What is a Markov chain once there is a rule: :class:`LostSalesItem`, or one of random lead times."""

    @property
    def columns(self) -> int:
        """Numbers in a state, the first being the stock on hand."""
        ...

    @property
    def fixed_order_cost(self) -> float:
        """Cost of an order of whatever size."""
        ...

    @property
    def law(self) -> DiscreteLaw:
        """Demand of a period."""
        ...

    @property
    def holding(self) -> float:
        """Cost of a unit left at the end of a period."""
        ...

    @property
    def penalty(self) -> float:
        """Cost of a unit of demand lost."""
        ...

    @property
    def stock_out_cost(self) -> float:
        """Cost of a period in which demand is lost, however much."""
        ...

    def steps(self, states: Ints, orders: Ints, left_over: Floats) -> tuple[Ints, Ints, Floats]:
        """Return for each step out of ``states`` its row, the state after it, and its probability."""
        ...


@attrs.frozen(eq=False)
class LostSalesItem:
    """An item whose unmet demand is lost, with its costs; ``lead_time`` in periods.

    Costs are those of a unit held or lost, of an order, and of a period in which demand is lost.
    """

    law: DiscreteLaw
    lead_time: int
    holding: float
    penalty: float
    fixed_order_cost: float = 0.0
    stock_out_cost: float = 0.0

    @property
    def columns(self) -> int:
        """The stock on hand, and orders due in 1, ..., L - 1 periods."""
        return self.lead_time

    def steps(self, states: Ints, orders: Ints, left_over: Floats) -> tuple[Ints, Ints, Floats]:
        """Return for each step out of ``states`` its row, the state after it, and its probability."""
        origin, left = np.nonzero(left_over[states[:, 0]])
        pipeline = np.column_stack([states[:, 1:], orders])[origin]
        after = np.column_stack([left + pipeline[:, 0], pipeline[:, 1:]])
        return origin, after, left_over[states[origin, 0], left]


def stock_cost(item: Item, stock: Ints) -> Floats:
    """Return the expected cost of a period that begins with ``stock`` on hand, of the same shape."""
    left = stock[..., None] - item.law.values
    cost = item.holding * np.maximum(left, 0.0) + item.penalty * np.maximum(-left, 0.0)
    cost += item.stock_out_cost * (left < 0)
    return np.asarray(cost @ item.law.probabilities)


def left_over(law: DiscreteLaw, most: int) -> Floats:
    """Return P(units left | units on hand), of shape (most + 1, most + 1)."""
    units = np.arange(most + 1)
    likely = np.zeros(most + 1)
    within = law.values <= most
    likely[law.values[within].astype(np.int64)] = law.probabilities[within]
    sold = units[:, None] - units[None, :]
    chance = np.where(sold >= 0, likely[np.maximum(sold, 0)], 0.0)
    chance[:, 0] += 1.0 - chance.sum(axis=1)
    return chance


def base_stock_rule(level: int, cap: int | None = None) -> OrderRule:
    """Return the rule that orders up to ``level``, at most ``cap`` at a time."""
    return lambda states: np.clip(level - states.sum(axis=1), 0, cap)


@attrs.frozen
class Measures:
    """What a rule does on average: costs of a period, and both kinds of service as shares."""

    cost: float
    holding_cost: float
    ordering_cost: float
    fill_rate: float
    cycle_service: float


def policy_cost(item: Item, rule: OrderRule, tolerance: float = 1e-9) -> float:
    """Return the average cost per period of a rule."""
    return measures(item, rule, tolerance).cost


def measures(item: Item, rule: OrderRule, tolerance: float = 1e-9) -> Measures:
    """Return what a rule does on average, from the stationary law of the states it reaches from nothing.

    The chain is held as a sparse matrix and iterated until the cost moves by less than ``tolerance``.
    """
    states, step = _chain(item, rule)
    stock = states[:, 0]
    ordering = item.fixed_order_cost * (rule(states) > 0)
    cost = stock_cost(item, stock) + ordering
    law, before = np.full(len(states), 1.0 / len(states)), np.inf
    while True:
        for _ in range(10):
            # Standing still in every other step on average changes nothing but that no rhythm goes on for ever.
            law = 0.5 * (law + step @ law)
        law /= law.sum()
        now = float(cost @ law)
        if abs(now - before) < tolerance:
            break
        before = now
    likely, demand = item.law.probabilities, item.law.values
    left = np.maximum(stock[:, None] - demand, 0.0) @ likely
    served = (stock[:, None] >= demand) @ likely
    return Measures(
        cost=now,
        holding_cost=float(item.holding * left @ law),
        ordering_cost=float(ordering @ law),
        fill_rate=float((stock - left) @ law / max(item.law.mean, 1e-12)),
        cycle_service=float(served @ law),
    )


def _chain(item: Item, rule: OrderRule) -> tuple[Ints, sparse.csr_matrix]:
    """Return the states that a rule reaches from nothing, and the matrix that carries their law a period on."""
    states = np.zeros((1, item.columns), dtype=np.int64)
    known = {states[0].tobytes(): 0}
    rows: list[Ints] = []
    columns: list[Ints] = []
    weights: list[Floats] = []
    chance = left_over(item.law, 0)
    frontier, first = states, 0
    while len(frontier):
        most = int(frontier[:, 0].max())
        chance = left_over(item.law, most) if most >= len(chance) else chance
        origin, after, weight = item.steps(frontier, rule(frontier), chance)
        unique, inverse = np.unique(after, axis=0, return_inverse=True)
        fresh = [state for state in unique if state.tobytes() not in known]
        for state in fresh:
            known[state.tobytes()] = len(known)
        numbers = np.fromiter((known[state.tobytes()] for state in unique), dtype=np.int64, count=len(unique))
        rows.append(origin + first)
        columns.append(numbers[inverse.reshape(-1)])
        weights.append(weight)
        first += len(frontier)
        frontier = np.array(fresh, dtype=np.int64).reshape(-1, item.columns)
        states = np.concatenate([states, frontier])
    entries = (np.concatenate(weights), (np.concatenate(columns), np.concatenate(rows)))
    return states, sparse.csr_matrix(entries, shape=(len(states), len(states)))


def optimal_cost(item: LostSalesItem, most: int, largest_order: int, tolerance: float = 1e-6) -> float:
    """Return the least average cost per period over all rules, by relative value iteration.

    ``most`` and ``largest_order`` bound the stock on hand and an order; choose them so large that a further unit
    changes nothing. The value has one axis for the stock and one for each order under way.
    """
    return _optimum(item, most, largest_order, tolerance)[0]


def optimal_rule(item: LostSalesItem, most: int, largest_order: int, tolerance: float = 1e-6) -> OrderRule:
    """Return a rule of the least average cost; the bounds are those of :func:`optimal_cost`."""
    orders = _optimum(item, most, largest_order, tolerance)[1]

    def rule(states: Ints) -> Ints:
        bounded = np.minimum(states, [most, *[largest_order] * (item.lead_time - 1)])
        # Where the bound is too low for the costs, stock would otherwise grow for ever.
        return np.where(states[:, 0] > most, 0, orders[tuple(bounded.T)])

    return rule


def _optimum(item: LostSalesItem, most: int, largest_order: int, tolerance: float) -> tuple[float, Ints]:
    lead, width = item.lead_time, largest_order + 1
    chance = left_over(item.law, most)
    ordering = np.where(np.arange(width) > 0, item.fixed_order_cost, 0.0)
    value = np.zeros((most + 1, *[width] * (lead - 1)))
    now = stock_cost(item, np.arange(most + 1)).reshape(-1, *[1] * (lead - 1))
    after, orders = np.empty_like(value), np.zeros(value.shape, np.int64)
    arriving = np.minimum(np.arange(most + 1)[:, None] + np.arange(width), most)
    cost, done = np.inf, False
    while True:
        for due in range(width if lead > 1 else 1):
            # With a lead time of 1 what is ordered is itself what arrives next.
            later = value[arriving[:, due]] if lead > 1 else value[arriving]
            choices = (chance @ later.reshape(most + 1, -1)).reshape(*later.shape[:-1], width) + ordering
            place = (slice(None), due) if lead > 1 else (slice(None),)
            after[place] = choices.min(axis=-1)
            if done:
                orders[place] = choices.argmin(axis=-1)
        if done:
            return cost, orders
        updated = now + after
        change = updated - value
        cost = float((change.max() + change.min()) / 2)
        done = bool(change.max() - change.min() < tolerance)
        # A step short of the whole way, lest a policy that orders in a rhythm goes on swinging.
        value = value + 0.9 * change
        value -= value.flat[0]
