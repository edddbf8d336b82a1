"""Which estimator of sktime a series gets, and what it forecasts."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from shelfwise.series import open_phases
from shelfwise.types import Deadline, Progress
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["KINDS", "forecast", "kinds"]

log = structlog.get_logger("shelfwise")

KINDS = ("intermittent", "regular", "short")
"""Demand classes: rarely sold; sold in most periods, on record for some seasons; and the same for less than that."""
_INTERVAL = 1.32
_SEASONS = 3


def kinds(panel: Panel) -> NDArray[np.int64]:
    """Return the class of each series, by its place in :data:`KINDS`.

    Demand is intermittent where the periods that tell of it are 1.32 times as many as those with a sale, or more
    (Syntetos, Boylan and Croston 2005, On the categorization of demand patterns, JORS 56).
    """
    told, sold = panel.mask.sum(axis=1), (panel.mask & (panel.units > 0)).sum(axis=1)
    short = told < _SEASONS * panel.cadence.season_length
    return np.where(told >= _INTERVAL * np.maximum(sold, 1), 0, np.where(short, 2, 1))


def forecast(
    panel: Panel,
    rows: NDArray[np.int64],
    opened: NDArray[np.bool_],
    horizon: int,
    *,
    jobs: int,
    progress: Progress,
    deadline: Deadline,
) -> Outlook:
    """Forecast some series of a panel with what suits their class; NaN where that and a seasonal mean fail, or late."""
    from shelfwise_forecaster_sktime import between_levels, forecast_units

    cadence, season = panel.cadence, panel.cadence.season_length
    number = cadence.number(panel.days[: panel.known])
    units = np.full((rows.size, int(number[-1]) + 1), np.nan, dtype=np.float32)
    units[:, number] = np.where(panel.mask[rows], panel.units[rows], np.nan)
    trades = open_phases(opened, panel.phase[: panel.known], season)[panel.node[rows]]
    kind = kinds(panel)[rows]
    mean = np.full((rows.size, horizon), np.nan, dtype=np.float32)
    quantiles = np.full((*mean.shape, len(LEVELS)), np.nan, dtype=np.float32)

    def fill(chosen: NDArray[np.int64], estimator: Any) -> None:
        if not chosen.size:
            return
        found, _ = forecast_units(
            estimator,
            units[chosen],
            trades[chosen],
            cadence,
            horizon,
            jobs=jobs,
            deadline=deadline,
            told=lambda done: progress("forecaster: statistical", done, chosen.size),
        )
        mean[chosen[found.fitted]] = found.mean[found.fitted]
        told = between_levels(found.quantiles[:, found.fitted], LEVELS)
        quantiles[chosen[found.fitted]] = np.moveaxis(told, 0, -1)

    estimators = _estimators(season)
    for place, estimator in enumerate(estimators):
        fill(np.flatnonzero(kind == place), estimator)
    fill(np.flatnonzero(np.isnan(mean).any(axis=1) & (kind != KINDS.index("short"))), estimators[-1])
    log.info(
        "forecaster.statistical",
        **{name: int((kind == place).sum()) for place, name in enumerate(KINDS)},
        without_forecast=int(np.isnan(mean).any(axis=1).sum()),
    )
    return Outlook.of(mean, quantiles)


def _estimators(season: int) -> tuple[Any, ...]:
    """Return an unfitted estimator for each of :data:`KINDS`.

    They are imported one by one: sktime's registry, by which a specification is looked up, imports all of them.
    """
    from sktime.forecasting.naive import NaiveForecaster
    from sktime.forecasting.theta import ThetaForecaster
    from sktime.forecasting.tsb import TSB

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Additive, as a place in the season without demand has no factor.
        theta = ThetaForecaster(deseasonalize=season > 1, sp=season, deseasonalize_model="additive")
        return TSB(), theta, NaiveForecaster(strategy="mean", sp=season)
