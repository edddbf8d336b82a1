"""Turn today's transfers of a replenishment plan into deliveries that the router can carry."""

from __future__ import annotations

import math
from collections.abc import Iterator

from shelfwise.types import Delivery, Order, ReplenishmentPlan, State


def transfer_deliveries(plan: ReplenishmentPlan | None, state: State) -> tuple[Delivery, ...]:
    """Return one delivery per vehicle load for every transfer between our own nodes that leaves on the first day."""
    if plan is None:
        return ()
    suppliers = state.nodes.supplier_ids
    today = [
        order for order in plan.orders if order.from_node_id not in suppliers and order.place_on == state.starts_on
    ]
    return tuple(delivery for order in today for delivery in _loads(order, state))


def _loads(order: Order, state: State) -> Iterator[Delivery]:
    """Split an order into loads that the largest vehicle at its node can take."""
    rows = state.items.index.positions(order.lines.item_ids)
    totals = {
        "quantity": float(order.lines.quantity.sum()),
        "weight_kg": float((order.lines.quantity * state.items.weight_kg[rows]).sum()),
        "volume_l": float((order.lines.quantity * state.items.volume_l[rows]).sum()),
    }
    if totals["quantity"] <= 0:
        return
    vehicles = [vehicle for vehicle in state.vehicles if vehicle.node_id == order.from_node_id]
    loads = 1
    for total, capacity in zip(totals.values(), ("capacity", "capacity_kg", "capacity_l"), strict=True):
        most = max((_unlimited(getattr(vehicle, capacity)) for vehicle in vehicles), default=math.inf)
        if most > 0 and math.isfinite(total):
            loads = max(loads, math.ceil(total / most - 1e-9))
    to = state.nodes.index.position(order.to_node_id)
    place = float(state.nodes.latitude[to]), float(state.nodes.longitude[to])
    known = not any(map(math.isnan, place))
    for load in range(1, loads + 1):
        yield Delivery(
            delivery_id=f"{order.order_id}/{load}",
            node_id=order.from_node_id,
            latitude=place[0] if known else None,
            longitude=place[1] if known else None,
            order_id=order.order_id,
            quantity=totals["quantity"] / loads,
            weight_kg=totals["weight_kg"] / loads,
            volume_l=totals["volume_l"] / loads,
        )


def _unlimited(capacity: float | None) -> float:
    return math.inf if capacity is None else capacity
