"""Laws of demand per period, drawn by inversion so that one uniform number makes one period's demand."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

Floats = NDArray[np.float64]

_TAIL = 1e-12
"""Probability beyond the last value of a table."""
_SLOTS = 1024
"""Equal parts of [0, 1] in the guide to the values of a law, a power of two so that finding one's part is exact."""


@attrs.frozen(eq=False, slots=False)
class DiscreteLaw:
    """A law of finitely many values in increasing order with their cumulative probabilities."""

    values: Floats
    cumulative: Floats

    @property
    def probabilities(self) -> Floats:
        """The probability of each value."""
        return np.diff(self.cumulative, prepend=0.0)

    @property
    def mean(self) -> float:
        """Units per period."""
        return float(self.values @ self.probabilities)

    def quantile(self, probability: ArrayLike) -> Floats:
        """Return the least value with at least the given cumulative probability."""
        asked = np.asarray(probability, dtype=np.float64)
        if asked.size < 4 * _SLOTS:
            return np.asarray(self.values[self._row(asked)])
        values, sure = self._guide
        slot = (asked * _SLOTS).astype(np.int64)
        found = values[slot]
        unsure = np.nonzero(~sure[slot])
        found[unsure] = self.values[self._row(asked[unsure])]
        return found

    def _row(self, probability: Floats) -> NDArray[np.int64]:
        rows = np.searchsorted(self.cumulative, probability - 1e-15)
        return np.minimum(rows, len(self.values) - 1)

    @cached_property
    def _guide(self) -> tuple[Floats, NDArray[np.bool_]]:
        """The value at the beginning of each part of [0, 1], and whether it is that of the whole part (Chen 1974)."""
        rows = self._row(np.arange(_SLOTS + 2) / _SLOTS)
        return self.values[rows[:-1]], rows[:-1] == rows[1:]


@attrs.frozen(eq=False)
class NormalLaw:
    """A normal law cut at zero; ``mean`` and ``deviation`` are those before the cut."""

    mean: float
    deviation: float

    def quantile(self, probability: ArrayLike) -> Floats:
        """Return the value with the given cumulative probability."""
        return np.asarray(np.maximum(self.mean + self.deviation * special.ndtri(np.asarray(probability)), 0.0))


Law = DiscreteLaw | NormalLaw


def poisson(mean: float) -> DiscreteLaw:
    """Return the Poisson law."""
    return _table(stats.poisson(mean))


def negative_binomial(mean: float, variance: float) -> DiscreteLaw:
    """Return the negative binomial law with the given moments.

    Raises:
        ValueError: the variance does not exceed the mean.
    """
    if variance <= mean:
        raise ValueError(f"a negative binomial needs a variance above its mean of {mean:g}, got {variance:g}")
    return _table(stats.nbinom(mean**2 / (variance - mean), mean / variance))


def geometric(mean: float) -> DiscreteLaw:
    """Return the geometric law on 0, 1, 2, ..."""
    return _table(stats.nbinom(1.0, 1.0 / (1.0 + mean)))


def empirical(values: ArrayLike) -> DiscreteLaw:
    """Return the law that gives each of the values seen equal weight."""
    seen, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    return DiscreteLaw(seen, np.cumsum(counts) / counts.sum())


def _table(law: stats.rv_frozen) -> DiscreteLaw:
    values = np.arange(float(law.ppf(1.0 - _TAIL)) + 1.0)
    cumulative = law.cdf(values)
    cumulative[-1] = 1.0
    return DiscreteLaw(values, cumulative)
