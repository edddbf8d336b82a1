"""The best of a row of scores, rows at a time."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["taken", "top"]

Number = TypeVar("Number", bound=np.generic)


def top(score: NDArray[np.floating[Any]], size: int) -> NDArray[np.int64]:
    """Return the columns of the ``size`` highest scores of each row, highest first, of equals the earlier column.

    ``score`` has shape (rows, columns), minus infinity marks what may not be taken; where fewer are left than
    ``size``, or there are fewer columns, the answer is filled up with -1. It has shape (rows, min(size, columns)).
    """
    rows, columns = score.shape
    size = min(size, columns)
    if size == 0 or rows == 0:
        return np.zeros((rows, size), dtype=np.int64)
    if size < columns:
        bound = np.partition(score, columns - size, axis=1)[:, columns - size, None]
        highest = score >= bound
        ties = np.flatnonzero(highest.sum(axis=1) > size)
        if ties.size:
            above, equal = score[ties] > bound[ties], score[ties] == bound[ties]
            room = size - above.sum(axis=1, keepdims=True)
            highest[ties] = above | (equal & (np.cumsum(equal, axis=1) <= room))
        column = np.nonzero(highest)[1].reshape(rows, size)
        value = np.take_along_axis(score, column, axis=1)
    else:
        column, value = np.broadcast_to(np.arange(columns), score.shape), score
    order = np.argsort(-value, axis=1, kind="stable")
    value = np.take_along_axis(value, order, axis=1)
    return np.where(value > -np.inf, np.take_along_axis(column, order, axis=1), -1)


def taken(values: NDArray[Number], column: NDArray[np.int64], empty: float) -> NDArray[Number]:
    """Return the values at the columns of each row, ``empty`` where a column is -1."""
    found = (
        np.take_along_axis(values, np.maximum(column, 0), axis=1) if values.shape[1] else column.astype(values.dtype)
    )
    return np.where(column >= 0, found, np.array(empty, dtype=values.dtype))
