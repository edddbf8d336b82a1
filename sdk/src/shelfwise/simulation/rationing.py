"""How a source shares what it has among those that it owes more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ration"]

Floats = NDArray[np.float64]


def ration(wanted: Floats, available: Floats, first: NDArray[np.int64]) -> Floats:
    """Return what each is sent, of shape (rows, scenarios) as ``wanted``, in proportion to what it wants.

    Rows of one source are side by side, and ``first`` is where each source begins; ``available`` has one row a source.
    Parts of units are rounded down, and the units left over go to the first rows of the source that want more.
    """
    sizes = np.diff(np.append(first, len(wanted)))
    total = np.add.reduceat(wanted, first, axis=0)
    share = np.minimum(np.divide(available, total, out=np.ones_like(total), where=total > 0), 1.0)
    sent = np.where(np.repeat(share >= 1.0, sizes, axis=0), wanted, np.floor(wanted * np.repeat(share, sizes, axis=0)))
    short = wanted - sent
    left = np.minimum(available, total) - np.add.reduceat(sent, first, axis=0)
    before = np.cumsum(short, axis=0) - short
    before -= np.repeat(before[first], sizes, axis=0)
    return sent + np.clip(np.repeat(left, sizes, axis=0) - before, 0.0, short)
