"""How much each member counts, by category and stretch of the horizon."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.buckets import BUCKETS
from shelfwise_forecaster_ensemble.outlook import LEVELS
from shelfwise_forecaster_ensemble.windows import Trial

__all__ = ["Blend"]

_BELIEVED = 2_000.0
"""Rows that it takes to believe weights half, against those that they are drawn towards."""
_FEWEST = 200
_STEPS = 300


@attrs.frozen(eq=False)
class Blend:
    """Weights on the simplex, of shape (categories + 1, buckets, members); the last category stands for any other."""

    weight: NDArray[np.float64] = array(np.float64)

    @classmethod
    def equal(cls, categories: int, members: int) -> Blend:
        """Return weights that have learned nothing."""
        return cls(np.full((categories + 1, BUCKETS, members), 1.0 / members))

    @classmethod
    def fit(cls, trial: Trial, categories: int) -> Blend:
        """Find the weights under which the quantile loss of the logarithms is least.

        The loss is convex in the weights and its levels are those of demand itself, as logarithms keep the order. Those
        of all categories and stretches are drawn towards equal ones, those of a stretch towards these, and those of a
        category in it towards these again, each the less the more rows tell of it.
        """
        members = trial.quantiles.shape[1]
        equal = np.full(members, 1.0 / members)
        overall = _towards(equal, trial, np.arange(len(trial)))
        weight = np.empty((categories + 1, BUCKETS, members))
        for bucket in range(BUCKETS):
            here = trial.bucket == bucket
            weight[:, bucket] = _towards(overall, trial, np.flatnonzero(here))
            for category in np.unique(trial.group[here]) if categories > 1 else ():
                rows = np.flatnonzero(here & (trial.group == category))
                weight[category, bucket] = _towards(weight[-1, bucket], trial, rows)
        return cls(weight)

    def of(self, group: NDArray[np.int64], bucket: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the weights of shape (..., members); a category of -1 is any other."""
        return np.asarray(self.weight[group, bucket], dtype=np.float64)


def _towards(parent: NDArray[np.float64], trial: Trial, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    if rows.size < _FEWEST or parent.size == 1:
        return parent
    trust = rows.size / (rows.size + _BELIEVED)
    return trust * _best(trial.quantiles[rows], np.log1p(trial.units[rows]), parent) + (1.0 - trust) * parent


def _best(
    quantiles: NDArray[np.float32], target: NDArray[np.float32], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the best weights by exponentiated gradient steps (Kivinen and Warmuth 1997), averaged over the way."""
    levels, weight, mean = np.array(LEVELS, np.float32), np.maximum(start, 1e-3), np.zeros_like(start)
    weight = weight / weight.sum()
    scale = float(np.abs(target[:, None] - quantiles[:, :, len(LEVELS) // 2]).mean()) + 1e-6
    for step in range(_STEPS):
        short = target[:, None] > np.einsum("rml,m->rl", quantiles, weight.astype(np.float32))
        slope = np.where(short, -levels, 1.0 - levels)
        gradient = np.einsum("rl,rml->m", slope, quantiles) / slope.size
        rate = 2.0 / (scale * np.sqrt(step + 1.0))
        weight = weight * np.exp(-rate * (gradient - gradient.mean()))
        weight /= weight.sum()
        if step >= _STEPS // 2:
            mean += weight
    return np.asarray(mean / mean.sum(), dtype=np.float64)
