"""Coverage of counts: what lies on the end of an interval is inside it in part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["pit_coverage"]

Floats = NDArray[np.float64]


def pit_coverage(levels: tuple[float, ...], quantiles: Floats, units: Floats, share: float) -> Floats:
    """Return how far each of ``units`` lies inside the central ``share`` of its forecast, from 0 to 1.

    ``quantiles`` has the shape of ``units`` with a rising level in front. A count has a probability of its own, so it
    takes up a stretch of the forecast distribution, between the levels whose quantiles are below and above it; counted
    is the part of that stretch inside the interval. That is the non-randomised probability integral transform of
    Czado, Gneiting & Held (2009), Predictive model assessment for count data, Biometrics 65. The mean is ``share``
    where the forecast is right, while the share of units inside or on the ends is far above it for small counts.
    """
    edges = np.array([0.0, *levels, 1.0])
    low = edges[(quantiles < units).sum(axis=0)]
    high = edges[len(levels) + 1 - (quantiles > units).sum(axis=0)]
    inside = np.minimum(high, 0.5 + share / 2) - np.maximum(low, 0.5 - share / 2)
    covered: Floats = np.maximum(inside, 0.0) / (high - low)
    return covered
