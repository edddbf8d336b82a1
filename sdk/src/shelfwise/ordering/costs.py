"""What a unit too few costs, and what a unit too many."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.law import CountLaw

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class UnitCosts:
    """What a unit costs in currency: ``shortage`` if demand for it is lost, ``holding`` until the next order."""

    shortage: Floats
    holding: Floats

    def at(self, rows: Any) -> UnitCosts:
        """Return the costs that an index of the arrays selects."""
        return UnitCosts(self.shortage[rows], self.holding[rows])

    def saved(self, law: CountLaw, position: Floats) -> Floats:
        """Return what one more unit on top of ``position`` is expected to save, negative where it costs."""
        short = law.exceeds(position)
        return self.shortage * short - self.holding * (1.0 - short)
