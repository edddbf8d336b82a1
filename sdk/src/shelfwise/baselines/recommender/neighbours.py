"""Which item follows which: item-item co-occurrence within and across a customer's baskets."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.interactions import Interactions

__all__ = ["Across", "item_neighbours"]

_CELLS = 4_000_000
"""Item pairs held at a time, at most, which bounds the memory of training."""


@attrs.frozen
class Across:
    """How items of different baskets of one customer count.

    The weight is ``gap_decay ** (g - 1)`` where the second was bought g baskets after the first, g up to ``gap``, and
    ``backward`` times that where it came before.
    """

    gap: int
    gap_decay: float
    backward: float


def item_neighbours(
    past: Interactions, baskets: sparse.csr_array, across: Across | None, *, most: int, shrinkage: float
) -> sparse.csr_array:
    """Return how strongly each item calls for each other one, of shape (items, items), the ``most`` strongest per row.

    ``baskets`` is the matrix of the past, of shape (baskets, items). Two items of one basket count with weight 1,
    others as ``across`` says, if at all. Counts c(j, i) become ``c / ((n_j + shrinkage)^0.7 (n_i + shrinkage)^0.3)``, n
    being how often an item was bought: the cosine of item-based collaborative filtering (Sarwar et al. 2001),
    asymmetric and shrunk (Aiolli 2013), over the skip-grams of a sequence.
    """
    context = baskets if across is None else (baskets + _shifted(past, baskets, across)).tocsr()
    counts = baskets.sum(axis=0) + shrinkage
    by_item = baskets.T.tocsr()
    rows = max(1, _CELLS // max(1, baskets.shape[1]))
    blocks = []
    for start in range(0, baskets.shape[1], rows):
        block = (by_item[start : start + rows] @ context).tocsr()
        blocks.append(_strongest(block, start, counts, most))
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def _shifted(past: Interactions, baskets: sparse.csr_array, across: Across) -> sparse.csr_array:
    """Return for each basket the decayed sum of the same customer's next baskets, and of the ones before."""
    total = sparse.csr_array(baskets.shape)
    rows = np.arange(len(past.customer))
    for g in range(1, across.gap + 1):
        first = rows[:-g][(past.customer[:-g] == past.customer[g:]) & (past.customer[:-g] >= 0)]
        if not first.size:
            break
        weight = np.full(first.size, across.gap_decay ** (g - 1))
        ahead = sparse.csr_array((weight, (first, first + g)), shape=(rows.size, rows.size))
        total = total + ahead @ baskets + across.backward * (ahead.T @ baskets)
    return total


def _strongest(block: sparse.csr_array, start: int, counts: NDArray[np.float64], most: int) -> sparse.csr_array:
    lengths = np.diff(block.indptr)
    source = np.repeat(np.arange(start, start + block.shape[0]), lengths)
    value = block.data / (counts[source] ** 0.7 * counts[block.indices] ** 0.3)
    value[block.indices == source] = 0.0
    kept = np.zeros(value.size, dtype=bool)
    for first, last in zip(block.indptr[:-1], block.indptr[1:], strict=True):
        if last - first <= most:
            kept[first:last] = True
        else:
            kept[first + np.argpartition(value[first:last], -most)[-most:]] = True
    kept &= value > 0
    shape = (block.shape[0], counts.size)
    return sparse.csr_array((value[kept], (source[kept] - start, block.indices[kept])), shape=shape)
