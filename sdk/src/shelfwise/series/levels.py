"""The level of each series: an exponentially weighted mean, shrunk toward what is known of its like."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Kinship", "Levels", "discounted_sums", "launch_ratio", "level_weights", "posterior_level", "shrunk_levels"]

_GROUP_SERIES = 5.0
_LAUNCH_PERIODS = 28
_GIANT = 30.0
"""Times the median level of all series that sell, above which one counts for no more in what is usual."""


@attrs.frozen(eq=False)
class Kinship:
    """Which item, node and category each series belongs to, as positions of shape (S,)."""

    item: NDArray[np.int64]
    node: NDArray[np.int64]
    group: NDArray[np.int64]


@attrs.frozen(eq=False)
class Levels:
    """Units per period without season and effects, shape (S,), with the priors that new series start from.

    ``doubt`` is the squared coefficient of variation of what is still unknown of the level: near 0 for a series
    with a long record, ``prior_doubt`` for one without any.
    """

    level: NDArray[np.float64]
    doubt: NDArray[np.float64]
    prior_doubt: float
    groups: NDArray[np.float64]
    nodes: NDArray[np.float64]


def level_weights(
    units: NDArray[np.float64], factor: NDArray[np.float64], mask: NDArray[np.bool_], spread: float
) -> NDArray[np.float64]:
    """Return how much each period says of the level relative to a plain one, shape (S, T); 0 where masked.

    The Fisher weight under variance ``mu + spread * mu**2``: a period expected to sell ten times the usual says
    little more than any other, and its error must not rule the level.
    """
    level = (units * mask).sum(axis=1, keepdims=True) / np.maximum((factor * mask).sum(axis=1, keepdims=True), 1e-9)
    weights: NDArray[np.float64] = mask * (1 + spread * level) / (1 + spread * level * factor)
    return weights


def discounted_sums(
    units: NDArray[np.float64], factor: NDArray[np.float64], half_life: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return discounted units and discounted factors of each series, both weighted already; their ratio is the mean.

    A ratio of sums, unlike Croston's ratio of smoothed size and interval, is unbiased for intermittent demand
    (Syntetos & Boylan 2001), and it decays when an item stops selling (Teunter, Syntetos & Babai 2011).
    """
    age = 0.5 ** (np.arange(units.shape[1])[::-1] / half_life)
    return units @ age, factor @ age


def shrunk_levels(
    sold: NDArray[np.float64],
    periods: NDArray[np.float64],
    kin: Kinship,
    spread: float,
    launch_ratio: float,
    alike: NDArray[np.float64] | None = None,
) -> Levels:
    """Shrink each series' mean toward a prior with the weight of its record; see :func:`posterior_level`.

    The prior of an item at a node is what the item sells elsewhere, scaled to the node; that of an item alone is the
    mean of its category's launches, times how ``alike`` (items,) to these it is where that is given.
    """
    items, nodes, groups = (int(axis.max(initial=-1)) + 1 for axis in (kin.item, kin.node, kin.group))
    known = periods > 0
    level = np.divide(sold, periods, out=np.zeros_like(sold), where=known)
    trust = periods / (periods + 5.0)
    # One series sold by the gram says little of what others sell by the piece.
    selling = level[level > 0]
    usual = np.minimum(level, _GIANT * np.median(selling)) if selling.size else level
    overall = max(float(np.average(usual, weights=trust)) if trust.sum() > 0 else 0.0, 1e-6)
    node = np.bincount(kin.node, trust * usual, nodes) / np.maximum(np.bincount(kin.node, trust, nodes), 1e-9) / overall
    node = np.where(node > 0, node, 1.0)
    top = np.bincount(kin.group, trust * usual / node[kin.node], groups) + _GROUP_SERIES * overall
    group = top / (np.bincount(kin.group, trust, groups) + _GROUP_SERIES)
    prior = launch_ratio * group[kin.group] * (1.0 if alike is None else alike[kin.item])
    doubt = _variation(level, periods, prior * node[kin.node], spread)
    if nodes > 1:
        scaled = periods * node[kin.node]
        sold_elsewhere = np.bincount(kin.item, sold, items)[kin.item] - sold
        elsewhere = np.bincount(kin.item, scaled, items)[kin.item] - scaled
        prior = posterior_level(sold_elsewhere, elsewhere, prior, doubt, spread)
        doubt = _variation(level, periods, prior * node[kin.node], spread)
    prior = np.maximum(prior * node[kin.node], 1e-6)
    posterior = posterior_level(sold, periods, prior, doubt, spread)
    own_share = prior * periods / (1 + spread * posterior)
    return Levels(posterior, doubt / (1 + doubt * own_share), doubt, launch_ratio * group, node)


def posterior_level(
    sold: NDArray[np.float64], periods: NDArray[np.float64], prior: NDArray[np.float64], doubt: float, spread: float
) -> NDArray[np.float64]:
    """Return the level after ``sold`` units in ``periods``, given a guess ``prior`` with a ``doubt`` as in Levels.

    The mode of the log level under a negative binomial likelihood and a prior whose score is
    ``a (prior - level) / (prior + level)``, ``a = 1 / doubt``: near 0 that is the gamma prior of Poisson demand (shape
    ``a``), so a dead item is soon believed dead; far above the guess it pulls no harder than ``a``, so a bestseller is
    believed too, which neither a gamma prior nor a linear shrinkage does (heavy tails: Gelman et al. 2013, chapter 17).
    """
    shape = 1 / doubt
    square, constant = (periods + shape * spread) / prior, sold + shape
    linear = sold / prior - periods + shape * spread - shape / prior
    root = np.sqrt(linear**2 + 4 * square * constant)
    return np.where(linear < 0, 2 * constant / (root - linear), (linear + root) / np.maximum(2 * square, 1e-300))


def launch_ratio(units: NDArray[np.float64], mask: NDArray[np.bool_]) -> float:
    """Return how the first weeks of items launched within the record compare with the mean of all series."""
    first = np.where(mask.any(axis=1), mask.argmax(axis=1), units.shape[1])
    launched = (first > units.shape[1] // 10) & (first < units.shape[1] - _LAUNCH_PERIODS)
    if launched.sum() < 10:
        return 1.0
    ages = np.arange(units.shape[1]) - first[:, None]
    early = mask & (ages < _LAUNCH_PERIODS)
    mean = (units * mask).sum() / max(mask.sum(), 1)
    starts = (units * early)[launched].sum() / max(early[launched].sum(), 1)
    return float(np.clip(starts / max(mean, 1e-9), 0.2, 2.0))


def _variation(
    level: NDArray[np.float64], periods: NDArray[np.float64], prior: NDArray[np.float64], spread: float
) -> float:
    """Return the squared coefficient of variation between series, net of sampling noise, by moments."""
    rich = (periods >= 5) & (prior > 0)
    if rich.sum() < 5:
        return 1.0
    relative = ((level - prior) / prior)[rich] ** 2 - ((1 / prior + spread)[rich] / periods[rich])
    return float(np.clip(relative.mean(), 0.05, 10.0))
