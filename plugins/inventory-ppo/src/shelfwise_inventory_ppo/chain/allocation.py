"""How a warehouse shares what it has among its stores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["allocate"]

Floats = NDArray[np.float64]


def allocate(wanted: Floats, scale: Floats, chain: NDArray[np.int64], held: Floats) -> Floats:
    """Return what each store is sent, (rows,): at most ``held`` (chains,) to those of one ``chain`` (rows,).

    Where they want more than there is, each lacks as many of its standard deviations, ``scale``, of what it wants; one
    that would get less than nothing gets nothing (water filling). Every chain has a store.
    """
    score = wanted / scale
    order = np.lexsort((-score, chain))
    ranked, widths, of = score[order], scale[order], chain[order]
    first = np.searchsorted(of, np.arange(len(held)))

    def so_far(values: Floats) -> Floats:
        total = np.cumsum(values)
        return np.asarray(total - (total[first] - values[first])[of])

    # By how much all lack if the first one, two, ... of those that want most get something.
    lacking = (so_far(ranked * widths) - held[of]) / so_far(widths)
    served = np.bincount(of, ranked > lacking, len(held)).astype(np.int64)
    lacking = np.maximum(lacking[first + np.maximum(served - 1, 0)], 0.0)
    return np.asarray(scale * np.maximum(score - lacking[chain], 0.0))
