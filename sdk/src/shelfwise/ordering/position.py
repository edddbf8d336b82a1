"""Where stock stands: on hand, on order, and what is already on its way out."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.network import Supply
from shelfwise.types import State

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Stock:
    """Stock of the planned items at every node: arrays of shape (items, nodes), in units.

    An open order that arrives on the day on which an order placed today over the same lane would arrive is taken to
    have been placed today: a purchase among them counts against the budget, and any against its lane's maximum.
    Nobody says whether a transfer among them has left the stock of its source. The cautious reading is taken
    throughout: it has where units are given away or promised, it has not where they are needed or take up room.
    This is what makes planning again, with the orders of a plan under way, order nothing more.
    """

    on_hand: Floats
    on_order: Floats
    placed_today: Floats
    leaving: Floats
    """What transfers placed today take from here."""
    arrivals: Floats
    """Open orders by day of arrival, of shape (items, nodes, days); the overdue ones arrive on the first day."""

    @property
    def position(self) -> Floats:
        """On hand and on order."""
        return self.on_hand + self.on_order

    def pipeline(self, lead_days: NDArray[np.int64]) -> Floats:
        """Return open orders without those placed today, by day of arrival: shape (items, nodes, days)."""
        arrivals = self.arrivals.copy()
        rows, nodes = np.nonzero((self.placed_today > 0) & (lead_days < arrivals.shape[2]))
        arrivals[rows, nodes, lead_days[rows, nodes]] -= self.placed_today[rows, nodes]
        return arrivals


def take_stock(state: State, items: NDArray[np.int64], supply: Supply, horizon_days: int) -> Stock:
    """Read the stock of ``items`` (rows of the catalogue) at every node of the state."""
    shape = supply.source.shape
    on_hand = np.zeros(shape)
    if state.on_hand.size:
        on_hand = np.nan_to_num(state.on_hand[items])
    row_of = np.full(len(state.items.index), -1, dtype=np.int64)
    row_of[items] = np.arange(len(items))
    orders = state.open_orders
    row = row_of[orders.item] if len(items) else np.full(len(orders.item), -1)
    known = (row >= 0) & (orders.node >= 0) & (orders.quantity > 0)
    row, node, quantity = row[known], orders.node[known], orders.quantity[known]
    day = (orders.arrives_on[known] - np.datetime64(state.starts_on)).astype(np.int64)
    on_order, placed_today = np.zeros(shape), np.zeros(shape)
    np.add.at(on_order, (row, node), quantity)
    source = supply.source[row, node]
    today = (day == supply.lead_days[row, node]) & supply.open_today[row, node]
    np.add.at(placed_today, (row[today], node[today]), quantity[today])
    leaving = np.zeros(shape)
    moved = today & ~supply.purchase[row, node]
    np.add.at(leaving, (row[moved], source[moved]), quantity[moved])
    arrivals = np.zeros((*shape, horizon_days))
    within = day < horizon_days
    np.add.at(arrivals, (row[within], node[within], np.maximum(day[within], 0)), quantity[within])
    return Stock(on_hand, on_order, placed_today, leaving, arrivals)
