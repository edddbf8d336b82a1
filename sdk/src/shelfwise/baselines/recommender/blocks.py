"""Some rows of a large table at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["blocks"]

_CELLS = 200_000
"""Cells of a block: few enough for the caches of a processor, which several tables share."""


def blocks(rows: int, columns: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of a table in order, as many at a time as make a small block of it, and at least one."""
    step = max(1, _CELLS // max(1, columns))
    for start in range(0, rows, step):
        yield np.arange(start, min(start + step, rows))
