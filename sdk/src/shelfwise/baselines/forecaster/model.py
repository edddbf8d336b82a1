"""Fit the baseline forecaster: season, effects, level and spread, each shrunk, tried on the last windows."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.effects import Effects, features, fit_effects, log_factor
from shelfwise.series import (
    SPREADS,
    History,
    Kinship,
    Likeness,
    Norms,
    discounted_sums,
    fit_spreads,
    launch_ratio,
    level_weights,
    log_likelihood,
    open_phases,
    seasonal_factors,
    shrunk_levels,
    trading_season,
)

__all__ = ["HALF_LIVES", "Model", "fit"]

HALF_LIVES = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
_WINDOWS = 3
_HORIZON = 28
_FIRST_SPREAD = 1.0


@attrs.frozen(eq=False)
class Model:
    """What is normal without effects, what effects do, and the half-life of the level, in periods."""

    norms: Norms
    effects: Effects
    half_life: float


def fit(history: History, *, use_in_stock: bool, half_life: float | None) -> Model:
    """Fit to a history, periods without stock left out or taken at face value.

    ``half_life`` None is chosen from :data:`HALF_LIVES` by the likelihood of up to three windows at the end of the
    history, forecast from what was before them; the same forecasts teach the spread.
    """
    kin = Kinship(history.item, history.node, history.group[history.item])
    mask = history.mask(use_in_stock=use_in_stock)
    trades = open_phases(history.opened, history.phase, history.cadence.season_length)
    season, profile = _season(history, mask, np.ones(mask.shape), kin, trades)
    effects = fit_effects(history, season, mask)
    effect = np.ones(mask.shape)
    if effects.items.any():
        effect = np.exp(log_factor(features(history), effects.items[kin.item]))
        season, profile = _season(history, mask, effect, kin, trades)
    factor = season[:, history.phase] * effect
    weight = level_weights(history.units, factor, mask, _FIRST_SPREAD)
    weighted = history.units * weight, factor * weight
    launch = launch_ratio(history.units, mask)

    def trial(candidate: float, spreads: NDArray[np.float64]) -> NDArray[np.float64]:
        return _backtest(history.units, factor, mask, weighted, kin, launch, candidate, spreads)

    if half_life is None:
        half_life = max(HALF_LIVES, key=lambda candidate: trial(candidate, SPREADS[::4]).sum(axis=0).max())
    likelihood = trial(half_life, SPREADS)
    common = float(SPREADS[likelihood.sum(axis=0).argmax()]) if likelihood.any() else _FIRST_SPREAD
    levels = shrunk_levels(*discounted_sums(*weighted, half_life), kin, common, launch)
    spread = fit_spreads(likelihood, levels.level) if likelihood.any() else np.full(len(mask), common)
    norms = Norms(
        likeness=Likeness.none(len(history.groups)),
        levels=levels,
        common_spread=common,
        season=season,
        group_season=profile,
        group_items=np.bincount(history.group, minlength=len(history.groups)),
        trades=trades,
        spread=spread,
    )
    return Model(norms, effects, half_life)


def _season(
    history: History, mask: NDArray[np.bool_], effect: NDArray[np.float64], kin: Kinship, trades: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    level = (history.units * mask).sum(axis=1) / np.maximum((effect * mask).sum(axis=1), 1e-9)
    expected = level[:, None] * effect
    own, profile = seasonal_factors(
        history.units, expected, mask, history.phase, kin.group, history.cadence.season_length, _FIRST_SPREAD
    )
    return trading_season(own, trades[kin.node]), profile


def _backtest(
    units: NDArray[np.float64],
    factor: NDArray[np.float64],
    mask: NDArray[np.bool_],
    weighted: tuple[NDArray[np.float64], NDArray[np.float64]],
    kin: Kinship,
    launch: float,
    half_life: float,
    spreads: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the log-likelihood of each series' last windows under each spread; zeros if the history is too short."""
    total = np.zeros((len(units), len(spreads)))
    periods = units.shape[1]
    horizon = min(_HORIZON, periods // (2 * _WINDOWS))
    for end in range(periods, periods - _WINDOWS * horizon, -horizon) if horizon else ():
        past, ahead = slice(0, end - horizon), slice(end - horizon, end)
        sums = discounted_sums(weighted[0][:, past], weighted[1][:, past], half_life)
        mean = shrunk_levels(*sums, kin, _FIRST_SPREAD, launch).level[:, None] * factor[:, ahead]
        seen = mask[:, ahead] & (sums[1] > 0)[:, None]
        total += log_likelihood(units[:, ahead], mean, seen, spreads)
    return total
