"""The numbers by which a policy decides."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Parameters"]

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Parameters:
    """Units of each item at each node, of shape (items, nodes).

    ``level`` is what stock is filled up to or, for kinds with lots, the reorder point; ``lot`` is the Q of (r, Q) or
    S - s of (s, S); no more than ``cap`` is ordered at a time. ``tuned`` tells where they were found by search.
    """

    level: Floats
    lot: Floats
    cap: Floats
    tuned: NDArray[np.bool_]
