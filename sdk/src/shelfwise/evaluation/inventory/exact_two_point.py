"""Exact average costs of a lost-sales item whose orders take one period or two, by a coin tossed for each.

The state is the stock on hand after the arrival, and what was ordered a period ago and has not come: that comes next.
An order may so overtake the one before it.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.exact import left_over, stock_cost
from shelfwise.simulation.laws import DiscreteLaw

__all__ = ["TwoPointItem", "optimal_cost"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class TwoPointItem:
    """An item whose orders arrive in the next period with the probability ``early``, else in the one after it."""

    law: DiscreteLaw
    early: float
    holding: float
    penalty: float
    fixed_order_cost: float = 0.0
    stock_out_cost: float = 0.0

    @property
    def columns(self) -> int:
        """The stock on hand, and the order that is late."""
        return 2

    def steps(self, states: Ints, orders: Ints, left_over: Floats) -> tuple[Ints, Ints, Floats]:
        """Return for each step out of ``states`` its row, the state after it, and its probability."""
        origin, left = np.nonzero(left_over[states[:, 0]])
        stock, ordered = left + states[origin, 1], orders[origin]
        chance = left_over[states[origin, 0], left]
        early = np.column_stack([stock + ordered, np.zeros_like(ordered)])
        late = np.column_stack([stock, ordered])
        weight = np.concatenate([self.early * chance, (1.0 - self.early) * chance])
        return np.concatenate([origin, origin]), np.concatenate([early, late]), weight


def optimal_cost(item: TwoPointItem, most: int, largest_order: int, tolerance: float = 1e-6) -> float:
    """Return the least average cost per period over all rules that see the state, by relative value iteration.

    ``most`` and ``largest_order`` bound the stock on hand and an order; choose them so large that a further unit
    changes nothing.
    """
    width = largest_order + 1
    chance, units = left_over(item.law, most), np.arange(most + 1)
    ordering = np.where(np.arange(width) > 0, item.fixed_order_cost, 0.0)
    now = stock_cost(item, units)[:, None]
    stock = np.minimum(units[:, None] + np.arange(width), most)
    with_order = np.minimum(stock[:, :, None] + np.arange(width), most)
    value = np.zeros((most + 1, width))
    while True:
        # By what is left, what is late, and what is ordered.
        later = item.early * value[with_order, 0] + (1.0 - item.early) * value[stock]
        updated = now + (np.tensordot(chance, later, axes=1) + ordering).min(axis=-1)
        change = updated - value
        if change.max() - change.min() < tolerance:
            return float((change.max() + change.min()) / 2)
        value = value + 0.9 * change
        value -= value.flat[0]
