"""The linear leg: the next basket as a linear function of those before, in closed form."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.legs.associations import Associations, strongest
from shelfwise_recommender_hybrid.sequences import History, Sequences

__all__ = ["LinearSettings", "fit_linear"]

_GAP = 8
"""Baskets back that speak for the next one."""
_LONGEST = 100
"""Items of one context or basket that are looked at, the strongest."""
_BLOCK = 1_024


@attrs.frozen
class LinearSettings:
    """How strongly each part of the objective counts; see :func:`fit_linear`."""

    ridge: float = 100.0
    whole: float = 0.5
    alike: float = 8.0
    decay: float = 0.7
    kept: int = 200
    most_items: int = 15_000


def fit_linear(
    history: History, content: Content, popularity: NDArray[np.float32], settings: LinearSettings
) -> Associations:
    """Return the weights that predict each basket best from those before it, in closed form.

    With a diagonal of zero, B minimises ``|Y - Z B|^2 + whole |X - X B|^2 + alike |A - A B|^2 + ridge |B|^2``: Z holds
    the decayed baskets before each basket Y, X what each customer ever had, and A the features of items (of shape
    (features, items)), so that items without sales are tied to those like them. The first term is that of SLIT, the
    second that of EASE, together SLIST (Choi et al. 2021, Session-aware linear item-item models; Steck 2019); the
    third is the side information of collective EASE (Jeunen et al. 2020). With G the sum of the Gram matrices, P =
    (G + ridge I)^-1 and R = P (Z'Y + whole X'X + alike A'A), B = R - P diag(R_ii / P_ii). Items beyond the
    ``most_items`` that sell best are left out; the ``kept`` strongest weights of each row are kept.
    """
    size = len(history.items)
    chosen = np.sort(np.argsort(-popularity, kind="stable")[: settings.most_items])
    before, after, whole = _examples(history.sequences, size, settings.decay)
    before, after, whole = before[:, chosen], after[:, chosen], whole[:, chosen]
    features = sparse.csr_array(content.matrix[chosen])
    gram = _product(whole, whole) * np.float32(settings.whole)
    gram += np.float32(settings.alike) * _product(sparse.csr_array(features.T), sparse.csr_array(features.T))
    right = gram + _product(before, after)
    gram += _product(before, before)
    weights = _solve(gram, right, settings.ridge)
    del gram, right
    blocks = [strongest(weights[first : first + _BLOCK], settings.kept) for first in range(0, len(chosen), _BLOCK)]
    table = sparse.coo_array(sparse.vstack(blocks))
    spread = sparse.coo_array((table.data, (chosen[table.row], chosen[table.col])), shape=(size, size))
    return Associations.of(spread.tocsr(), popularity, settings.decay)


def _examples(
    sequences: Sequences, items: int, decay: float
) -> tuple[sparse.csr_array, sparse.csr_array, sparse.csr_array]:
    """Return the contexts and the baskets that followed, of shape (examples, items), and what each row ever had."""
    baskets, owner = _baskets(sequences, items)
    context = sparse.csr_array(baskets.shape, dtype=np.float32)
    rows = np.arange(owner.size)
    for gap in range(1, _GAP + 1):
        later = rows[gap:][owner[gap:] == owner[:-gap]]
        shift = sparse.csr_array(
            (np.full(later.size, decay ** (gap - 1), np.float32), (later, later - gap)), shape=(rows.size, rows.size)
        )
        context = context + shift @ baskets
    told = np.flatnonzero(np.diff(context.indptr) > 0)
    # Customers count alike, however many lines their baskets have.
    weight = 1.0 / np.sqrt(np.maximum(np.diff(baskets.indptr), 1))
    scale = sparse.diags_array(weight[told].astype(np.float32))
    before, after = _short(sparse.csr_array(context[told])), sparse.csr_array(baskets[told])
    one, other = _halves(baskets)
    both = sparse.vstack([scale @ before, one]), sparse.vstack([scale @ after, other])
    ever = sparse.csr_array(sequences.interest(1.0, items))
    ever.sum_duplicates()
    ever.data = np.minimum(ever.data, 1.0)
    return both[0].tocsr(), both[1].tocsr(), _short(ever)


def _baskets(sequences: Sequences, items: int) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Return all baskets in order, of shape (baskets, items), and the row that each belongs to."""
    number = np.append(0, np.cumsum(sequences.visits))[:-1][sequences.row] + sequences.visit
    weight = sequences.interest(1.0, items).data
    total = int(sequences.visits.sum())
    table = sparse.csr_array((weight, (number, sequences.item)), shape=(total, items), dtype=np.float32)
    table.sum_duplicates()
    table.data = np.minimum(table.data, 1.0)
    return _short(table), np.repeat(np.arange(len(sequences)), sequences.visits)


def _halves(baskets: sparse.csr_array) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return the baskets of several items in two halves: what lies in the cart, and what joins it."""
    several = sparse.csr_array(baskets[np.diff(baskets.indptr) > 1])
    first = np.random.default_rng(0).random(several.nnz) < 0.5
    weight = sparse.diags_array((1.0 / np.sqrt(np.diff(several.indptr))).astype(np.float32))
    one, other = several.copy(), several.copy()
    one.data = np.where(first, several.data, 0.0).astype(np.float32)
    other.data = np.where(first, 0.0, several.data).astype(np.float32)
    return sparse.csr_array(weight @ one), sparse.csr_array(weight @ other)


def _short(table: sparse.csr_array) -> sparse.csr_array:
    """Return the rows with no more than their strongest entries, which bounds the products."""
    length = np.diff(table.indptr)
    if length.max(initial=0) <= _LONGEST:
        return table
    row = np.repeat(np.arange(table.shape[0]), length)
    order = np.lexsort((-table.data, row))
    kept = np.zeros(table.nnz, dtype=bool)
    kept[order[np.arange(table.nnz) - table.indptr[row] < _LONGEST]] = True
    start = np.append(0, np.cumsum(np.bincount(row[kept], minlength=table.shape[0])))
    return sparse.csr_array((table.data[kept], table.indices[kept], start), shape=table.shape)


def _product(left: sparse.csr_array, right: sparse.csr_array) -> NDArray[np.float32]:
    return np.asarray((left.T.tocsr() @ right).toarray(), dtype=np.float32)


def _solve(gram: NDArray[np.float32], right: NDArray[np.float32], ridge: float) -> NDArray[np.float32]:
    """Return the weights with a diagonal of zero; ``gram`` is overwritten."""
    gram[np.diag_indices_from(gram)] += np.float32(ridge)
    factor, failed = lapack.spotrf(gram.T, lower=1, overwrite_a=1)
    inverse, also = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or also:
        raise ArithmeticError("the normal equations of the linear leg have no solution; raise its ridge")
    lower = np.tril(inverse, -1)
    inverse = np.tril(inverse) + lower.T
    weights = inverse @ right
    weights -= inverse * (np.diag(weights) / np.diag(inverse))[None, :]
    weights[np.diag_indices_from(weights)] = 0.0
    return np.asarray(weights, dtype=np.float32)
