"""What selling an item to a zone is worth and from where: the signals of the last plan as one price per item."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.catalogue import Catalogue
from shelfwise.types import DeliveryCosts, Index, State, StockOutlook

__all__ = ["Offer", "Offers"]

_FLOOR = 0.01
"""Least worth of a sale as a share of the mean margin: what earns nothing sinks, still ranked by relevance."""


@attrs.frozen(eq=False)
class Offer:
    """One zone's terms: arrays of shape (items,) over the model's items.

    ``worth`` multiplies the purchase probability; ``node`` is the position of the node that fulfils in
    ``Offers.nodes`` (-1 undecided) and ``available`` tells whether any has a unit to promise. ``promise_days``, of
    shape (nodes,), is NaN where unknown.
    """

    worth: NDArray[np.float64]
    node: NDArray[np.int64]
    available: NDArray[np.bool_]
    promise_days: NDArray[np.float64]


@attrs.frozen(eq=False)
class Offers:
    """The worth of a sale under the signals.

    A sale is worth ``P(in stock) x ((1 - weight) x mean margin + weight x contribution)`` with contribution =
    margin - unit_value - delivery cost per line. The first term stands for what a relevant slate is worth beyond this
    sale; it keeps an item of high margin that nobody wants, and an error in a cost, from taking over the slate. Both
    terms are money, so the score is an expected contribution. Without any signal every sale is worth 1.
    """

    catalogue: Catalogue
    nodes: Index
    stock: StockOutlook | None
    costs: DeliveryCosts | None
    weight: float
    lines: float
    """Mean lines of a basket, which share the cost of its delivery."""

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        state: State,
        stock: StockOutlook | None,
        costs: DeliveryCosts | None,
        *,
        weight: float,
        lines: float,
    ) -> Offers:
        """Make ready to price the catalogue at the nodes that sell."""
        return cls(catalogue, Index(state.nodes.selling_ids), stock, costs, weight, max(lines, 1.0))

    def to(self, zone: str) -> Offer:
        """Return the terms for one zone; an unknown zone has the median delivery cost and the latest promise."""
        size, nodes = self.catalogue.row.size, len(self.nodes)
        if not nodes or (self.stock is None and self.costs is None):
            node = np.full(size, 0 if nodes == 1 else -1)
            return Offer(np.ones(size), node, np.ones(size, dtype=bool), np.full(nodes, np.nan))
        cost, days = self._delivery(zone)
        stocked, in_stock, unit_value = self._stock()
        mean = self.catalogue.mean_margin
        contribution = self.catalogue.margin[:, None] - unit_value - cost / self.lines
        value = np.maximum((1.0 - self.weight) * mean + self.weight * contribution, _FLOOR * mean)
        expected = np.where(stocked, in_stock * value, -np.inf)
        available = np.asarray(stocked.any(axis=1))
        # A sold-out item is priced as if it were there, to tell whether it would have been shown.
        worth = np.where(available, expected.max(axis=1), value.max(axis=1))
        return Offer(worth, np.where(available, expected.argmax(axis=1), -1), available, days)

    def _stock(self) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
        """Return where there is stock to promise, how surely it is there, and what a unit is worth elsewhere."""
        shape = (self.catalogue.row.size, len(self.nodes))
        if self.stock is None:
            return np.ones(shape, dtype=bool), np.ones(shape), np.zeros(shape)
        item, node = self.catalogue.lined_up(self.stock.items), self.stock.nodes.positions(self.nodes)
        known = (item >= 0)[:, None] & (node >= 0)
        at = np.ix_(item, node)
        if not known.any():
            return known, np.zeros(shape), np.zeros(shape)
        return (
            known & (self.stock.available_to_promise[at] > 0),
            self.stock.in_stock_probability[at],
            np.where(known, self.stock.unit_value[at], 0.0),
        )

    def _delivery(self, zone: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the cost of a delivery to the zone, and the days until it arrives, of shape (nodes,) each."""
        cost, days = np.zeros(len(self.nodes)), np.full(len(self.nodes), np.nan)
        if self.costs is None or not len(self.costs.zones) or not len(self.costs.nodes):
            return cost, days
        column = self.costs.nodes.positions(self.nodes)
        row, known = self.costs.zones.position(zone), column >= 0
        table, promise = self.costs.marginal_cost[:, column], self.costs.promise_days[:, column]
        cost[known] = (table[row] if row >= 0 else np.median(table, axis=0))[known]
        days[known] = (promise[row] if row >= 0 else promise.max(axis=0))[known]
        # A node that the router does not deliver from costs as much as the dearest.
        cost[~known] = cost[known].max(initial=0.0)
        return cost, days
