"""What only the twin knows of a run, day by day: what was wanted, shown and felt."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.twin.market import Outcome
from shelfwise.twin.world import World

__all__ = ["Diary"]

Floats = NDArray[np.float64]


@attrs.define(eq=False)
class Diary:
    """Arrays of a run.

    ``wanted`` (days, items, warehouses) and ``sold`` (days, items) are in units, ``visited`` (days, customers) tells
    who came, ``shown`` (items) counts looks at a slot, ``earned`` (weeks, customers) is what was paid less what the
    goods cost, in currency.
    """

    world: World
    wanted: NDArray[np.float32] = attrs.field(init=False)
    sold: NDArray[np.float32] = attrs.field(init=False)
    visited: NDArray[np.bool_] = attrs.field(init=False)
    shown: Floats = attrs.field(init=False)
    earned: Floats = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        days, items, people = self.world.scenario.last_day, len(self.world.goods), len(self.world.people)
        self.wanted = np.zeros((days, items, len(self.world.places.warehouses)), np.float32)
        self.sold = np.zeros((days, items), np.float32)
        self.visited = np.zeros((days, people), bool)
        self.shown, self.earned = np.zeros(items), np.zeros((-(-days // 7), people))

    def start_again(self) -> None:
        """Forget what has no day."""
        self.shown[:] = 0.0

    def enter(self, day: int, outcome: Outcome, shown: NDArray[np.int64]) -> None:
        """Write down a day; ``shown`` (visitors, slots) are the slates' items, -1 for none."""
        sold, wanted, looks = outcome.sold, outcome.wanted, outcome.looks
        np.add.at(self.wanted[day], (wanted.item, wanted.node), wanted.quantity)
        np.add.at(self.sold[day], sold.item, sold.quantity)
        self.visited[day, looks.customer] = True
        np.add.at(self.shown, shown[looks.seen], 1.0)
        margin = self.world.seasons.price[day, sold.item] - self.world.goods.unit_cost[sold.item]
        np.add.at(self.earned[day // 7], sold.customer, sold.quantity * margin)
