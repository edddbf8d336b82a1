"""What is simulated: item-nodes, each supplied by one lane, and what everything costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.types._fields import read_only

__all__ = ["OUTSIDE", "Network"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
OUTSIDE = -1
"""The source of an item-node that a supplier outside of the network delivers to."""


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _ints(values: ArrayLike) -> Ints:
    given = np.asarray(values)
    if not (np.mod(given, 1) == 0).all():
        raise ValueError(f"source and lead_time must be whole numbers, got {given.ravel()[:5].tolist()}")
    return given.astype(np.int64)


@attrs.frozen(eq=False, slots=False)
class Network:
    """Item-nodes by their ``names``, one number each in every other field, or one number for all.

    The lane into an item-node comes from the item-node at the position ``source``, or from outside: it takes
    ``lead_time`` periods where no law says otherwise, moves at most ``capacity`` units a period, and takes orders of 0
    or of at least ``minimum`` units, in multiples of ``pack`` (0: any quantity). An order costs ``order_cost`` and
    ``unit_cost`` a unit. Stock costs ``holding_cost`` a unit left at the end of a period, units on the lane
    ``transit_cost``; demand that stock does not meet waits with the share ``backorder_share``, at ``backorder_cost`` a
    unit and period, and the rest is lost at ``lost_cost`` a unit. No more than ``storage`` units fit in: what arrives
    beyond waits at the gate. Units older than ``shelf_life`` periods are thrown away at ``waste_cost``.

    Raises:
        ValueError: A number is out of bounds, or the lanes go round in a circle; it names the item-nodes.
    """

    names: tuple[str, ...] = attrs.field(converter=_names)
    source: Ints = attrs.field(default=OUTSIDE, converter=_ints)
    lead_time: Ints = attrs.field(default=1, converter=_ints)
    capacity: Floats = attrs.field(default=np.inf, converter=_floats)
    minimum: Floats = attrs.field(default=0.0, converter=_floats)
    pack: Floats = attrs.field(default=0.0, converter=_floats)
    storage: Floats = attrs.field(default=np.inf, converter=_floats)
    shelf_life: Floats = attrs.field(default=np.inf, converter=_floats)
    order_cost: Floats = attrs.field(default=0.0, converter=_floats)
    unit_cost: Floats = attrs.field(default=0.0, converter=_floats)
    holding_cost: Floats = attrs.field(default=1.0, converter=_floats)
    transit_cost: Floats = attrs.field(default=0.0, converter=_floats)
    backorder_cost: Floats = attrs.field(default=0.0, converter=_floats)
    backorder_share: Floats = attrs.field(default=0.0, converter=_floats)
    lost_cost: Floats = attrs.field(default=0.0, converter=_floats)
    waste_cost: Floats = attrs.field(default=0.0, converter=_floats)
    initial_stock: Floats = attrs.field(default=0.0, converter=_floats)

    def __attrs_post_init__(self) -> None:
        """Lay single numbers out, check every one, and that each item-node is supplied from outside in the end."""
        if repeated := sorted(name for name, count in Counter(self.names).items() if count > 1):
            # Draws are keyed by the name: of two alike, both would see the same demand.
            raise ValueError(f"names must be distinct; see {', '.join(repeated[:5])}")
        for field in attrs.fields(Network)[1:]:
            given = getattr(self, field.name)
            values = read_only(np.broadcast_to(given, (len(self.names),)), given.dtype)
            object.__setattr__(self, field.name, values)
            low = OUTSIDE if field.name == "source" else 1.0 if field.name == "shelf_life" else 0.0
            self._refuse(~(values >= low), f"{field.name} must be at least {low:g}")
        self._refuse(self.source >= len(self.names), f"source must be one of {len(self.names)} item-nodes or {OUTSIDE}")
        self._refuse(self.backorder_share > 1.0, "backorder_share must be at most 1")
        self._refuse(self.minimum > self.storage, "minimum must fit into storage")
        self._refuse(self._rounds > len(self.names), "lanes must not go round in a circle")

    def _refuse(self, wrong: NDArray[np.bool_], why: str) -> None:
        if wrong.any():
            raise ValueError(f"{why}; see {', '.join(np.array(self.names, object)[wrong][:5])}")

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _rounds(self) -> Ints:
        """How many lanes lead from outside to each item-node, more than there are where they go round."""
        depth, at = np.zeros(len(self.names), np.int64), np.arange(len(self.names))
        for _ in range(len(self.names) + 1):
            depth += at >= 0
            at = np.where(at >= 0, self.source[at], OUTSIDE)
        return depth

    @cached_property
    def tiers(self) -> tuple[Ints, ...]:
        """The positions of item-nodes by how many lanes lead to them, the nearest to outside first.

        Within a tier those of one source are side by side.
        """
        depths = range(1, int(self._rounds.max(initial=0)) + 1)
        tiers = (np.flatnonzero(self._rounds == depth) for depth in depths)
        return tuple(rows[np.argsort(self.source[rows], kind="stable")] for rows in tiers)

    def part(self, rows: Ints) -> Network:
        """Return some item-nodes as a network of their own; what is supplied by none of them is from outside."""
        place = np.full(len(self.names) + 1, OUTSIDE)  # The last stands for outside.
        place[rows] = np.arange(len(rows))
        fields = {field.name: getattr(self, field.name)[rows] for field in attrs.fields(Network)[1:]}
        fields["source"] = place[fields["source"]]
        return Network(tuple(self.names[row] for row in rows), **fields)

    @cached_property
    def roots(self) -> Ints:
        """The first item-node, counted from outside, on the way to each item-node."""
        root, at = np.arange(len(self.names)), self.source
        while (at >= 0).any():
            root = np.where(at >= 0, at, root)
            at = np.where(at >= 0, self.source[at], OUTSIDE)
        return root

    def upwards(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield the tiers from the last to the second, each with the sources of its item-nodes."""
        for rows in reversed(self.tiers[1:]):
            yield rows, self.source[rows]

    def echelon(self, own: Floats) -> Floats:
        """Return what an item-node and all that it supplies, directly or not, have together, shaped as ``own``."""
        total = np.array(own, dtype=np.float64)
        for rows, sources in self.upwards():
            np.add.at(total, sources, total[rows])
        return total

    def orderable(self, quantity: Floats) -> Floats:
        """Return orders (item-nodes, scenarios) as lanes take them: 0, or whole packs and no less than the minimum."""
        minimum, pack = self.minimum[:, None], self.pack[:, None]
        least = np.where(quantity > 0, np.maximum(quantity, minimum), 0.0)
        if not (self.pack > 0).any():
            return least
        step = np.where(pack > 0, pack, 1.0)
        return np.where(pack > 0, np.ceil(least / step - 1e-9) * step, least)
