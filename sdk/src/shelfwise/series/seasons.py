"""Seasonal factors: a profile per category, and each series' own factors shrunk toward it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["open_phases", "seasonal_factors", "trading_season"]

_OWN_SPREAD = 0.25
"""How far, as a share, a series' true factor typically lies from its category's: the prior of the shrinkage."""
_PROFILE_UNITS = 50.0
_CLOSED_BELOW = 0.05


def seasonal_factors(
    units: NDArray[np.float64],
    expected: NDArray[np.float64],
    mask: NDArray[np.bool_],
    phase: NDArray[np.int64],
    group: NDArray[np.int64],
    length: int,
    spread: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the factors of each series and of each category, shapes (S, length) and (groups, length).

    ``expected`` is what each period would sell without a season. A factor is a ratio of sums, shrunk with the weight
    of its information: for counts of variance ``mu + spread * mu**2`` and a prior of variance ``_OWN_SPREAD**2``, the
    linear Bayes estimator (Bühlmann & Gisler 2005, chapter 4). The category's profile is shrunk toward that of all.
    """
    if length == 1:
        return np.ones((len(units), 1)), np.ones((int(group.max(initial=0)) + 1, 1))
    sold, due, information = (np.zeros((len(units), length)) for _ in range(3))
    for place in range(length):
        columns = mask & (phase == place)
        sold[:, place] = (units * columns).sum(axis=1)
        due[:, place] = (expected * columns).sum(axis=1)
        information[:, place] = (expected / (1 + spread * expected) * columns).sum(axis=1)
    overall = sold.sum(axis=0) / np.maximum(due.sum(axis=0), 1e-9)
    profile = np.empty((int(group.max(initial=0)) + 1, length))
    for place in range(length):
        top = np.bincount(group, sold[:, place], len(profile)) + _PROFILE_UNITS * overall[place]
        profile[:, place] = top / (np.bincount(group, due[:, place], len(profile)) + _PROFILE_UNITS)
    own = np.divide(sold, due, out=np.ones_like(sold), where=due > 0)
    trust = information / (information + _OWN_SPREAD**-2)
    return trust * own + (1 - trust) * profile[group], profile


def open_phases(opened: NDArray[np.bool_], phase: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Return at which places in the season each row trades, shape (rows, length); a place never seen counts as one."""
    out = np.ones((len(opened), length), dtype=bool)
    for place in np.unique(phase):
        out[:, place] = opened[:, phase == place].mean(axis=1) > _CLOSED_BELOW
    return out


def trading_season(season: NDArray[np.float64], trades: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return factors that are 0 where the node does not trade and have mean 1 over the places where it does."""
    factors = season * trades
    mean = factors.sum(axis=1) / np.maximum(trades.sum(axis=1), 1)
    scaled: NDArray[np.float64] = factors / np.maximum(mean, 1e-9)[:, None]
    return scaled
