"""Whoever runs the shop of a world: what they are told, and what they decide."""

from __future__ import annotations

from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.twin.market import Slates
from shelfwise.twin.record import Record
from shelfwise.twin.supply import UnderWay
from shelfwise.types import Delivery, RoutePlan

__all__ = ["Morning", "Operator", "Situation"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Situation:
    """What is known in the morning of ``day``.

    The books up to yesterday, the shelves, what is under way as far as it has been announced, and the baskets to bring.
    """

    day: int
    record: Record
    on_hand: Floats
    under_way: UnderWay
    deliveries: tuple[Delivery, ...]


@attrs.frozen(eq=False)
class Morning:
    """What was decided: purchases and transfers, a row a line (``source`` -1 for the item's supplier), and routes.

    ``fixed_cost`` is that of the orders, ``unit_cost`` what a unit of each line costs beyond the price of the goods if
    it is shipped, ``apart`` what it costs to move the transfers that no route carries, all in currency. Without
    ``routes`` somebody else brings the baskets.
    """

    item: Ints = attrs.field(factory=lambda: np.zeros(0, np.int64))
    source: Ints = attrs.field(factory=lambda: np.zeros(0, np.int64))
    node: Ints = attrs.field(factory=lambda: np.zeros(0, np.int64))
    quantity: Floats = attrs.field(factory=lambda: np.zeros(0))
    announced: Ints = attrs.field(factory=lambda: np.zeros(0, np.int64))
    fixed_cost: float = 0.0
    unit_cost: Floats = attrs.field(default=attrs.Factory(lambda self: np.zeros(len(self.item)), takes_self=True))
    routes: RoutePlan | None = None
    apart: float = 0.0
    degraded: int = 0
    """Stages that did not have the answer of their plugin."""


class Operator(Protocol):
    """Runs a shop."""

    def morning(self, situation: Situation) -> Morning:
        """Decide what to order, to move and to bring today."""

    def slates(self, situation: Situation, customer: Ints) -> Slates:
        """Decide what today's visitors are shown, by what is known in the morning."""
