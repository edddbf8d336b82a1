"""What a unit too few costs, and what a unit too many."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class UnitCosts:
    """What a unit costs in currency: ``shortage`` if demand for it is lost, ``holding`` until the next order."""

    shortage: Floats
    holding: Floats

    def at(self, rows: Any) -> UnitCosts:
        """Return the costs that an index of the arrays selects."""
        return UnitCosts(self.shortage[rows], self.holding[rows])
