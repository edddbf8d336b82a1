"""Further ahead than a member has learned to look: it says what it says of the end of its reach, less surely."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise_forecaster_ensemble.outlook import LEVELS
from shelfwise_forecaster_ensemble.trends import LEVEL_HALF_LIFE

__all__ = ["held", "less_sure"]

_MEDIAN = LEVELS.index(0.5)
_SMOOTHING = 1.0 - 0.5 ** (1.0 / LEVEL_HALF_LIFE)
"""Share of a surprise that the level takes on."""


def held(step: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """Return how far ahead periods are, counted from 0, none further than the last that was learned of."""
    return np.minimum(step, reach - 1)


def less_sure(quantiles: NDArray[np.float32], step: NDArray[np.int64], reach: int) -> NDArray[np.float32]:
    """Return quantiles (S, H, levels), in units, spread further from the median, in logarithms, beyond the ``reach``.

    The spread grows as the standard error of a level that is smoothed exponentially, by the share ``a`` of each
    surprise: as ``sqrt(1 + a^2 (h - 1))`` (Hyndman, Koehler, Ord and Snyder 2008, table 6.1, ETS(A,N,N)).
    """
    far = np.flatnonzero(step >= reach)
    if not far.size:
        return quantiles
    grown = np.sqrt((1.0 + _SMOOTHING**2 * step[far]) / (1.0 + _SMOOTHING**2 * (reach - 1)))
    told = np.log1p(quantiles[:, far])
    middle = told[..., _MEDIAN, None]
    out = quantiles.copy()
    out[:, far] = np.expm1(middle + grown[:, None].astype(np.float32) * (told - middle))
    return out
