"""Confidence intervals of means of batches, and of ratios of their sums."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from shelfwise.evaluation.report import Interval

__all__ = ["half_width", "of_mean", "of_ratio", "of_share"]


def half_width(batches: NDArray[np.float64]) -> float:
    """Half the 95 % interval of the mean of batch means, by Student's t (Law, Simulation Modeling, section 9.5)."""
    count = len(batches)
    if count < 2:
        return float("nan")
    return float(special.stdtrit(count - 1, 0.975) * batches.std(ddof=1) / np.sqrt(count))


def of_mean(batches: NDArray[np.float64]) -> Interval:
    """Return the mean with its interval."""
    mean, width = float(batches.mean()), half_width(batches.astype(np.float64))
    return Interval(mean, mean - width, mean + width)


def of_ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Interval:
    """Return a ratio of sums with its interval, NaN of nothing (the delta method; Law, section 9.5)."""
    mean = float(whole.mean())
    if mean <= 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    ratio = float(part.mean()) / mean
    width = half_width((part - ratio * whole) / mean)
    return Interval(ratio, ratio - width, ratio + width)


def of_share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Interval:
    """Return such a ratio of a part of the whole: its interval ends at 0 and 1."""
    found = of_ratio(part, whole)
    return Interval(found.estimate, float(np.maximum(found.low, 0.0)), float(np.minimum(found.high, 1.0)))
