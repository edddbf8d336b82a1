"""What trials found, item-node by item-node."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_inventory_ppo.heuristics import Heuristics

__all__ = ["Verdicts"]

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Verdicts:
    """How much cheaper than the best simple policy the learned one was, as a share of its cost, each (rows,).

    ``low`` and ``high`` bound ``saved`` at 95 %, from paired scenarios.
    """

    heuristics: Heuristics
    saved: Floats
    low: Floats
    high: Floats

    def take(self, rows: NDArray[np.int64]) -> Verdicts:
        """Return some rows; row -1 is none, of which nothing is known."""
        known = (np.append(column, np.nan)[rows] for column in (self.saved, self.low, self.high))
        return Verdicts(self.heuristics.take(rows), *known)

    @classmethod
    def blank(cls, rows: int) -> Verdicts:
        """Return verdicts that say nothing, to be filled."""
        heuristics = Heuristics(np.zeros(rows, np.int64), np.zeros(rows), np.zeros(rows))
        return cls(heuristics, *np.full((3, rows), np.nan))

    def put(self, rows: NDArray[np.int64], others: Verdicts) -> None:
        """Fill some rows."""
        for mine, theirs in ((self, others), (self.heuristics, others.heuristics)):
            for name, column in attrs.asdict(mine, recurse=False).items():
                if name != "heuristics":
                    column[rows] = getattr(theirs, name)

    @property
    def cheaper(self) -> NDArray[np.bool_]:
        """Where the learned policy is proven cheaper."""
        return self.low > 0.0
