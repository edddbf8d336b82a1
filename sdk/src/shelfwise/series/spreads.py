"""How far demand scatters round its mean: the negative binomial's spread, learned from earlier forecasts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["SPREADS", "fit_spreads", "log_likelihood"]

SPREADS = np.geomspace(0.003, 200.0, 29)
_BINS = 6
_ROUNDS = 20


def log_likelihood(
    units: NDArray[np.float64], mean: NDArray[np.float64], mask: NDArray[np.bool_], spreads: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the negative binomial log-likelihood of each series under each spread, shape (S, spreads).

    Variance is ``mean + spread * mean**2``; the term of the units alone is left out.
    """
    from scipy.special import gammaln

    out = np.empty((len(units), len(spreads)))
    mean = np.maximum(mean, 1e-9)
    sales = mask & (units > 0)
    row, sold, expected = np.nonzero(sales)[0], units[sales], mean[sales]
    for k, spread in enumerate(spreads):
        size = 1 / spread
        quiet = np.where(mask, -size * np.log1p(spread * mean), 0.0).sum(axis=1)
        some = gammaln(sold + size) - gammaln(size) + sold * np.log(spread * expected / (1 + spread * expected))
        out[:, k] = quiet + np.bincount(row, some, len(units))
    return out


def fit_spreads(likelihood: NDArray[np.float64], level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each series' spread: its posterior geometric mean under a prior learned from series of like level.

    The prior is the nonparametric maximum likelihood estimate on the grid, by EM (Laird 1978; Efron 2010, chapter
    1), within each of a few equal bins of level, so a short record leans on its like and a long one on itself.
    """
    order = np.argsort(level, kind="stable")
    spread = np.empty(len(level))
    for rows in np.array_split(order, max(1, min(_BINS, len(level) // 50))):
        chance = np.exp(likelihood[rows] - likelihood[rows].max(axis=1, keepdims=True))
        prior = np.full(len(SPREADS), 1 / len(SPREADS))
        for _ in range(_ROUNDS):
            posterior = chance * prior
            posterior /= posterior.sum(axis=1, keepdims=True)
            prior = posterior.mean(axis=0)
        spread[rows] = np.exp(posterior @ np.log(SPREADS))
    return spread
