"""What the past of each series comes to before each period: levels, and what its like have lately sold against them."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array

__all__ = ["LEVEL_HALF_LIFE", "Trends", "smoothed"]

LEVEL_HALF_LIFE = 8.0
"""The half-life, in periods, of the level that demand is learned relative to."""


@attrs.frozen(eq=False)
class Trends:
    """How far the series of an ``item``, and those at a ``node``, lately sold above their levels, shape (S, T + 1).

    In logarithms, of the last two periods before each. Of the whole record, so that no forecast depends on which other
    series are asked for.
    """

    item: NDArray[np.float32] = array(np.float32)
    node: NDArray[np.float32] = array(np.float32)

    @classmethod
    def of(
        cls, units: NDArray[np.float32], mask: NDArray[np.bool_], item: NDArray[np.int64], node: NDArray[np.int64]
    ) -> Trends:
        """Return those of every series, whose items and nodes are codes (S,)."""
        log_units = np.log1p(units)
        level = smoothed(log_units, mask, LEVEL_HALF_LIFE)[:, :-1]
        surprise = np.where(mask & np.isfinite(level), log_units - level, np.nan)
        return cls(_kin(surprise, item), _kin(surprise, node))

    def until(self, period: int) -> Trends:
        """Return them as they stood before a period."""
        return Trends(self.item[:, : period + 1], self.node[:, : period + 1])

    def take(self, rows: NDArray[np.int64]) -> Trends:
        """Return those of some of the series; a row of -1 is one without a record, of which nothing is told."""
        return Trends(*(np.where(rows[:, None] >= 0, own[rows], np.float32(0.0)) for own in (self.item, self.node)))


def smoothed(
    values: NDArray[np.float32], mask: NDArray[np.bool_], half_life: float, *, since: int = 0
) -> NDArray[np.float32]:
    """Return the exponentially weighted mean of what is marked before each period from ``since`` on.

    The shape is (S, T + 1 - since); before the first that is marked it is NaN.
    """
    keep = np.float32(0.5 ** (1.0 / half_life))
    total, weight = np.zeros(len(values), np.float32), np.zeros(len(values), np.float32)
    out = np.full((values.shape[0], values.shape[1] + 1 - since), np.nan, dtype=np.float32)
    for period in range(values.shape[1]):
        here = mask[:, period]
        # What is not observed ages nothing: a level is as good after a week closed as before it.
        total = np.where(here, keep * total + values[:, period], total)
        weight = np.where(here, keep * weight + 1.0, weight)
        if period + 1 >= since:
            np.divide(total, weight, out=out[:, period + 1 - since], where=weight > 0)
    return out


def _kin(surprise: NDArray[np.float32], code: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how far the last two periods of the series of like code were above their levels, before each period."""
    groups = int(code.max(initial=0)) + 1
    known = np.isfinite(surprise)
    total, count = np.zeros((groups, surprise.shape[1])), np.zeros((groups, surprise.shape[1]))
    inside = code >= 0
    np.add.at(total, code[inside], np.where(known, surprise, 0.0)[inside])
    np.add.at(count, code[inside], known[inside])
    mean = np.zeros((groups + 1, surprise.shape[1] + 1), dtype=np.float32)
    mean[:-1, 1:] = total / np.maximum(count, 1.0)
    mean[:, 2:] = 0.5 * (mean[:, 2:] + mean[:, 1:-1])
    return np.asarray(mean[code], dtype=np.float32)
