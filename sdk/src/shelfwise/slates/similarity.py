"""How alike two items are, by their category and brand and by what a recommender knows of them."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Pool", "Similarity", "Vectors"]

Vectors: TypeAlias = NDArray[np.floating] | sparse.csr_array
"""Unit vectors of items, of shape (items, dimensions); the cosine of two says how alike they are."""
_SAME_CATEGORY, _COSINE, _SAME_BRAND = 0.55, 0.35, 0.10
"""Weights of what makes items alike. Two of one category are always more alike than two of different ones."""
_CELLS = 4_000_000
"""Numbers held at a time, at most, where sparse vectors are compared."""


@attrs.frozen(eq=False)
class Similarity:
    """How alike items are, from 0 to 1; ``category`` and ``brand`` have shape (items,), -1 where unknown."""

    category: NDArray[np.int64]
    brand: NDArray[np.int64]
    vectors: Vectors | None = None

    def among(self, item: NDArray[np.int64]) -> Pool:
        """Make ready to compare the items of each row, of shape (rows, width), with one another."""
        return Pool(self, np.maximum(item, 0))


@attrs.frozen(eq=False, slots=False)
class Pool:
    """Items of which each row's are compared with one of that row."""

    similarity: Similarity
    item: NDArray[np.int64]

    def to(self, column: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how alike each item of a row is to the one in that row's ``column``, of shape (rows, width)."""
        rows = np.arange(len(self.item))
        one = self.item[rows, column]
        alike = np.zeros(self.item.shape)
        for weight, code in ((_SAME_CATEGORY, self.similarity.category), (_SAME_BRAND, self.similarity.brand)):
            alike += weight * ((code[self.item] == code[one][:, None]) & (code[one] >= 0)[:, None])
        if self._dense is not None:
            cosine = (self._dense @ self._dense[rows, column][:, :, None])[:, :, 0]
        elif self._sparse is not None:
            cosine = self._sparse_cosine(column)
        else:
            return alike
        return np.asarray(alike + _COSINE * np.clip(cosine, 0.0, 1.0))

    @cached_property
    def _dense(self) -> NDArray[np.floating] | None:
        vectors = self.similarity.vectors
        return vectors[self.item] if isinstance(vectors, np.ndarray) else None

    @cached_property
    def _sparse(self) -> sparse.csr_array | None:
        vectors = self.similarity.vectors
        return None if vectors is None else sparse.csr_array(vectors[self.item.ravel()])

    @cached_property
    def _place(self) -> NDArray[np.int64]:
        """The place among all items of the pool, row by row, that each entry of their vectors belongs to."""
        assert self._sparse is not None
        return np.repeat(np.arange(self.item.size), np.diff(self._sparse.indptr))

    def _sparse_cosine(self, column: NDArray[np.int64]) -> NDArray[np.float64]:
        assert self._sparse is not None
        rows, width = self.item.shape
        start, index, data = self._sparse.indptr, self._sparse.indices, self._sparse.data
        found = np.empty(self.item.shape)
        step = max(1, _CELLS // max(1, self._sparse.shape[1]))
        for first in range(0, rows, step):
            some = np.arange(first, min(first + step, rows))
            against = np.zeros((some.size, self._sparse.shape[1]), dtype=data.dtype)
            for row, one in enumerate((some * width + column[some]).tolist()):
                own = slice(start[one], start[one + 1])
                against[row, index[own]] = data[own]
            entries = slice(start[first * width], start[(first + some.size) * width])
            place = self._place[entries] - first * width
            product = data[entries] * against[place // width, index[entries]]
            found[some] = np.bincount(place, product, some.size * width).reshape(-1, width)
        return found
