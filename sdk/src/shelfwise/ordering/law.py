"""The law of demand over an interval: negative binomial, with a Poisson as its limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

_LEAST_DISPERSION = 1.0001
"""Least variance over mean: counts scatter at least as a Poisson does."""

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class CountLaw:
    """Counts with the given means and variances, as arrays of one shape.

    The negative binomial has r = mean^2 / (variance - mean) and p = mean / variance. A variance below the mean is
    raised to it. A mean of zero means that there is no demand at all.
    Source: Zipkin, Foundations of Inventory Management (2000), appendix C.2.
    """

    mean: Floats
    variance: Floats

    def at(self, rows: Any) -> CountLaw:
        """Return the laws that an index of the arrays selects."""
        return CountLaw(self.mean[rows], self.variance[rows])

    @property
    def _failure(self) -> Floats:
        """1 - p."""
        return 1.0 - 1.0 / self._dispersion

    @property
    def _dispersion(self) -> Floats:
        positive = self.mean > 0
        ratio = np.divide(self.variance, self.mean, out=np.ones_like(self.mean), where=positive)
        return np.maximum(ratio, _LEAST_DISPERSION)

    @property
    def _successes(self) -> Floats:
        """The r of the law; 1 where there is no demand, which no caller looks at."""
        return np.where(self.mean > 0, self.mean / (self._dispersion - 1.0), 1.0)

    def exceeds(self, units: ArrayLike) -> Floats:
        """Return P(demand > units)."""
        whole = np.floor(np.asarray(units, dtype=np.float64))
        tail = special.betainc(np.maximum(whole, 0.0) + 1.0, self._successes, self._failure)
        return np.where(whole < 0, 1.0, np.where(self.mean > 0, tail, 0.0))

    def cdf(self, units: ArrayLike) -> Floats:
        """Return P(demand <= units)."""
        return 1.0 - self.exceeds(units)

    def shortage(self, units: ArrayLike) -> Floats:
        """Return E[(demand - units)+], the units short: the loss function, linear between whole units."""
        units = np.asarray(units, dtype=np.float64)
        whole = np.maximum(np.floor(units), 0.0)
        beyond = special.betainc(np.maximum(whole, 1.0), self._successes + 1.0, self._failure)
        above = self.exceeds(whole)
        at_whole = self.mean * np.where(whole >= 1, beyond, 1.0) - whole * above
        loss = np.where(self.mean > 0, np.maximum(at_whole - (units - whole) * above, 0.0), 0.0)
        return np.where(units < 0, self.mean - units, loss)

    def surplus(self, units: ArrayLike) -> Floats:
        """Return E[(units - demand)+], the units left over."""
        return np.maximum(np.asarray(units) - self.mean + self.shortage(units), 0.0)

    def quantile(self, probability: ArrayLike) -> Floats:
        """Return the least whole number of units that demand stays within at the given probability."""
        target = np.broadcast_to(np.asarray(probability, dtype=np.float64), self.mean.shape)
        deviation = np.sqrt(self.mean * self._dispersion)
        high = np.ceil(self.mean + 4.0 * deviation)
        while np.any(short := self.cdf(high) < np.minimum(target, 1.0 - 1e-12)):
            high = np.where(short, high * 2.0 + 1.0, high)
        return least_whole(np.zeros_like(high), high, lambda units: np.asarray(self.cdf(units) >= target))


def with_certainty(mean: Floats, variance: Floats) -> tuple[CountLaw, Floats]:
    """Return the law of what is uncertain of counts that may scatter less than a Poisson does, and the certain rest."""
    certain = np.floor(np.maximum(mean - variance, 0.0))
    return CountLaw(mean - certain, variance), certain


def least_whole(low: Floats, high: Floats, holds: Callable[[Floats], NDArray[np.bool_]]) -> Floats:
    """Return the least whole number from ``low`` to ``high`` at which ``holds`` turns true, ``high`` if it never does.

    ``holds`` maps an array of whole numbers to an array of truth values that are false first and true from there on.
    """
    low, high = low.copy(), high.copy()
    while np.any(low < high):
        middle = np.floor((low + high) / 2.0)
        enough = holds(middle)
        high = np.where(enough, middle, high)
        low = np.where(enough, low, np.minimum(middle + 1.0, high))
    return high
