"""What selling an item to a zone is worth and from where: the signals of the last plan as one price per item."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.account import Account
from shelfwise.slates.catalogue import Catalogue
from shelfwise.types import DeliveryCosts, Index, StockOutlook

__all__ = ["Offers", "Stock"]

Place = tuple[str, int]
"""Where a customer is: the zone, and the position of the node that serves them, -1 unknown."""

_FLOOR = 0.01
"""Least worth of a sale as a share of the mean margin: what earns nothing sinks, still ranked by relevance."""


@attrs.frozen(eq=False, slots=False)
class Stock:
    """A stock outlook lined up with the model's items (rows) and the nodes that sell (columns)."""

    outlook: StockOutlook
    catalogue: Catalogue
    nodes: Index
    _promisable: dict[bytes, NDArray[np.float64]] = attrs.field(init=False, factory=dict)

    @cached_property
    def _item(self) -> NDArray[np.int64]:
        return self.catalogue.lined_up(self.outlook.items)

    @cached_property
    def _node(self) -> NDArray[np.int64]:
        return self.outlook.nodes.positions(self.nodes)

    def of(self, item: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how surely items are in stock, and what a unit is worth elsewhere, of shape (len(item), nodes) each.

        Both are 0 where the outlook does not say.
        """
        return self._lined_up(self.outlook.in_stock_probability, item), self._lined_up(self.outlook.unit_value, item)

    def promisable(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the units that can be promised of every item in a window, of shape (items, nodes).

        ``share``, of shape (days + 1,), is the part of what is promised in the window that is asked for by the end of
        so many of its days: what there is has to last for that part alone.
        """
        key = share.tobytes()
        if key not in self._promisable:
            every = np.arange(self.catalogue.row.size)
            lasts = self._lined_up(self.outlook.lasts_days, every)
            days = np.clip(np.ceil(lasts), 1, len(share) - 1).astype(np.int64)
            available = self._lined_up(self.outlook.available_to_promise, every)
            self._promisable[key] = available / np.maximum(share[days], 1e-9)
        return self._promisable[key]

    def _lined_up(self, table: NDArray[np.float64], item: NDArray[np.int64]) -> NDArray[np.float64]:
        row = self._item[item]
        known = (row >= 0)[:, None] & (self._node >= 0)
        return np.where(known, table[np.ix_(row, self._node)], 0.0) if known.any() else np.zeros(known.shape)


@attrs.frozen(eq=False)
class Offers:
    """The worth of a sale under the signals.

    A sale is worth ``P(in stock) x ((1 - weight) x mean margin + weight x contribution)`` with contribution =
    margin - unit_value - delivery cost. Lines share the cost of their basket, which comes from the node that serves the
    customer, or is the cheapest for the zone where that is not known. A line from another node bears the whole cost of
    a delivery of its own, and is not offered at all where nobody says what that costs. The first term stands
    for what a relevant slate is worth beyond this sale; it keeps an item of high margin that nobody wants, and an error
    in a cost, from taking over the slate. Both terms are money, so the score is an expected contribution. Without any
    signal every sale is worth 1, or ``by_margin`` the same without what the signals would tell.
    """

    catalogue: Catalogue
    nodes: Index
    stock: Stock | None
    account: Account | None
    """What is left of the stock, where there is an outlook of it."""
    costs: DeliveryCosts | None
    weight: float
    lines: float
    """Mean lines of a basket, at least 1, which share the cost of its delivery."""
    by_margin: bool = False
    _tables: dict[Place, tuple[NDArray[np.float64], NDArray[np.int64]]] = attrs.field(factory=dict)
    _deliveries: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = attrs.field(factory=dict)

    @property
    def plain(self) -> bool:
        """Whether there is no signal to price by."""
        return not len(self.nodes) or (self.stock is None and self.costs is None)

    def at(
        self, zone: NDArray[np.int64], zones: tuple[str, ...], home: NDArray[np.int64], item: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64] | float, NDArray[np.int64]]:
        """Return the worth of each item, and the position in ``nodes`` of the node that fulfils it (-1 undecided).

        ``item`` has shape (customers, width), ``zone`` holds each customer's position in ``zones``, ``home`` that in
        ``nodes`` of the node that serves them (-1 unknown). What is sold out is priced as if it were there, to tell
        whether it would have been shown; its node is -1.
        """
        if self.plain:
            worth = self._valued(self.catalogue.margin[item]) if self.by_margin else 1.0
            return worth, np.broadcast_to(np.int64(0 if len(self.nodes) == 1 else -1), item.shape)
        worth, node = np.empty(item.shape), np.empty(item.shape, dtype=np.int64)
        codes = zone * (len(self.nodes) + 1) + home + 1
        for code in sorted(set(codes.tolist())):
            mine = np.flatnonzero(codes == code)
            asked = item[mine]
            place = zones[zone[mine[0]]], int(home[mine[0]])
            if place in self._tables or asked.size >= self.catalogue.row.size:
                all_worth, all_node = self._table(place)
                worth[mine], node[mine] = all_worth[asked], all_node[asked]
            else:
                some_worth, some_node = self._price(asked.ravel(), place)
                worth[mine], node[mine] = some_worth.reshape(asked.shape), some_node.reshape(asked.shape)
        return worth, node

    def closed(self, item: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Take note that the account has closed something of some items; return of which no node has any left."""
        assert self.account is not None
        for place, (worth, node) in self._tables.items():
            worth[item], node[item] = self._price(item, place)
        return np.asarray(~self.account.open[item].any(axis=1))

    def promise_days(self, zone: str) -> NDArray[np.float64]:
        """Return the days until a delivery to the zone arrives, of shape (nodes,), NaN where unknown."""
        return self._delivery(zone)[1]

    def _table(self, place: Place) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        if place not in self._tables:
            self._tables[place] = self._price(np.arange(self.catalogue.row.size), place)
        return self._tables[place]

    def _price(self, item: NDArray[np.int64], place: Place) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return worth and node of each item; an unknown zone has the median delivery cost."""
        cost = self._cost_of_a_line(*place)
        margin = self.catalogue.margin[item][:, None]
        if self.stock is None or self.account is None:
            value = self._valued(margin - cost)
            return value.max(axis=1), _best(value, place[1])
        stocked, (in_stock, unit_value) = self.account.open[item] & np.isfinite(cost), self.stock.of(item)
        value = self._valued(margin - unit_value - cost)
        expected = np.where(stocked, in_stock * value, -np.inf)
        available = np.asarray(stocked.any(axis=1))
        worth = np.where(available, expected.max(axis=1), value.max(axis=1))
        return worth, np.where(available, _best(expected, place[1]), -1)

    def _valued(self, contribution: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what sales are worth that contribute so much."""
        mean = self.catalogue.mean_margin
        return np.maximum((1.0 - self.weight) * mean + self.weight * contribution, _FLOOR * mean)

    def _cost_of_a_line(self, zone: str, home: int) -> NDArray[np.float64]:
        """Return what it costs to bring a line from each node, of shape (nodes,), inf where none is to be brought."""
        cost, _ = self._delivery(zone)
        if home < 0:
            return np.where(cost <= cost.min(), cost / self.lines, cost)
        at_home = np.arange(len(cost)) == home
        return np.where(at_home, cost / self.lines, cost if self._delivers else np.inf)

    @property
    def _delivers(self) -> bool:
        """Whether anybody says what deliveries cost."""
        return self.costs is not None and len(self.costs.zones) > 0 and len(self.costs.nodes) > 0

    def _delivery(self, zone: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if zone not in self._deliveries:
            self._deliveries[zone] = self._delivered(zone)
        return self._deliveries[zone]

    def _delivered(self, zone: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the cost of a delivery to the zone, and the days until it arrives, of shape (nodes,) each."""
        cost, days = np.zeros(len(self.nodes)), np.full(len(self.nodes), np.nan)
        if self.costs is None or not self._delivers:
            return cost, days
        column = self.costs.nodes.positions(self.nodes)
        row, known = self.costs.zones.position(zone), column >= 0
        table, promise = self.costs.marginal_cost[:, column], self.costs.promise_days[:, column]
        cost[known] = (table[row] if row >= 0 else np.median(table, axis=0))[known]
        days[known] = (promise[row] if row >= 0 else promise.max(axis=0))[known]
        # A node that the router does not deliver from costs as much as the dearest.
        cost[~known] = cost[known].max(initial=0.0)
        return cost, days


def _best(worth: NDArray[np.float64], home: int) -> NDArray[np.int64]:
    """Return the node of most worth by item, of equals the ``home``."""
    best: NDArray[np.int64] = worth.argmax(axis=1)
    return best if home < 0 else np.where(worth[:, home] >= worth.max(axis=1), home, best)
