"""A simulator of single items, exact to the event: arrival, order, demand, cost, in every period.

A period begins with the arrival of what was due; the policy sees the stock and orders; an order with lead time L
arrives L periods later (with 0 at once); demand comes; each unit left costs its holding, each unit of unmet demand its
penalty. Rows (an item in a replication) are independent and run side by side.
"""

from __future__ import annotations

from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BATCHES = 10
"""Batches of time per row whose mean costs serve the confidence intervals."""


@attrs.frozen(eq=False)
class System:
    """The rows to simulate, as columns of shape (rows,)."""

    lead_time: Ints
    """Periods that an order is announced to take."""
    holding: Floats
    penalty: Floats
    fixed_order_cost: Floats
    initial_stock: Floats
    review_periods: int = 1
    lost_sales: bool = True


@attrs.frozen(eq=False)
class View:
    """What a policy may know in a period. ``open_quantity`` and ``open_due`` have shape (rows, open orders).

    ``open_due`` is the period in which an order was announced to arrive; a quantity of 0 is no order.
    """

    period: int
    on_hand: Floats
    """Negative where demand waits."""
    open_quantity: Floats
    open_due: Ints

    @property
    def position(self) -> Floats:
        """On hand and on order, in units."""
        return np.asarray(self.on_hand + self.open_quantity.sum(axis=1))


class Policy(Protocol):
    """Decides what to order."""

    def order(self, view: View) -> Floats:
        """Return units to order now, of shape (rows,)."""


@attrs.frozen(eq=False)
class Outcome:
    """Sums over the periods after the warm-up, of shape (rows,); ``batch_cost`` is a mean per period."""

    periods: int
    holding_cost: Floats
    shortage_cost: Floats
    ordering_cost: Floats
    demand: Floats
    served: Floats
    """Units of demand met at once from stock."""
    reviews_served: Floats
    """Review periods in which all demand was met at once, as a share."""
    batch_cost: Floats
    """Mean cost of a period in each batch, of shape (rows, batches)."""

    @property
    def cost(self) -> Floats:
        """Mean cost of a period."""
        return (self.holding_cost + self.shortage_cost + self.ordering_cost) / self.periods


def simulate(system: System, policy: Policy, demand: Floats, warmup: int, lead_times: Ints | None = None) -> Outcome:
    """Run a policy against ``demand`` of shape (periods, rows), the first ``warmup`` of which are not counted.

    ``lead_times``, shaped as the demand, are the true ones of orders placed in each period; by default orders take
    as long as announced.
    """
    length, rows = demand.shape
    slots = int((system.lead_time.max(initial=0) if lead_times is None else lead_times.max(initial=0)) + 1)
    quantity, due = np.zeros((rows, slots)), np.zeros((rows, slots), dtype=np.int64)
    announced = np.zeros((rows, slots), dtype=np.int64)
    on_hand = system.initial_stock.astype(np.float64)
    held, short, ordering = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    met, batches = np.zeros(rows), np.zeros((rows, BATCHES))
    reviews, served_review = 0, np.ones(rows, dtype=bool)
    reviews_served = np.zeros(rows)
    counted = length - warmup
    for period in range(length):
        arrived = np.where(due <= period, quantity, 0.0)
        quantity -= arrived
        on_hand = on_hand + arrived.sum(axis=1)
        cost = np.zeros(rows)
        if period % system.review_periods == 0:
            placed = policy.order(View(period, on_hand, quantity.copy(), announced.copy()))
            slot = period % slots
            quantity[:, slot] = placed
            announced[:, slot] = period + system.lead_time
            due[:, slot] = announced[:, slot] if lead_times is None else period + lead_times[period]
            at_once = np.where(due[:, slot] <= period, placed, 0.0)
            quantity[:, slot] -= at_once
            on_hand = on_hand + at_once
            cost = system.fixed_order_cost * (placed > 0)
        left = on_hand - demand[period]
        now = np.minimum(np.maximum(on_hand, 0.0), demand[period])
        on_hand = np.maximum(left, 0.0) if system.lost_sales else left
        if period < warmup:
            continue
        paid = np.maximum(left, 0.0) * system.holding
        lost = np.maximum(-left, 0.0) * system.penalty
        held, short, ordering, met = held + paid, short + lost, ordering + cost, met + now
        batches[:, (period - warmup) * BATCHES // counted] += paid + lost + cost
        served_review &= now >= demand[period]
        if (period + 1) % system.review_periods == 0:
            reviews += 1
            reviews_served += served_review
            served_review = np.ones(rows, dtype=bool)
    sizes = np.bincount(np.arange(counted) * BATCHES // max(counted, 1), minlength=BATCHES)
    return Outcome(
        periods=counted,
        holding_cost=held,
        shortage_cost=short,
        ordering_cost=ordering,
        demand=demand[warmup:].sum(axis=0),
        served=met,
        reviews_served=reviews_served / max(reviews, 1),
        batch_cost=(batches / np.maximum(sizes, 1))[:, sizes > 0],
    )
