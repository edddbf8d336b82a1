"""Series put into groups by what their record looked like before the first origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shelfwise.evaluation.forecaster_origins import Backtest

__all__ = ["CATEGORY", "DEFINITION", "VOLATILITY", "groups_of", "volatility_classes"]

VOLATILITY, CATEGORY = "volatility", "category"
"""The groupings: how regular demand is, and what the catalogue says."""

_INTERVAL, _VARIATION = 1.32, 0.49
_FEW = 2
"""Periods with demand below which the spread of sizes says nothing."""
DEFINITION = (
    "volatility: smooth, erratic, intermittent, lumpy by the mean interval between periods with demand (1.32) and the "
    "squared coefficient of variation of demand above 0 (0.49), Syntetos, Boylan & Croston 2005; sparse where fewer "
    "than two periods had demand. Open, in-stock periods from the first record to the first origin count"
)


def volatility_classes(units: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Return the class of each series, shape (series,), of the periods of ``mask``, shape (series, periods).

    See Syntetos, Boylan & Croston (2005), On the categorization of demand patterns, JORS 56.
    """
    sold = mask & (units > 0)
    count = sold.sum(axis=1)
    interval = mask.sum(axis=1) / np.maximum(count, 1)
    mean = np.where(sold, units, 0.0).sum(axis=1) / np.maximum(count, 1)
    squares = np.where(sold, (units - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(count - 1, 1)
    variation = squares / np.where(mean > 0, mean, 1.0) ** 2
    rare, uneven = interval >= _INTERVAL, variation >= _VARIATION
    names = np.array([["smooth", "erratic"], ["intermittent", "lumpy"]])[rare.astype(int), uneven.astype(int)]
    return np.where(count < _FEW, "sparse", names)


def groups_of(backtest: Backtest) -> dict[str, NDArray[np.str_]]:
    """Return the label of each series in each grouping that tells any two apart."""
    catalogue = backtest.dataset.items.set_index("item_id")["category"]
    category = np.repeat(catalogue.loc[list(backtest.items)].to_numpy(str), len(backtest.nodes))
    found = {VOLATILITY: volatility_classes(*backtest.first_past()), CATEGORY: category}
    return {name: labels for name, labels in found.items() if len(set(labels.tolist())) > 1}
