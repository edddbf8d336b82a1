"""Lists of items of different lengths, one a customer, in two arrays."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows"]

_FEW = 10_000
"""Pairs that are sooner compared one by one than sorted."""


@attrs.frozen(eq=False)
class Rows:
    """Item positions in compressed rows: row c is ``item[start[c]:start[c + 1]]``; ``start`` has shape (rows + 1,)."""

    start: NDArray[np.int64]
    item: NDArray[np.int64]

    @classmethod
    def of(cls, lists: Sequence[NDArray[np.int64] | Sequence[int]]) -> Rows:
        """Return the lists, one a row."""
        start = np.zeros(len(lists) + 1, dtype=np.int64)
        np.cumsum([len(one) for one in lists], out=start[1:])
        item = np.concatenate([np.zeros(0, np.int64), *lists]).astype(np.int64)
        return cls(start, item)

    @classmethod
    def grouped(cls, row: NDArray[np.int64], item: NDArray[np.int64], rows: int) -> Rows:
        """Return pairs of row and item as so many rows, each with its items in the order in which they stand."""
        start = np.append(0, np.cumsum(np.bincount(row, minlength=rows)))
        return cls(start, item[np.argsort(row, kind="stable")])

    @classmethod
    def empty(cls, rows: int) -> Rows:
        """Return rows with nothing in them."""
        return cls(np.zeros(rows + 1, dtype=np.int64), np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return self.start.size - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The length of each row."""
        return self.start[1:] - self.start[:-1]

    @property
    def row(self) -> NDArray[np.int64]:
        """The row of each entry of ``item``."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def at(self, row: int) -> NDArray[np.int64]:
        """Return one row."""
        return self.item[self.start[row] : self.start[row + 1]]

    def take(self, rows: NDArray[np.int64]) -> Rows:
        """Return some of the rows, in the order asked."""
        return Rows(np.append(0, np.cumsum(self.lengths[rows])), self.item[self.entries(rows)])

    def entries(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places in ``item`` of some of the rows, in the order asked."""
        length = self.lengths[rows]
        end = np.cumsum(length)
        return np.repeat(self.start[rows] - end + length, length) + np.arange(length.sum())

    def where(self, kept: NDArray[np.bool_]) -> Rows:
        """Return the rows with only those entries of ``item`` that are kept."""
        count = np.zeros(kept.size + 1, dtype=np.int64)
        np.cumsum(kept, out=count[1:])
        return Rows(count[self.start], self.item[kept])

    def distinct(self) -> Rows:
        """Return the rows with each item once, in the order of its position."""
        width = 1 + int(self.item.max(initial=0))
        key = np.unique(self.row * width + self.item)
        return Rows(np.searchsorted(key // width, np.arange(len(self) + 1)), key % width)

    def padded(self) -> NDArray[np.int64]:
        """Return the rows as an array of shape (rows, longest), -1 where a row is shorter."""
        out = np.full((len(self), int(self.lengths.max(initial=0))), -1)
        out[self.row, np.arange(self.item.size) - np.repeat(self.start[:-1], self.lengths)] = self.item
        return out

    def contains(self, row: NDArray[np.int64], item: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell for each pair, in arrays of one shape, whether that row holds that item."""
        if not self.item.size:
            return np.zeros(item.shape, dtype=bool)
        if self.item.size * item.size <= _FEW:
            row, item = np.broadcast_arrays(row, item)
            same = (row[..., None] == self.row) & (item[..., None] == self.item)
            return np.asarray(same.any(axis=-1))
        width = 1 + max(int(self.item.max()), int(item.max(initial=0)))
        found: NDArray[np.bool_] = np.isin(row * width + item, self.row * width + self.item) & (item >= 0)
        return found
