"""The best of a row of scores, rows at a time."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["taken", "top"]

Number = TypeVar("Number", bound=np.generic)
_GROUPS = 4
"""Groups of columns for each of the highest that is sought; fewer hold back too little, more take longer to search."""


def top(score: NDArray[np.floating[Any]], size: int) -> NDArray[np.int64]:
    """Return the columns of the ``size`` highest scores of each row, highest first, of equals the earlier column.

    ``score`` has shape (rows, columns), minus infinity marks what may not be taken; where fewer are left than
    ``size``, or there are fewer columns, the answer is filled up with -1. It has shape (rows, min(size, columns)).

    Raises:
        ValueError: A score is NaN that might be among the highest.
    """
    rows, columns = score.shape
    size = min(size, columns)
    if size == 0 or rows == 0:
        return np.zeros((rows, size), dtype=np.int64)
    if columns < 2 * _GROUPS * size:
        return _highest(score, size)
    near = _near(score, size)
    return taken(near, _highest(taken(score, near, -np.inf), size), -1)


def _highest(score: NDArray[np.floating[Any]], size: int) -> NDArray[np.int64]:
    columns, at = score.shape[1], np.arange(len(score))[:, None]
    if size < columns:
        bound = np.partition(score, columns - size, axis=1)[:, columns - size, None]
        if np.isnan(bound).any():
            raise ValueError("a score is NaN; give minus infinity to what may not be taken")
        highest = score >= bound
        ties = np.flatnonzero(highest.sum(axis=1) > size)
        if ties.size:
            above, equal = score[ties] > bound[ties], score[ties] == bound[ties]
            room = size - above.sum(axis=1, keepdims=True)
            highest[ties] = above | (equal & (np.cumsum(equal, axis=1) <= room))
        column = np.nonzero(highest)[1].reshape(len(score), size)
        value = score[at, column]
    else:
        column, value = np.broadcast_to(np.arange(columns), score.shape), score
    order = np.argsort(-value, axis=1, kind="stable")
    return np.where(value[at, order] > -np.inf, column[at, order], -1)


def _near(score: NDArray[np.floating[Any]], size: int) -> NDArray[np.int64]:
    """Return the columns of each row among which the ``size`` highest are, in their order, -1 where there are fewer.

    The maxima of groups of columns are few, and the ``size``-th highest of them is no more than that of all columns.
    """
    rows, columns = score.shape
    groups = _GROUPS * size
    best = score[:, : columns - columns % groups].reshape(rows, -1, groups).max(axis=1)
    if np.isnan(best).any():
        raise ValueError("a score is NaN; give minus infinity to what may not be taken")
    bound = np.partition(best, groups - size, axis=1)[:, groups - size, None]
    place = np.flatnonzero(score >= np.maximum(bound, np.finfo(score.dtype).min))
    row = place // columns
    count = np.bincount(row, minlength=rows)
    near = np.full((rows, max(size, int(count.max()))), -1)
    near[row, np.arange(place.size) - np.repeat(np.cumsum(count) - count, count)] = place - row * columns
    return near


def taken(values: NDArray[Number], column: NDArray[np.int64], empty: float) -> NDArray[Number]:
    """Return the values at the columns of each row, ``empty`` where a column is -1."""
    nothing = np.array(empty, dtype=values.dtype)
    if not values.shape[1]:
        return np.full(column.shape, nothing)
    return np.where(column >= 0, values[np.arange(len(values))[:, None], column], nothing)
