"""Orders under way: what suppliers ship, how long it really takes, and what disruptions do to both."""

from __future__ import annotations

import math

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation import Kind
from shelfwise.twin.scenario import Strike
from shelfwise.twin.world import World

__all__ = ["Supply", "UnderWay"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class UnderWay:
    """One row an order line: positions of item and warehouse, units, and days of the world.

    It is ``announced`` to arrive on one, and ``arrives`` on another; what is sent on from a warehouse ``came`` there on
    a third, which is -1 for what comes from a supplier.
    """

    item: Ints
    node: Ints
    quantity: Floats
    announced: Ints
    arrives: Ints
    came: Ints

    @classmethod
    def none(cls) -> UnderWay:
        """Return no rows."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, np.zeros(0), nothing, nothing, nothing)

    def take(self, rows: NDArray[np.bool_]) -> UnderWay:
        """Return some rows."""
        return UnderWay(*(column[rows] for column in attrs.astuple(self, recurse=False)))

    def plus(self, other: UnderWay) -> UnderWay:
        """Return the rows of both."""
        mine, theirs = attrs.astuple(self, recurse=False), attrs.astuple(other, recurse=False)
        return UnderWay(*(np.concatenate(pair) for pair in zip(mine, theirs, strict=True)))


@attrs.define(eq=False)
class Supply:
    """The suppliers of a world. ``weekly`` (suppliers,) is what each can ship in a week, in units."""

    world: World
    weekly: Floats
    under_way: UnderWay = attrs.field(init=False, factory=UnderWay.none)
    _shipped: dict[int, Floats] = attrs.field(init=False, factory=dict)

    def order(self, day: int, item: Ints, quantity: Floats, announced: Ints) -> Floats:
        """Place purchases for the first warehouse; return what is confirmed, the same share of all of a supplier.

        An outage takes orders and ships once it is over.
        """
        supplier = self.world.goods.supplier[item]
        limit = self.weekly * self._strengths(Kind.CUT, day)
        shipped = self._shipped.setdefault(day // 7, np.zeros(len(limit)))
        asked = np.bincount(supplier, quantity, len(limit))
        share = np.minimum(np.maximum(limit - shipped, 0.0) / np.maximum(asked, 1e-9), 1.0)
        shipped += share * asked
        confirmed = np.floor(quantity * share[supplier] + 1e-9)
        took = self._lead_days(day, item, supplier)
        begins = np.array([self._open_again(day, one) for one in range(len(limit))])[supplier]
        self._add(UnderWay(item, np.zeros_like(item), confirmed, announced, begins + took, np.full(len(item), -1)))
        return confirmed

    def transfer(self, item: Ints, node: Ints, quantity: Floats, announced: Ints, came: Ints) -> None:
        """Send units from the first warehouse, where they ``came`` on some days; they arrive as announced."""
        self._add(UnderWay(item, node, quantity, announced, announced, came))

    def arriving(self, day: int) -> UnderWay:
        """Return what arrives on a day, and let it be no longer under way.

        What is on its way to a warehouse that transit is paused to loses a day; what has come to one that receives
        nothing waits at its gate.
        """
        node = self.under_way.node
        stands, shut = (self._struck(kind, day)[node] for kind in (Kind.TRANSIT, Kind.RECEIVING))
        moved = attrs.evolve(self.under_way, arrives=self.under_way.arrives + stands)
        there = (moved.arrives <= day) & ~shut
        self.under_way = moved.take(~there)
        return moved.take(there)

    def _add(self, lines: UnderWay) -> None:
        self.under_way = self.under_way.plus(lines.take(lines.quantity > 0))

    def _lead_days(self, day: int, item: Ints, supplier: Ints) -> Ints:
        goods = self.world.goods
        noise = self.world.draws.normals("lead time", day, item)
        longer = self._strengths(Kind.INFLATION, day)[supplier]
        days = np.rint((goods.lead_time_days[item] + goods.lead_time_sd_days[item] * noise) * longer)
        return np.maximum(days, 1).astype(np.int64)

    def _strengths(self, kind: Kind, day: int) -> Floats:
        """Return what something of each supplier is multiplied by."""
        each = range(len(self.weekly))
        return np.array([math.prod(strike.strength for strike in self._acting(kind, day, one)) for one in each])

    def _struck(self, kind: Kind, day: int) -> NDArray[np.bool_]:
        """Tell of each warehouse whether something of the kind holds there."""
        each = range(len(self.world.places.warehouses))
        return np.array([bool(self._acting(kind, day, one)) for one in each])

    def _open_again(self, day: int, supplier: int) -> int:
        """Return the first day from ``day`` on that a supplier ships."""
        first = self.world.scenario.history_days
        while outages := self._acting(Kind.OUTAGE, day, supplier):
            day = max(first + strike.first_day + strike.days for strike in outages)
        return day

    def _acting(self, kind: Kind, day: int, region: int) -> list[Strike]:
        at = day - self.world.scenario.history_days
        return [
            strike
            for strike in self.world.scenario.disruptions
            if strike.kind == kind
            and strike.first_day <= at < strike.first_day + strike.days
            and strike.region in (None, region)
        ]
