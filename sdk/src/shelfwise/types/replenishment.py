"""Replenishment: what is asked of the inventory stage and what it answers."""

from __future__ import annotations

from datetime import date

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array, as_tuple, money, optional_money
from shelfwise.types.index import Index
from shelfwise.types.signals import StockOutlook
from shelfwise.types.vocabulary import ServiceMeasure


@attrs.frozen
class ReplenishRequest:
    """Ask for orders; empty ids mean all items, all nodes that a lane supplies.

    Without ``service_target`` (a share between 0 and 1 of ``service_measure``) the plan minimises cost.
    ``budget`` bounds what all purchases of the plan cost together, in currency.
    """

    item_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    node_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    service_target: float | None = None
    service_measure: ServiceMeasure = ServiceMeasure.CYCLE_SERVICE
    budget: float | None = attrs.field(converter=optional_money, default=None)
    review_days: int = 1
    """Days until the next plan is made."""
    seed: int = 0
    """Set by the orchestrator from the request's options."""


@attrs.frozen
class OrderLines:
    """The lines of one order as columns of equal length, one row an item."""

    item_ids: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    quantity: NDArray[np.float64] = array(np.float64, default=())
    """Units ordered: 0 or at least the minimum, and a multiple of the pack size."""
    unconstrained_quantity: NDArray[np.float64] = array(np.float64, default=())
    """Units that would be ordered without minimum, pack size, capacity or budget."""
    safety_stock: NDArray[np.float64] = array(np.float64, default=())
    """Units of the level below which an order is due, beyond what is expected to be sold until the next order arrives.

    Where unmet demand is lost no more is sold than there is before this order arrives; where it waits all of it counts.
    """
    cover_days_before: NDArray[np.float64] = array(np.float64, default=())
    """Days that stock on hand and on order lasts at the expected demand, without this order."""
    cover_days_after: NDArray[np.float64] = array(np.float64, default=())
    """The same with this order."""
    expected_fill_rate: NDArray[np.float64] = array(np.float64, default=())
    """Share of the demand until the next order could arrive that is expected to be served, 0 to 1."""
    cost: NDArray[np.float64] = array(np.float64, amounts=True, default=())
    """Purchase or transfer cost of the line, in currency."""
    binding_constraints: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    """What kept the quantity from the unconstrained one: ``pack_size``, ``minimum_order``, ``budget``, ... or empty."""
    reasons: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    """A sentence per line."""
    stock_out_on: NDArray[np.datetime64] = array("datetime64[D]", default=())
    """Day that is expected to end with nothing left at the node without this order; NaT where stock outlasts the plan.

    The demand is the expected one, the other orders of the plan and those under way arrive as planned.
    """
    cost_if_skipped: NDArray[np.float64] = array(np.float64, amounts=True, default=())
    """Expected cost of not placing the line today, in currency, 0 or more.

    It is the loss from units that stay short without the line, from its arrival to that of the next order, less what
    holding the units that would then be left costs for a review period. What no order can help does not count.
    """

    def __len__(self) -> int:
        return len(self.item_ids)


@attrs.frozen
class Order:
    """A purchase from a supplier or a transfer between nodes."""

    order_id: str
    from_node_id: str
    to_node_id: str
    place_on: date
    arrives_on: date
    lines: OrderLines = attrs.field(factory=OrderLines)
    fixed_cost: float = attrs.field(converter=money, default=0.0)

    @property
    def cost(self) -> float:
        """The fixed cost and the cost of all lines, in currency."""
        return money(self.fixed_cost + float(self.lines.cost.sum()))


@attrs.frozen
class ReplenishmentPlan:
    """The inventory stage's answer.

    ``projected_stock`` has shape (items, nodes, days): expected units on hand at the end of each day with the
    orders of this plan. ``budget_price`` is the value of one more unit of currency in the budget.
    """

    items: Index
    nodes: Index
    orders: tuple[Order, ...] = attrs.field(converter=as_tuple)
    stock_outlook: StockOutlook
    projected_stock: NDArray[np.float64] = array(np.float64)
    budget_price: float = attrs.field(converter=money, default=0.0)
