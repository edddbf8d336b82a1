"""What stock will be when an order placed now arrives, by its first two moments."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

__all__ = ["projected"]

Floats = NDArray[np.float64]

_DENSITY = 1.0 / np.sqrt(2.0 * np.pi)


def projected(
    on_hand: ArrayLike, pipeline: ArrayLike, mean: ArrayLike, variance: ArrayLike, lost: ArrayLike
) -> tuple[Floats, Floats]:
    """Return mean and variance of the stock on hand after the last period of ``pipeline``, each shaped as ``on_hand``.

    ``pipeline`` (..., periods) arrives after the demand of this period, of the next, ...; ``mean`` and ``variance``
    (..., periods or 1) are of the demand of each. All broadcast. Where ``lost``, demand beyond the stock is lost, and
    the stock is taken to be normal before it is cut at zero: Y = X - D with mean m, deviation s and a = m / s has
    E[Y+] = m Phi(a) + s phi(a) and E[Y+ ^ 2] = (m ^ 2 + s ^ 2) Phi(a) + m s phi(a). Otherwise the stock goes below
    zero. A period of no demand changes nothing, so that item-nodes of shorter lead times can be padded.

    The projection is that of van Jaarsveld and Arts (2024), "Projected inventory-level policies for lost sales
    inventory systems", Operations Research 72.
    """
    arriving = np.asarray(pipeline, dtype=np.float64)
    periods = arriving.shape[-1]
    means, variances = (
        np.broadcast_to(moment, (*np.shape(moment)[:-1], periods))
        for moment in (np.asarray(mean), np.asarray(variance))
    )
    cut = np.asarray(lost, dtype=bool)
    all_cut = bool(cut.all())
    shape = np.broadcast_shapes(np.shape(on_hand), arriving.shape[:-1], means.shape[:-1], cut.shape)
    level, spread = np.broadcast_to(np.asarray(on_hand, dtype=np.float64), shape), np.zeros(shape)
    for period in range(periods):
        demand, noise = means[..., period], variances[..., period]
        quiet = (demand == 0) & (noise == 0)
        after, wide = level - demand, spread + noise
        if all_cut:
            after, wide = _positive_part(after, wide)
        elif cut.any():
            least, narrow = _positive_part(after, wide)
            after, wide = np.where(cut, least, after), np.where(cut, narrow, wide)
        if quiet.any():
            after, wide = np.where(quiet, level, after), np.where(quiet, spread, wide)
        level, spread = after + arriving[..., period], wide
    return level, spread


def _positive_part(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of what is above zero of a normal variable."""
    deviation = np.maximum(np.sqrt(variance), 1e-12)
    score = mean / deviation
    above = ndtr(score)
    first = mean * above + deviation * (_DENSITY * np.exp(-0.5 * score * score))
    # Far below zero both are differences of nearly equal numbers.
    first = np.maximum(first, 0.0)
    return first, np.maximum(variance * above + first * (mean - first), 0.0)
