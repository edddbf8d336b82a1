"""What goes to a worker process and what comes back from it."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["CORNERS", "LEVELS", "Chunk", "Failure", "Outcome", "UnfitError"]

LEVELS = (0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99)
"""The quantiles that are kept of each forecast."""
CORNERS = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
"""Promotion and price for which means are kept beside the plain one: (promoted, share of the usual cut)."""


class UnfitError(Exception):
    """A record that says too little for an estimator, or a forecast that cannot be believed."""


@attrs.frozen(eq=False)
class Chunk:
    """Some records (rows, T) and how far ahead to forecast them.

    ``trades`` (rows, L) tells at which places in the season a node trades, ``phase`` (T + horizon,) the place of each
    period. ``drivers`` (rows, T, 2) are promotion and log
    price, 0 on a plain day, None for an estimator that takes none.
    """

    units: NDArray[np.float32]
    trades: NDArray[np.bool_]
    phase: NDArray[np.int64]
    index: pd.Index[Any]
    horizon: int
    drivers: NDArray[np.float32] | None
    cut: NDArray[np.float64]
    missing: bool


@attrs.frozen
class Failure:
    """Why a record has no forecast; ``raised`` tells whether the estimator itself refused."""

    reason: str
    raised: bool


@attrs.frozen(eq=False)
class Outcome:
    """Forecasts of the plain mean (rows, H), of quantiles (levels, rows, H) and of the corners (3, rows, H).

    ``failures`` say why the estimator gave a record none; they are None where it did.
    """

    mean: NDArray[np.float32]
    quantiles: NDArray[np.float32]
    corners: NDArray[np.float32]
    failures: tuple[Failure | None, ...]
