"""What can still be promised while the customers of one request are served, one after another."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Account"]

_ROUNDING = 1e-9
"""Units by which sums of many small promises may differ."""


@attrs.define(eq=False)
class Account:
    """Units that each node has left of each item, of shape (items, nodes), and whether it still promises any.

    ``units``, of shape (items,), is the mean quantity of a purchase. A node that would promise more of an item than it
    has left promises no more of it to that customer and all who come after: what is left then is less than one
    promise. So expected demand never exceeds what there was.
    """

    left: NDArray[np.float64]
    units: NDArray[np.float64]
    open: NDArray[np.bool_] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.open = self.left > 0.0

    def close(
        self, item: NDArray[np.int64], node: NDArray[np.int64], probability: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Close what slates would overdraw; return the items of which something closed, and the rows to choose anew.

        Arrays have shape (customers, slots), in the order in which customers are served; ``node`` is -1 where nothing
        is promised. Only what the first such customer would overdraw is closed, so that those before it are served as
        if nobody came after them; call again until no row is left.
        """
        slot = np.flatnonzero((item >= 0) & (node >= 0))
        promised = self._promised(item, probability).ravel()[slot]
        place = item.ravel()[slot] * self.left.shape[1] + node.ravel()[slot]
        short = np.bincount(place, promised, self.left.size) > self.left.ravel() + _ROUNDING
        drawn = np.flatnonzero(short[place])
        slot, promised, place = slot[drawn], promised[drawn], place[drawn]
        order = np.argsort(place, kind="stable")
        total = np.cumsum(promised[order])
        first = np.flatnonzero(np.diff(place[order], prepend=-1))
        before = np.append(0.0, total)[first]
        running = total - np.repeat(before, np.diff(np.append(first, order.size)))
        over = order[running > self.left.ravel()[place[order]] + _ROUNDING]
        row = slot // max(1, probability.shape[1])
        earliest = row[over].min(initial=len(probability))
        closing = place[over[row[over] == earliest]]
        self.open[np.divmod(closing, self.left.shape[1])] = False
        again = np.isin(place, closing) & (row >= earliest)
        return np.unique(closing // self.left.shape[1]), np.unique(row[again])

    def book(self, item: NDArray[np.int64], node: NDArray[np.int64], probability: NDArray[np.float64]) -> None:
        """Take off what slates promise; arrays as in :meth:`close`."""
        slot = (item >= 0) & (node >= 0)
        np.subtract.at(self.left, (item[slot], node[slot]), self._promised(item, probability)[slot])

    def _promised(self, item: NDArray[np.int64], probability: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(probability * self.units[item])
