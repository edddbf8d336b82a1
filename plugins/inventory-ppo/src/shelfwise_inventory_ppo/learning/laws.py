"""Laws of demand of every kind that shops know, drawn at random, to learn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["ATOMS", "draw_laws"]

Floats = NDArray[np.float64]

ATOMS = 1000
"""Equally probable values that stand for a law."""
_UNITS = np.arange(320.0)
_MEANS = (0.1, 40.0)
_LARGE_MEANS = (20.0, 2000.0)
_LEAST = 1e-9


def draw_laws(random: np.random.Generator, count: int) -> Floats:
    """Return laws as equally probable values in rising order, of shape (count, :data:`ATOMS`)."""
    kind = random.choice(len(_KINDS), count, p=_SHARES)
    mean = _spread_out(random, _MEANS, (count,))
    values = np.empty((count, ATOMS))
    for number, of_kind in enumerate(_KINDS):
        rows = np.flatnonzero(kind == number)
        if len(rows):
            values[rows] = of_kind(random, mean[rows, None])
    return values


def _spread_out(random: np.random.Generator, ends: tuple[float, float], shape: tuple[int, ...]) -> Floats:
    """Draw numbers whose logarithms are spread evenly."""
    return np.asarray(np.exp(random.uniform(np.log(ends[0]), np.log(ends[1]), shape)))


def _poisson(_: np.random.Generator, mean: Floats) -> Floats:
    return _values(stats.poisson.pmf(_UNITS, mean))


def _negative_binomial(random: np.random.Generator, mean: Floats) -> Floats:
    ratio = 1.0 + np.exp(random.uniform(-1.5, 1.5, mean.shape))
    return _values(stats.nbinom.pmf(_UNITS, mean / (ratio - 1.0), 1.0 / ratio))


def _geometric(_: np.random.Generator, mean: Floats) -> Floats:
    return _values(stats.geom.pmf(_UNITS + 1.0, 1.0 / (1.0 + np.minimum(mean, 25.0))))


def _binomial(random: np.random.Generator, mean: Floats) -> Floats:
    trials = np.ceil(mean / random.uniform(0.3, 0.9, mean.shape))
    return _values(stats.binom.pmf(_UNITS, trials, mean / trials))


def _often_none(random: np.random.Generator, mean: Floats) -> Floats:
    """Draw Poisson laws with more periods of no demand."""
    none = random.uniform(0.2, 0.8, mean.shape)
    likely = stats.poisson.pmf(_UNITS, np.minimum(mean, 25.0) / (1.0 - none)) * (1.0 - none)
    likely[:, :1] += none
    return _values(likely)


def _uniform(random: np.random.Generator, mean: Floats) -> Floats:
    centre, width = np.rint(mean), np.maximum(np.rint(mean * random.uniform(0.3, 1.0, mean.shape)), 1.0)
    return _values(1.0 * ((np.maximum(centre - width, 0.0) <= _UNITS) & (centre + width >= _UNITS)))


def _two_poissons(random: np.random.Generator, mean: Floats) -> Floats:
    """Draw mixtures of quiet and busy periods."""
    share, low = random.uniform(0.1, 0.9, mean.shape), mean * random.uniform(0.1, 0.9, mean.shape)
    high = np.minimum((mean - share * low) / (1.0 - share), 90.0)
    return _values(share * stats.poisson.pmf(_UNITS, low) + (1.0 - share) * stats.poisson.pmf(_UNITS, high))


def _lognormal(random: np.random.Generator, mean: Floats) -> Floats:
    """Draw rounded lognormal laws, of large means too."""
    mean = np.where(random.random(mean.shape) < 0.5, mean, _spread_out(random, _LARGE_MEANS, mean.shape))
    spread = np.sqrt(np.log1p(random.uniform(0.2, 1.2, mean.shape) ** 2))
    score = stats.norm.ppf((np.arange(ATOMS) + 0.5) / ATOMS)
    return np.asarray(np.rint(np.exp(np.log(mean) - spread**2 / 2.0 + spread * score)))


def _any(random: np.random.Generator, mean: Floats) -> Floats:
    """Draw laws of a few values with probabilities of any kind."""
    likely = np.zeros((len(mean), len(_UNITS)))
    for row in likely:
        values = int(random.integers(2, 14))
        row[:values] = random.dirichlet(np.full(values, np.exp(random.uniform(-1.0, 1.5))))
    return _values(likely)


def _values(likely: Floats) -> Floats:
    """Take each law's value at the middle of every atom."""
    cumulative = np.cumsum(np.where(likely < _LEAST, 0.0, likely), axis=1)
    cumulative = cumulative / cumulative[:, -1:] + np.arange(len(likely))[:, None]
    wanted = (np.arange(ATOMS) + 0.5) / ATOMS + np.arange(len(likely))[:, None]
    found = np.searchsorted(cumulative.ravel(), wanted.ravel()).reshape(wanted.shape)
    return np.asarray(found - np.arange(len(likely))[:, None] * likely.shape[1], np.float64)


_SHARE_OF: Mapping[Callable[[np.random.Generator, Floats], Floats], float] = {
    _poisson: 0.26,
    _negative_binomial: 0.18,
    _geometric: 0.10,
    _binomial: 0.08,
    _often_none: 0.08,
    _uniform: 0.08,
    _lognormal: 0.08,
    _two_poissons: 0.07,
    _any: 0.07,
}
_KINDS, _SHARES = tuple(_SHARE_OF), tuple(_SHARE_OF.values())
