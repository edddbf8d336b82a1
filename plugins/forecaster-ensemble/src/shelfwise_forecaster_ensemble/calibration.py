"""Intervals that hold as often as they say."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.buckets import BUCKETS
from shelfwise_forecaster_ensemble.outlook import LEVELS

__all__ = ["Calibration"]

_MEDIAN = LEVELS.index(0.5)
_WIDTHS = np.geomspace(0.5, 3.0, 26)
_FEWEST = 300
"""Rows of a stretch without which it is calibrated as all stretches are."""
_BELIEVED = 500.0
_ALIKE = np.float32(0.03)
"""Logarithms that are counted as equal: a member that hardly counts moves quantiles that were on a count off it."""
_INNER = (LEVELS.index(0.1), LEVELS.index(0.9))


@attrs.frozen(eq=False)
class Calibration:
    """For each stretch, how far quantiles spread from the median, and which level gives which.

    ``width`` has shape (buckets,) and ``level`` (buckets, levels): the level whose quantile was reached as often as the
    one asked for (Kuleshov, Fenner and Ermon 2018), of those below and above the median together. Where the middle lies
    is left to the members: they forecast the windows from an older record than they will forecast from, and what a few
    weeks in a row were above or below that tells more of those weeks than of the members.
    """

    width: NDArray[np.float64] = array(np.float64)
    level: NDArray[np.float64] = array(np.float64)

    @classmethod
    def blank(cls) -> Calibration:
        """Return what changes nothing."""
        return cls(np.ones(BUCKETS), np.tile(LEVELS, (BUCKETS, 1)))

    @classmethod
    def fit(
        cls, quantiles: NDArray[np.float32], units: NDArray[np.float32], bucket: NDArray[np.int64], seed: int
    ) -> Calibration:
        """Learn from logarithms of one plus ``quantiles`` (rows, levels) and from ``units`` (rows,).

        A stretch that no row tells of is calibrated as the one before it.
        """
        generator, target = np.random.default_rng(seed), np.log1p(units)
        overall = _one(quantiles, target, generator)
        found: list[NDArray[np.float64]] = []
        for place in range(BUCKETS):
            rows = np.flatnonzero(bucket == place)
            if found and not rows.size:
                # Further ahead than any window reached, the last stretch that was seen says most.
                found.append(found[-1])
                continue
            own = _one(quantiles[rows], target[rows], generator) if rows.size >= _FEWEST else overall
            trust = rows.size / (rows.size + _BELIEVED)
            found.append(trust * own + (1.0 - trust) * overall)
        table = np.array(found)
        return cls(table[:, 0], table[:, 1:])

    def apply(self, quantiles: NDArray[np.float32], bucket: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return calibrated logarithms of one plus quantiles; both have one row per ``bucket``."""
        wide = _widened(quantiles, self.width[bucket])
        place = np.clip(np.searchsorted(LEVELS, self.level) - 1, 0, len(LEVELS) - 2)
        levels = np.array(LEVELS)
        share = np.clip((self.level - levels[place]) / (levels[place + 1] - levels[place]), 0.0, 1.0)
        rows = np.arange(len(wide))[:, None]
        low, high = wide[rows, place[bucket]], wide[rows, place[bucket] + 1]
        return np.asarray(low + share[bucket] * (high - low), dtype=np.float32)


def _one(
    quantiles: NDArray[np.float32], target: NDArray[np.float32], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return the width and, behind it, the levels."""
    goal = LEVELS[_INNER[1]] - LEVELS[_INNER[0]]

    def gap(width: float) -> float:
        wide = _widened(quantiles, np.full(len(quantiles), width))
        place = _reached(wide, target, generator)
        return abs(float(((place > LEVELS[_INNER[0]]) & (place <= LEVELS[_INNER[1]])).mean()) - goal)

    width = min(_WIDTHS.tolist(), key=gap)
    reached = _reached(_widened(quantiles, np.full(len(quantiles), width)), target, generator)
    level = np.quantile(reached, LEVELS)
    return np.append(width, (level + 1.0 - level[::-1]) / 2.0)


def _widened(quantiles: NDArray[np.float32], width: NDArray[np.float64]) -> NDArray[np.float32]:
    middle = quantiles[:, [_MEDIAN]]
    wide: NDArray[np.float32] = np.maximum(middle + width[:, None].astype(np.float32) * (quantiles - middle), 0.0)
    return wide


def _reached(
    quantiles: NDArray[np.float32], target: NDArray[np.float32], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return the level at which each target lies, drawn where many levels have it (the randomised PIT of counts)."""
    ends = np.concatenate([[0.0], LEVELS, [1.0]])
    wanted = target[:, None]
    below, upto = (quantiles < wanted - _ALIKE).sum(axis=1), (quantiles <= wanted + _ALIKE).sum(axis=1)
    inside = below == upto
    rows = np.arange(len(target))
    left = np.where(below > 0, quantiles[rows, np.maximum(below - 1, 0)], 0.0)
    right = np.where(below < len(LEVELS), quantiles[rows, np.minimum(below, len(LEVELS) - 1)], np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        along = (target - left) / (right - left)
    share = np.where(np.isfinite(right) & (right > left), along, generator.random(len(target)))
    within = ends[below] + share * (ends[below + 1] - ends[below])
    drawn = ends[below] + generator.random(len(target)) * (ends[np.minimum(upto + 1, ends.size - 1)] - ends[below])
    return np.asarray(np.where(inside, within, drawn), dtype=np.float64)
