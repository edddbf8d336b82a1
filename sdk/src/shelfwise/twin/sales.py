"""Lines of baskets, and which of them the stock can serve."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Lines", "served"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Lines:
    """One row a line, in the order of the visits.

    The visitor's row, positions of customer, item and warehouse, units, the slot of the slate that it was taken from,
    and the warehouse that the slate named (-1 for none).
    """

    visitor: Ints
    customer: Ints
    item: Ints
    node: Ints
    quantity: Ints
    slot: Ints
    named: Ints

    def __len__(self) -> int:
        return len(self.item)

    def take(self, rows: NDArray[np.bool_] | Ints) -> Lines:
        """Return some of the lines."""
        return Lines(*(column[rows] for column in attrs.astuple(self, recurse=False)))

    def among(self, others: Lines) -> NDArray[np.bool_]:
        """Tell which lines are of a visitor and item that ``others`` have a line of."""
        items = 1 + max(self.item.max(initial=0), others.item.max(initial=0))
        return np.isin(self.visitor * items + self.item, others.visitor * items + others.item)

    @classmethod
    def sum(cls, parts: Sequence[Lines]) -> Lines:
        """Return all lines of the parts in their order."""
        return cls(
            *(np.concatenate(column) for column in zip(*(attrs.astuple(p, recurse=False) for p in parts), strict=True))
        )


def served(lines: Lines, on_hand: Floats) -> NDArray[np.bool_]:
    """Tell which lines can be served in full, first come first served, from ``on_hand`` (items, warehouses)."""
    place, left = lines.item * on_hand.shape[1] + lines.node, on_hand.flatten()
    asked = np.bincount(place, lines.quantity, left.size)
    met = np.asarray((asked <= left + 1e-9)[place])
    for row in np.flatnonzero(~met).tolist():
        met[row] = lines.quantity[row] <= left[place[row]] + 1e-9
        left[place[row]] -= lines.quantity[row] * met[row]
    return met
