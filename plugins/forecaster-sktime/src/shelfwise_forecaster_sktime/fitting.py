"""Fit an estimator to some records, one after the other, and keep what it forecasts. This runs in worker processes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from shelfwise_forecaster_sktime.chunks import CORNERS, LEVELS, Chunk, Failure, Outcome, UnfitError

__all__ = ["copes_with_gaps", "fill_gaps", "forecast_chunk"]

_LEAST = 8
_WINDOW = 28
_FEW = 10
_WILD = 20.0
_ALIKE = 0.98


def forecast_chunk(estimator: Any, chunk: Chunk) -> Outcome:
    """Forecast every record of a chunk; one on which the estimator fails is left out and the reason told."""
    from threadpoolctl import threadpool_limits

    rows = len(chunk.units)
    mean = np.zeros((rows, chunk.horizon), dtype=np.float32)
    quantiles = np.zeros((len(LEVELS), *mean.shape), dtype=np.float32)
    corners = np.zeros((len(CORNERS), *mean.shape), dtype=np.float32)
    failures: list[Failure | None] = []
    with threadpool_limits(1), warnings.catch_warnings():
        for row in range(rows):
            try:
                mean[row], quantiles[:, row], corners[:, row] = _forecast(estimator, chunk, row)
                failures.append(None)
            except UnfitError as error:
                failures.append(Failure(str(error), raised=False))
            except Exception as error:  # noqa: BLE001 - an estimator may raise anything, and must not sink the rest
                failures.append(Failure(f"{type(error).__name__}: {error}", raised=True))
    return Outcome(mean, quantiles, corners, tuple(failures))


def fill_gaps(units: NDArray[np.float64], phase: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a record with each missing period filled by the mean of its place in the season, or of all periods."""
    known = np.isfinite(units)
    total = np.bincount(phase, np.where(known, units, 0.0), phase.max(initial=0) + 1)
    count = np.bincount(phase, known, len(total))
    usual = np.where(count > 0, total / np.maximum(count, 1), units[known].mean() if known.any() else 0.0)
    return np.where(known, units, usual[phase])


def copes_with_gaps(estimator: Any, season_length: int) -> bool:
    """Return whether an estimator forecasts a short made-up record with gaps; not all do whose tags say so."""
    if not estimator.get_tag("capability:missing_values"):
        return False
    periods, horizon = 8 * max(season_length, 4), season_length
    units = np.random.default_rng(0).poisson(5.0, (1, periods)).astype(np.float32)
    units[0, 3 :: season_length + 2] = np.nan
    chunk = Chunk(
        units=units,
        trades=np.ones((1, season_length), dtype=bool),
        phase=np.arange(periods + horizon) % season_length,
        index=pd.RangeIndex(periods + horizon),
        horizon=horizon,
        drivers=None,
        cut=np.zeros(1),
        missing=True,
    )
    return forecast_chunk(estimator, chunk).failures == (None,)


def _forecast(
    estimator: Any, chunk: Chunk, row: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    units = chunk.units[row].astype(np.float64)
    known = np.isfinite(units)
    if known.sum() < _LEAST:
        raise UnfitError(f"the record has {known.sum()} periods, fewer than {_LEAST}")
    if np.ptp(units[known]) == 0:
        raise UnfitError("the record is constant")
    start, periods = int(known.argmax()), len(units)
    filled = fill_gaps(units[start:], chunk.phase[start:periods])
    open_then = chunk.trades[row][chunk.phase[start:periods]]
    past = np.where(known[start:] | ~open_then, filled, np.nan) if chunk.missing else filled
    drivers, used = _drivers(chunk, row, start)
    index, ahead = chunk.index[start:periods], chunk.index[periods:]
    fitted = _fit(estimator, past, index, drivers, chunk.horizon)
    plain = _frame(np.zeros((chunk.horizon, len(used))), ahead, used)
    mean = _predict(fitted, chunk.horizon, plain)
    trading = chunk.trades[row][chunk.phase[periods:]]
    quantiles = _predict_quantiles(fitted, chunk.horizon, plain)
    if quantiles is None or not np.isfinite(quantiles[:, trading]).all():
        quantiles = _quantiles_of_errors(estimator, past, known[start:], index, drivers, mean)
    corners = np.tile(mean, (len(CORNERS), 1))
    for place, corner in enumerate(CORNERS if used else ()):
        planned = np.array([corner[0], corner[1] * chunk.cut[row]])[list(used)]
        frame = _frame(np.tile(planned, (chunk.horizon, 1)), ahead, used)
        corners[place] = _predict(fitted, chunk.horizon, frame)
    out = tuple(np.where(trading, values, 0.0) for values in (mean, quantiles, corners))
    _check(out, units[known].max())
    return out[0], out[1], out[2]


def _check(forecasts: tuple[NDArray[np.float64], ...], most: float) -> None:
    if not all(np.isfinite(values).all() for values in forecasts):
        raise UnfitError("the forecast is not finite")
    if max(np.abs(values).max(initial=0.0) for values in (forecasts[0], forecasts[2])) > _WILD * most:
        raise UnfitError(f"the forecast is more than {_WILD:g} times the largest sale on record")


def _drivers(chunk: Chunk, row: int, start: int) -> tuple[pd.DataFrame | None, tuple[int, ...]]:
    """Return the drivers that vary in a record, promotion (0) and log price (1), None where neither does.

    Of two that hardly differ the price is kept: it tells a deep cut from a shallow one.
    """
    if chunk.drivers is None:
        return None, ()
    values = chunk.drivers[row, start:].astype(np.float64)
    used = tuple(place for place in (0, 1) if np.ptp(values[:, place]) > 0)
    if len(used) == 2 and abs(np.corrcoef(values[:, 0], values[:, 1]).item(1)) > _ALIKE:
        used = (1,)
    return _frame(values[:, list(used)], chunk.index[start : len(values) + start], used), used


def _frame(values: NDArray[np.float64], index: pd.Index[Any], used: tuple[int, ...]) -> pd.DataFrame | None:
    names = [("promoted", "log_price")[place] for place in used]
    return pd.DataFrame(values, index=index, columns=names) if used else None


def _fit(
    estimator: Any, past: NDArray[np.float64], index: pd.Index[Any], drivers: pd.DataFrame | None, horizon: int
) -> Any:
    warnings.simplefilter("ignore")  # here, since estimators of sktime change the filters as they go
    fresh = estimator.clone().set_config(warnings="off", remember_data=True)
    return fresh.fit(pd.Series(past, index=index), X=drivers, fh=_steps(horizon))


def _steps(horizon: int) -> NDArray[np.int64]:
    return np.arange(1, horizon + 1)


def _predict(fitted: Any, horizon: int, drivers: pd.DataFrame | None) -> NDArray[np.float64]:
    return np.asarray(fitted.predict(fh=_steps(horizon), X=drivers), dtype=np.float64).reshape(horizon)


def _predict_quantiles(fitted: Any, horizon: int, drivers: pd.DataFrame | None) -> NDArray[np.float64] | None:
    """Return the estimator's own quantiles, shape (levels, horizon), None where it has none or fails at them."""
    if not fitted.get_tag("capability:pred_int"):
        return None
    try:
        frame = fitted.predict_quantiles(fh=_steps(horizon), X=drivers, alpha=list(LEVELS))
    except Exception:  # noqa: BLE001 - some whose tags promise quantiles cannot give them
        return None
    return np.asarray(frame, dtype=np.float64).reshape(horizon, len(LEVELS)).T


def _quantiles_of_errors(
    estimator: Any,
    past: NDArray[np.float64],
    known: NDArray[np.bool_],
    index: pd.Index[Any],
    drivers: pd.DataFrame | None,
    mean: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return quantiles round the ``mean`` from the errors over the last window, shape (levels, horizon).

    The window is forecast from what was before it. Its errors are added to the mean, but a period without a sale stays
    one: for intermittent demand the quantiles are then those of the record. Where errors are few, they are the normal
    ones of their root mean square.
    """
    window = min(_WINDOW, len(past) // 3)
    cut = len(past) - window
    before, after = (None, None) if drivers is None else (drivers.iloc[:cut], drivers.iloc[cut:])
    errors = past[cut:] - _predict(_fit(estimator, past[:cut], index[:cut], before, window), window, after)
    use = known[cut:] & np.isfinite(errors)
    if not use.any():
        raise UnfitError(f"the last {window} periods say nothing of the errors")
    if use.sum() < _FEW:
        return np.asarray(mean + norm.ppf(LEVELS)[:, None] * np.sqrt(np.mean(errors[use] ** 2)), dtype=np.float64)
    sold = past[cut:][use, None] > 0
    outcomes = np.where(sold, mean + errors[use, None], 0.0)
    return np.asarray(np.quantile(outcomes, LEVELS, axis=0, method="weibull"), dtype=np.float64)
