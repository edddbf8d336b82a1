"""What promotions and prices do to demand: multiplicative effects, shrunk from item to category to all."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series import History, rival_means

__all__ = ["LARGEST", "Effects", "features", "fit_effects", "log_factor"]

_FEATURES = 5
_ROUNDS = 5
_BLOCK = 1000
_SPREAD = 0.5
_ITEM_PRECISION = 20.0 * np.eye(_FEATURES)
_OVERALL_PRECISION = np.diag((1.0, 1.0, 1.0, 100.0, 100.0))
"""Where all items are promoted at once the data cannot tell own from rivals' promotions: own ones get the credit."""
LARGEST = 3.0
"""No effect is believed beyond a factor of exp(3)."""


@attrs.frozen(eq=False)
class Effects:
    """Coefficients of the features, per item and per category, and ``typical_cut``.

    ``typical_cut`` is the mean log price of promoted periods, for promotions planned without a price.
    """

    items: NDArray[np.float64]
    groups: NDArray[np.float64]
    typical_cut: float


def features(history: History) -> tuple[NDArray[np.float64], ...]:
    """Return what drives demand: five arrays of shape (S, T).

    Own promotion, own log price, their product, and of the other items of the category at that node the share that
    is promoted and the mean log price: shoppers who would have bought the item may buy one of those instead.
    """
    block = (len(history.items), len(history.nodes), -1)
    flag, log_price = history.promoted.astype(np.float64), history.log_price
    rivals = [rival_means(values.reshape(block), history.group).reshape(flag.shape) for values in (flag, log_price)]
    return flag, log_price, flag * log_price, *rivals


def log_factor(x: Sequence[NDArray[np.float64]], coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log of the effect of features under coefficients (S, 5), within bounds, shape (S, T)."""
    logs = np.zeros(x[0].shape)
    for values, coefficient in zip(x, coefficients.T, strict=True):
        logs += values * coefficient[:, None]
    return np.clip(logs, -LARGEST, LARGEST, out=logs)


def fit_effects(history: History, season: NDArray[np.float64], mask: NDArray[np.bool_]) -> Effects:
    """Fit by Fisher scoring of a negative binomial quasi-likelihood, which copes with zeros and keeps the mean right.

    Coefficients are ridge estimates toward the parent's, the posterior mean under a normal prior (empirical Bayes;
    Gelman & Hill 2007, chapter 12).
    """
    group = history.group
    count, groups = len(group), int(group.max(initial=0)) + 1
    beta, parents = np.zeros((count, _FEATURES)), np.zeros((groups, _FEATURES))
    moved = mask & (history.promoted | (history.log_price != 0))
    rows = np.flatnonzero(moved.any(axis=1))
    if not len(rows):
        return Effects(beta, parents, 0.0)
    x = features(history)
    for _ in range(_ROUNDS):
        gradient, information = np.zeros((count, _FEATURES)), np.zeros((count, _FEATURES, _FEATURES))
        for block in np.array_split(rows, -(-len(rows) // _BLOCK)):
            owner = history.item[block]
            slope, curve = _score(history, season, mask, block, [values[block] for values in x], beta[owner])
            np.add.at(gradient, owner, slope)
            np.add.at(information, owner, curve)
        target = np.einsum("ikl,il->ik", information, beta) + gradient
        overall = np.linalg.solve(information.sum(axis=0) + _OVERALL_PRECISION, target.sum(axis=0))
        pooled, pooled_target = np.zeros((groups, _FEATURES, _FEATURES)), np.zeros((groups, _FEATURES))
        np.add.at(pooled, group, information)
        np.add.at(pooled_target, group, target)
        parents = _solve(pooled + _ITEM_PRECISION, pooled_target + _ITEM_PRECISION @ overall)
        beta = _solve(information + _ITEM_PRECISION, target + parents[group] @ _ITEM_PRECISION)
    return Effects(beta, parents, history.typical_cut(mask))


def _score(
    history: History,
    season: NDArray[np.float64],
    mask: NDArray[np.bool_],
    rows: NDArray[np.intp],
    x: list[NDArray[np.float64]],
    coefficients: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return gradient and information of the coefficients of some series, shapes (rows, 5) and (rows, 5, 5).

    The level is profiled out as a centred moving mean over about two seasons, so that only contrasts with
    neighbouring periods count.
    """
    half = max(6, 2 * history.cadence.season_length)
    seen = mask[rows]
    sold = history.units[rows] * seen
    factor = season[rows][:, history.phase] * np.exp(log_factor(x, coefficients)) * seen
    mean = factor * _ratio(_moving(sold, half), _moving(factor, half))
    weight = mean / (1 + _SPREAD * mean)
    residual = (sold - mean) / (1 + _SPREAD * mean) * seen
    total = _moving(weight, half)
    contrasts = np.stack([values - _ratio(_moving(weight * values, half), total) for values in x], axis=1)
    weighted = contrasts * weight[:, None]
    return np.einsum("st,skt->sk", residual, contrasts), np.matmul(weighted, contrasts.transpose(0, 2, 1))


def _moving(values: NDArray[np.float64], half: int) -> NDArray[np.float64]:
    """Return centred moving sums along the last axis; the window is cut at the ends."""
    sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    places = np.arange(values.shape[-1])
    inside: NDArray[np.float64] = (
        sums[..., np.minimum(places + half + 1, len(places))] - sums[..., np.maximum(places - half, 0)]
    )
    return inside


def _ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio: NDArray[np.float64] = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 1e-9)
    return ratio


def _solve(matrices: NDArray[np.float64], vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.solve(matrices, vectors[..., None])[..., 0], dtype=np.float64)
