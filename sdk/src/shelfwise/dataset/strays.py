"""Rows dated far from all others: slips of the clock or the keyboard that would move the end of the history."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.quality import QualityLog

_DATED = (("events", "time"), ("impressions", "time"), ("demand", "date"))
_YEAR_US = 366 * 86_400_000_000
_TINY_SHARE = 0.01


def without_strays(tables: dict[str, pd.DataFrame], log: QualityLog) -> None:
    """Put rows of the history aside, in place, that are dated far from all others."""
    for name, column in _DATED:
        frame = tables[name]
        stray = _strays(frame[column].to_numpy("datetime64[us]").astype(np.int64))
        if stray.any():
            text = "dated far from all others, by more than a year and more than these span"
            log.put_aside(name, f"stray_{column}", text, frame[stray], column)
            tables[name] = frame[~stray]


def _strays(times: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which times lie apart from the bulk.

    Gaps of more than a year cut the times into clusters. The bulk is the largest one, and takes in its neighbours as
    long as the gap to the next is no longer than what it spans, or as all that lies beyond is not a tiny share.
    """
    ordered = np.sort(times)
    cuts = np.flatnonzero(np.diff(ordered) > _YEAR_US) + 1
    if not len(cuts):
        return np.zeros(len(times), dtype=bool)
    starts, ends = np.append(0, cuts), np.append(cuts, len(times))
    few = _TINY_SHARE * len(times)
    first = last = int(np.argmax(ends - starts))
    while True:
        oldest, newest = ordered[starts[first]], ordered[ends[last] - 1]
        span = newest - oldest
        if first > 0 and (starts[first] >= few or oldest - ordered[starts[first] - 1] <= span):
            first -= 1
        elif last < len(cuts) and (len(times) - ends[last] >= few or ordered[ends[last]] - newest <= span):
            last += 1
        else:
            return np.asarray((times < oldest) | (times > newest))


__all__ = ["without_strays"]
