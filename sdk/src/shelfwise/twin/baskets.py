"""Baskets that are brought: what was bought today becomes tomorrow's drops."""

from __future__ import annotations

from datetime import timedelta

import attrs
import numpy as np

from shelfwise.twin.record import moment
from shelfwise.twin.sales import Lines
from shelfwise.twin.world import Places, World
from shelfwise.types import Delivery

__all__ = ["Basket", "baskets"]

_OPENS, _CLOSES = 8.0, 19.0


@attrs.frozen
class Basket:
    """A drop of a customer, by position; ``waits`` is whether it was to come on an earlier day and did not."""

    customer: int
    drop: Delivery
    waits: bool = False

    def tomorrow(self) -> Basket:
        """Return the basket as it is to be brought a day later, in the window of that day."""
        start, end = self.drop.window_start, self.drop.window_end
        assert start is not None
        assert end is not None
        day = timedelta(days=1)
        return Basket(
            self.customer, attrs.evolve(self.drop, window_start=start + day, window_end=end + day), waits=True
        )


def baskets(world: World, day: int, sold: Lines) -> list[Basket]:
    """Return the drops of ``day`` + 1: one a customer and warehouse that serves them, in the window they chose."""
    people, goods, asked = world.people, world.goods, world.scenario.delivery
    brought = np.flatnonzero(people.delivered[sold.customer])
    key, place = np.unique(
        sold.customer[brought] * len(world.places.warehouses) + sold.node[brought], return_inverse=True
    )
    customer, node = np.divmod(key, len(world.places.warehouses))
    lines = sold.take(brought)
    units = np.bincount(place, lines.quantity, len(key))
    weight = np.bincount(place, lines.quantity * goods.weight_kg[lines.item], len(key))
    volume = np.bincount(place, lines.quantity * goods.volume_l[lines.item], len(key))
    latitude, longitude = Places.coordinates(people.north_km[customer], people.east_km[customer])
    latest = _CLOSES - asked.window_hours
    hour = _OPENS + (latest - _OPENS) * np.round(4 * world.draws.uniforms("window", day, customer)) / 4
    start = moment(day) + timedelta(microseconds=1)
    return [
        Basket(
            int(customer[row]),
            Delivery(
                delivery_id=f"{day}-{customer[row]}-{node[row]}",
                node_id=world.places.warehouses[node[row]],
                zone=people.zone[customer[row]],
                latitude=float(latitude[row]),
                longitude=float(longitude[row]),
                quantity=float(units[row]),
                weight_kg=float(weight[row]),
                volume_l=float(volume[row]),
                window_start=start + timedelta(hours=float(hour[row])),
                window_end=start + timedelta(hours=float(hour[row] + asked.window_hours)),
                service_minutes=asked.service_minutes,
            ),
        )
        for row in range(len(key))
    ]
