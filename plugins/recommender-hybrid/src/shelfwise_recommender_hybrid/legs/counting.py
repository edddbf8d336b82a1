"""The counting legs: a skip-gram Markov model over baskets, and item-item nearest neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise_recommender_hybrid.legs.associations import Associations
from shelfwise_recommender_hybrid.sequences import History

__all__ = ["fit_again", "fit_markov", "fit_neighbours"]

_MOST_LINES = 2_000_000
"""Events that are counted, the newest, which bounds memory and time."""
_BASKET = 200
"""Items of one basket or customer that are paired, the newest; a wholesaler tells little about what goes together."""
_SHRINKAGE = 30.0
_CELLS = 4_000_000


def fit_markov(
    history: History, popularity: NDArray[np.float32], *, kept: int, gap: int = 8, gap_decay: float = 0.8
) -> Associations:
    """Count which item follows which, up to ``gap`` baskets on, as a skip-gram Markov chain.

    The weight falls by ``gap_decay`` with each basket between; what came before counts a fifth. Counts c(j, i) become
    ``c / ((n_j + 30)^0.7 (n_i + 30)^0.3)``, the asymmetric cosine (Aiolli 2013), shrunk.
    """
    baskets, owner = _baskets(history)
    total = sparse.csr_array(baskets.shape, dtype=np.float32)
    rows = np.arange(owner.size)
    for step in range(1, gap + 1):
        first = rows[:-step][owner[:-step] == owner[step:]]
        weight = np.full(first.size, gap_decay ** (step - 1), np.float32)
        ahead = sparse.csr_array((weight, (first, first + step)), shape=(rows.size, rows.size))
        total = total + ahead @ baskets + 0.2 * (ahead.T @ baskets)
    return Associations.of(_cosine(baskets, sparse.csr_array(total), kept), popularity, decay=0.7)


def fit_neighbours(history: History, popularity: NDArray[np.float32], *, kept: int) -> Associations:
    """Count which items the same customers have had, as nearest neighbours do (Sarwar et al. 2001)."""
    past = history.sequences.newest(_BASKET)
    table = sparse.csr_array(past.interest(1.0, len(history.items)))
    table.sum_duplicates()
    table.data = np.minimum(table.data, 1.0)
    return Associations.of(_cosine(table, table, kept), popularity, decay=0.85)


def fit_again(history: History, popularity: NDArray[np.float32]) -> Associations:
    """Let each item speak for itself alone: what was bought often and lately is bought again."""
    same = sparse.eye_array(len(history.items), dtype=np.float32, format="csr")
    return Associations.of(sparse.csr_array(same), popularity, decay=0.9)


def _baskets(history: History) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Return the baskets of each row in order, of shape (baskets, items), and their rows."""
    past = history.sequences
    if past.item.size > _MOST_LINES:
        past = past.where(past.day >= np.partition(past.day, -_MOST_LINES)[-_MOST_LINES])
    number = np.append(0, np.cumsum(past.visits))[:-1][past.row] + past.visit
    table = sparse.csr_array(
        (past.interest(1.0, len(history.items)).data, (number, past.item)),
        shape=(int(past.visits.sum()), len(history.items)),
    )
    table.sum_duplicates()
    table.data = np.minimum(table.data, 1.0)
    row = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    place = np.arange(table.nnz) - table.indptr[row]
    table.data[place >= _BASKET] = 0.0
    table.eliminate_zeros()
    return table, np.repeat(np.arange(len(past)), past.visits)


def _cosine(left: sparse.csr_array, right: sparse.csr_array, kept: int) -> sparse.csr_array:
    """Return the shrunk cosine of the co-occurrence ``left' right``, the ``kept`` strongest of each row."""
    count = np.asarray(left.sum(axis=0)) + _SHRINKAGE
    by_item = left.T.tocsr()
    step = max(1, _CELLS // max(1, left.shape[1]))
    blocks = []
    for start in range(0, left.shape[1], step):
        block = sparse.csr_array(by_item[start : start + step] @ right)
        source = np.repeat(np.arange(start, start + block.shape[0]), np.diff(block.indptr))
        block.data = (block.data / (count[source] ** 0.7 * count[block.indices] ** 0.3)).astype(np.float32)
        block.data[block.indices == source] = 0.0
        blocks.append(_strongest(block, kept))
    return sparse.csr_array(sparse.vstack(blocks))


def _strongest(block: sparse.csr_array, kept: int) -> sparse.csr_array:
    row = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    order = np.lexsort((-block.data, row))
    stays = np.zeros(block.nnz, dtype=bool)
    stays[order[np.arange(block.nnz) - block.indptr[row] < kept]] = True
    stays &= block.data > 0
    return sparse.csr_array((block.data[stays], (row[stays], block.indices[stays])), shape=block.shape)
