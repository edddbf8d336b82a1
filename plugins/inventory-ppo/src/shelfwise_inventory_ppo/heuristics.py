"""The best simple policy of each item-node, told in a way that moves with its forecast."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_inventory_ppo.arrays import NUMPY
from shelfwise_inventory_ppo.features import look
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["KINDS", "NAMES", "Heuristics"]

Floats = NDArray[np.float64]

KINDS = ("capped_base_stock", "projected_inventory")
"""What an item-node's best simple policy is sought among; the search is that of :mod:`shelfwise.simulation.tuning`."""
NAMES: Mapping[str, str] = {
    "capped_base_stock": "capped base-stock",
    "projected_inventory": "projected inventory level",
}


@attrs.frozen(eq=False)
class Heuristics:
    """One policy a row: its ``kind`` as a position in :data:`KINDS`, its ``score`` and its ``cap``, each (rows,).

    The score is of the level: standard deviations above mean demand, of lead time and review where stock on hand and
    on order is filled up, of the review after arrival where projected stock is. The cap is in standard deviations of a
    review's demand above its mean.
    """

    kind: NDArray[np.int64]
    score: Floats
    cap: Floats

    @classmethod
    def told(cls, kind: NDArray[np.int64], level: Floats, cap: Floats, terms: Terms) -> Heuristics:
        """Tell levels and caps in units, as they were found best for ``terms``, by scores."""
        centre, spread = _about(terms, kind)
        return cls(kind, (level - centre) / spread, (cap - terms.batch) / terms.scale)

    def take(self, rows: NDArray[np.int64]) -> Heuristics:
        """Return some rows; row -1 is none."""
        return Heuristics(*(np.append(column, 0)[rows] for column in (self.kind, self.score, self.cap)))

    def order(self, terms: Terms, on_hand: Floats, due: Floats) -> Floats:
        """Return units to order, of any size, of shape (rows,); see :meth:`LearnedPolicy.order`."""
        centre, spread = _about(terms, self.kind)
        view = look(terms, on_hand.astype(np.float32), due.astype(np.float32), NUMPY)
        stock = np.where(self.kind == 0, on_hand + due.sum(axis=1), terms.review_mean - view.lacking)
        cap = np.maximum(terms.batch + self.cap * terms.scale, 1.0)
        return np.asarray(np.clip(centre + self.score * spread - stock, 0.0, cap))


def _about(terms: Terms, kind: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return by row what a level is measured from, and in steps of what, in units."""
    centre: Floats = np.asarray(np.where(kind == 0, terms.cover_mean, terms.review_mean), np.float64)
    variance = np.asarray(np.where(kind == 0, terms.cover_variance, terms.review_variance), np.float64)
    return centre, np.sqrt(np.maximum(variance, 1e-4))
