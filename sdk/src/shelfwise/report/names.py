"""What the ids of a decision stand for, as far as the retailer's state tells."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property

import attrs

from shelfwise.types import Decision, Delivery, State

Place = tuple[float, float]
"""Latitude and longitude, in degrees."""


@attrs.define(frozen=True, slots=False)
class Names:
    """Looks up descriptions, stock and places; what is unknown has none."""

    state: State
    decision: Decision
    deliveries: tuple[Delivery, ...]

    def item(self, item_id: str) -> str:
        """Return the description of an item, or an empty string."""
        row = self.state.items.index.position(item_id)
        described = 0 <= row < len(self.state.items.description)
        return str(self.state.items.description[row] or "").strip() if described else ""

    def on_hand(self, item_id: str, node_id: str) -> float | None:
        """Return the units on record at a node, or None."""
        row, column = self.state.items.index.position(item_id), self.state.nodes.index.position(node_id)
        height, width = self.state.on_hand.shape
        return float(self.state.on_hand[row, column]) if 0 <= row < height and 0 <= column < width else None

    def node(self, node_id: str) -> Place | None:
        """Return where a node is, or None."""
        nodes, row = self.state.nodes, self.state.nodes.index.position(node_id)
        if not 0 <= row < len(nodes.latitude):
            return None
        return _place(float(nodes.latitude[row]), float(nodes.longitude[row]))

    def delivery(self, delivery_id: str) -> Place | None:
        """Return where a delivery goes, or None; a load of a transfer, ``ORDER/1``, goes where its order goes."""
        found = self._deliveries.get(delivery_id)
        if found is not None:
            return _place(found.latitude, found.longitude) or self._order_place(found.order_id)
        return self._order_place(delivery_id) or self._order_place(delivery_id.rpartition("/")[0])

    def _order_place(self, order_id: str) -> Place | None:
        node_id = self._order_nodes.get(order_id, "")
        return self.node(node_id) if node_id else None

    @cached_property
    def _deliveries(self) -> dict[str, Delivery]:
        return {each.delivery_id: each for each in _each(self.state.deliveries, self.deliveries)}

    @cached_property
    def _order_nodes(self) -> dict[str, str]:
        return {order.order_id: order.to_node_id for order in self.decision.orders}


def _each(*groups: Iterable[Delivery]) -> Iterable[Delivery]:
    for group in groups:
        yield from group


def _place(latitude: float | None, longitude: float | None) -> Place | None:
    if latitude is None or longitude is None or math.isnan(latitude) or math.isnan(longitude):
        return None
    return latitude, longitude
