"""Confidence intervals of means of batches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["half_width"]


def half_width(batches: NDArray[np.float64]) -> float:
    """Half the 95 % interval of the mean of batch means, by Student's t (Law, Simulation Modeling, section 9.5)."""
    count = len(batches)
    if count < 2:
        return float("nan")
    return float(special.stdtrit(count - 1, 0.975) * batches.std(ddof=1) / np.sqrt(count))
