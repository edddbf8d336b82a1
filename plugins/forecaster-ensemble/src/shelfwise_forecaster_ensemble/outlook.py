"""How demand of each series is distributed in each period ahead."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array

__all__ = ["LEVELS", "Outlook"]

LEVELS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
"""The quantiles in which members speak."""


@attrs.frozen(eq=False)
class Outlook:
    """Demand in units: ``mean`` of shape (series, H), ``quantiles`` at :data:`LEVELS` of shape (series, H, levels).

    Nothing is negative, and quantiles rise with their level. All of them are NaN where a member has no opinion.
    """

    mean: NDArray[np.float32] = array(np.float32)
    quantiles: NDArray[np.float32] = array(np.float32)

    @classmethod
    def of(cls, mean: NDArray[np.float32], quantiles: NDArray[np.float32]) -> Outlook:
        """Return an outlook of what may be out of order or below 0."""
        return cls(np.maximum(mean, 0.0), np.maximum(np.sort(quantiles, axis=-1), 0.0))
