"""How much each member counts, by category and stretch of the horizon."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.buckets import BUCKETS, bucket_of
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.windows import Trial

__all__ = ["Blend"]

_BELIEVED = 2_000.0
"""Rows that it takes to believe weights half, against those that they are drawn towards."""
_FEWEST = 200
_NEXT_TO_NOTHING = 0.03
_STEPS = 100
_FIRST, _LAST = 1e-2, 1e-6
"""Weights that the search begins with and ends at, at least: none is 0, as who alone is heard must count."""


@attrs.frozen(eq=False)
class Blend:
    """Weights on the simplex, of shape (categories + 1, buckets, members); the last category stands for any other.

    Where a member has no opinion its weight goes to the others, in proportion to theirs.
    """

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

    def counting(self) -> NDArray[np.int64]:
        """Return the places of the members that count for more than next to nothing anywhere."""
        return np.flatnonzero((self.weight > _NEXT_TO_NOTHING).any(axis=(0, 1)))

    def only(self, members: NDArray[np.int64]) -> Blend:
        """Return the weights of some of the members, with those of the others shared out in proportion."""
        weight = self.weight[:, :, members]
        return Blend(weight / weight.sum(axis=-1, keepdims=True))

    def of(self, group: NDArray[np.int64], bucket: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the weights of shape (..., members); a category of -1 is any other."""
        return np.asarray(self.weight[group, bucket], dtype=np.float64)

    def quantiles(self, trial: Trial) -> NDArray[np.float32]:
        """Return what members expected together in each row of a trial, as logarithms of one plus units."""
        share = _shares(self.of(trial.group, trial.bucket), trial.told)
        return np.asarray(np.einsum("rml,rm->rl", np.nan_to_num(trial.quantiles), share), dtype=np.float32)

    def mix(self, outlooks: Iterable[Outlook], group: NDArray[np.int64], step: NDArray[np.int64]) -> Outlook:
        """Return the weighted mean of the logarithms of one plus what each member expects, one outlook in hand at once.

        ``group`` (series,) is the category of each, ``step`` (H,) counts the periods ahead from 0. NaN where no member
        has an opinion.
        """
        shape = (group.size, step.size)
        weight = self.of(group[:, None], bucket_of(step)[None]).astype(np.float32)
        mean, heard = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        quantiles = np.zeros((*shape, len(LEVELS)), np.float32)
        for number, outlook in enumerate(outlooks):
            told, opinion = np.isfinite(outlook.mean), np.log1p(outlook.quantiles)
            share = np.where(told, weight[..., number], np.float32(0.0))
            opinion[~told] = 0.0
            opinion *= share[..., None]
            quantiles += opinion
            mean += share * np.log1p(np.where(told, outlook.mean, np.float32(0.0)))
            heard += share
        heard[heard == 0.0] = np.nan
        quantiles /= heard[..., None]
        return Outlook(mean / heard, quantiles)


def _towards(parent: NDArray[np.float64], trial: Trial, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    if rows.size < _FEWEST or parent.size == 1:
        return parent
    trust = rows.size / (rows.size + _BELIEVED)
    best = _best(trial.quantiles[rows], trial.told[rows], np.log1p(trial.units[rows]), parent)
    return trust * best + (1.0 - trust) * parent


def _shares(weight: NDArray[np.float64], told: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the weights of those who have an opinion, summing to 1; one at least must have one in each row."""
    own = np.where(told, weight, 0.0)
    return np.asarray(own / own.sum(axis=-1, keepdims=True), dtype=np.float64)


def _best(
    quantiles: NDArray[np.float32], told: NDArray[np.bool_], target: NDArray[np.float32], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the weights of the least quantile loss by sequential quadratic programming (Kraft 1988)."""
    from scipy.optimize import minimize

    levels, filled = np.array(LEVELS, np.float32), np.nan_to_num(quantiles)

    def loss(weight: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        blended = np.einsum("rml,rm->rl", filled, _shares(weight, told).astype(np.float32))
        short = target[:, None] - blended
        slope = np.where(short > 0, -levels, 1.0 - levels)
        # Where someone is silent, more weight moves the blend by how far a member stands from the others, not from 0.
        pull = np.einsum("rl,rml->rm", slope, filled) - np.einsum("rl,rl->r", slope, blended)[:, None]
        gradient = np.where(told, pull, 0.0) / np.where(told, weight, 0.0).sum(axis=1, keepdims=True)
        return -float((slope * short).mean()), gradient.mean(axis=0, dtype=np.float64) / levels.size

    begun = np.maximum(start, _FIRST) / np.maximum(start, _FIRST).sum()
    # What the solver tolerates is then a share of the loss.
    scale = loss(begun)[0] or 1.0
    found = minimize(
        lambda weight: tuple(told / scale for told in loss(weight)),
        begun,
        jac=True,
        method="SLSQP",
        bounds=[(_LAST, 1.0)] * start.size,
        constraints={"type": "eq", "fun": lambda weight: weight.sum() - 1.0, "jac": np.ones_like},
        options={"ftol": 1e-7, "maxiter": _STEPS},
    )
    weight = np.maximum(found.x, 0.0)
    return np.asarray(weight / weight.sum(), dtype=np.float64)
