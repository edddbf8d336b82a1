"""Transfers as loads of a truck, for a retailer whose customers' vans do not take them along."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

import numpy as np

from shelfwise.twin.operator import Situation
from shelfwise.twin.world import Places
from shelfwise.twin.world.seasons import FIRST_DAY
from shelfwise.types import Delivery, Order

__all__ = ["hired", "transfer_loads"]

_TRUCK = 20.0
"""Units of a truck, in units of a van."""
_DETOUR = 1.3


def transfer_loads(situation: Situation, orders: tuple[Order, ...]) -> Iterator[Delivery]:
    """Yield the loads of the transfers that leave today, as a plan with the ``deliveries`` link names them."""
    world = situation.record.world
    places, goods = world.places, world.goods
    today = (FIRST_DAY + situation.day).astype(date)
    latitude, longitude = Places.coordinates(places.north_km, places.east_km)
    for order in orders:
        if order.place_on != today or order.from_node_id not in places.warehouses:
            continue
        rows, quantity = goods.ids.positions(order.lines.item_ids), np.asarray(order.lines.quantity)
        units, to = float(quantity.sum()), places.names.position(order.to_node_id)
        loads = math.ceil(units / (_TRUCK * world.scenario.delivery.van_capacity) - 1e-9)
        for load in range(1, loads + 1):
            yield Delivery(
                delivery_id=f"{order.order_id}/{load}",
                node_id=order.from_node_id,
                latitude=float(latitude[to]),
                longitude=float(longitude[to]),
                order_id=order.order_id,
                quantity=units / loads,
                weight_kg=float((quantity * goods.weight_kg[rows]).sum()) / loads,
                volume_l=float((quantity * goods.volume_l[rows]).sum()) / loads,
            )


def hired(situation: Situation, load: Delivery) -> float:
    """Return what a hired van costs for one load that no route carries, in currency: there and back for it alone."""
    world = situation.record.world
    asked, names = world.scenario.delivery, world.places.names
    latitude, longitude = Places.coordinates(world.places.north_km, world.places.east_km)
    to = int(np.flatnonzero((latitude == load.latitude) & (longitude == load.longitude))[0])
    origin = names.position(load.node_id)
    north = world.places.north_km[to] - world.places.north_km[origin]
    east = world.places.east_km[to] - world.places.east_km[origin]
    km = 2.0 * _DETOUR * float(np.hypot(north, east))
    return asked.fixed_cost + km * (asked.cost_per_km + asked.cost_per_hour / 40.0)
