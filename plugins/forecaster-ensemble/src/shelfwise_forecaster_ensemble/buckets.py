"""Stretches of the horizon that are weighed and calibrated alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["BUCKETS", "bucket_of"]

_ENDS = (1, 3, 7, 14, 28, 60)
"""The last period ahead of each stretch, counted from 1, but for the last stretch."""
BUCKETS = len(_ENDS) + 1


def bucket_of(step: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the stretch of each period ahead, counted from 0."""
    return np.searchsorted(_ENDS, step + 1, side="left")
