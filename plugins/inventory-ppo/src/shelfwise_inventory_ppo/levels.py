"""What policies want, as a plan is told of it."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering import Situation

__all__ = ["Levels"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Levels:
    """What :func:`shelfwise.ordering.plan` is told, each of shape (items, nodes); ``level`` is NaN where by formula."""

    reorder_level: Floats
    level: Floats
    reasons: NDArray[np.object_]

    def ordering(self, situation: Situation, at: tuple[Ints, Ints], wanted: Floats) -> Levels:
        """Return the levels with those that make item-nodes ``at`` some positions order what is ``wanted``, (rows,).

        An order that is shared for its cost is due as by formula; what its lines are filled up to is changed.
        """
        # What is owed is on top: policies know no stock below nothing.
        units = wanted + np.maximum(-situation.stock.on_hand[at], 0.0)
        by_the_unit = ~(situation.state.items.pack_size[situation.items][at[0]] < 1.0)
        level, reorder = self.level.copy(), self.reorder_level.copy()
        level[at] = (situation.position - situation.placed_today)[at] + np.where(by_the_unit, np.rint(units), units)
        always = situation.cycles.days[at] <= situation.review_days[at]
        reorder[at] = np.where(always, level[at], reorder[at])
        return Levels(reorder, level, self.reasons)
