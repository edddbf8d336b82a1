"""What it is expected to cost if a line is not ordered today."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.lines import Lines

Floats = NDArray[np.float64]


def cost_if_skipped(lines: Lines, rows: NDArray[np.int64], quantity: Floats) -> Floats:
    """Return the cost of leaving out the ``quantity`` of each of the lines ``rows``, in currency, 0 or more.

    Whatever is ordered today, nothing of it helps before it arrives, and the next order does the rest. So skipping
    costs the units short between the two arrivals without the line less the same with it, and saves the holding of
    what would be left over at the end, for a review period.
    """
    coverage, nothing = lines.coverage.at(rows), np.zeros_like(quantity)
    lost = coverage.short(nothing) - coverage.short(quantity)
    held = coverage.left(quantity) - coverage.left(nothing)
    return np.maximum(lines.costs.shortage[rows] * lost - lines.review_holding[rows] * held, 0.0)
