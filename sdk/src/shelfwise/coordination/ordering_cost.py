"""What today's orders cost beyond the value of what they bring, as far as that is not for later days.

A unit that is not needed until later orders could bring it, and is sold then, saves its share of a later order: what it
costs to order is not held against today. One that lies for longer than an order is meant to last saves nothing. Units
are sold in the order in which they are there, those on order today last.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Order, ReplenishmentPlan, State

Floats = NDArray[np.float64]

LASTING_DAYS = 91
"""The longest that an order is meant to last, as in :mod:`shelfwise.ordering`."""


def ordering_cost(
    state: State, plan: ReplenishmentPlan, before: Floats, soon: Floats, in_all: Floats, soon_in_network: Floats
) -> float:
    """Return the fixed and transport cost of a plan's orders that is due now, in currency.

    Arrays of shape (items, nodes) of the state hold units: what is there ``before`` the orders, and the demand
    ``soon``, until the next order to the node could arrive, and ``in_all``, while an order lasts. A purchase is for the
    whole network, whose demand until the next purchase could arrive is ``soon_in_network``, of shape (items,).
    """
    moved, bought = np.zeros_like(before), np.zeros(len(before))
    for order in plan.orders:
        rows, node = _place(state, order)
        if _purchased(state, order):
            bought[rows] += order.lines.quantity
        else:
            moved[rows, node] += order.lines.quantity
    of_purchase = _due(before.sum(axis=1), bought, soon_in_network, in_all.sum(axis=1))
    of_transfer = _due(before, moved, soon, in_all)
    cost = 0.0
    for order in plan.orders:
        rows, node = _place(state, order)
        quantity, purchased = order.lines.quantity, _purchased(state, order)
        transport = order.lines.cost - (quantity * state.items.unit_cost[rows] if purchased else 0.0)
        fixed = order.fixed_cost * quantity / max(float(quantity.sum()), 1e-300)
        cost += float(((fixed + transport) * (of_purchase[rows] if purchased else of_transfer[rows, node])).sum())
    return cost


def _place(state: State, order: Order) -> tuple[NDArray[np.int64], int]:
    return state.items.index.positions(order.lines.item_ids), state.nodes.index.position(order.to_node_id)


def _purchased(state: State, order: Order) -> bool:
    return order.from_node_id in state.nodes.supplier_ids


def _due(before: Floats, ordered: Floats, soon: Floats, in_all: Floats) -> Floats:
    """Return the share of what is ordered that is not for later: for days after ``soon``, sold while an order lasts."""
    later = np.minimum(before + ordered, in_all) - np.maximum(before, soon)
    return np.asarray(
        1.0 - np.divide(np.clip(later, 0.0, ordered), ordered, out=np.zeros_like(ordered), where=ordered > 0)
    )
