"""Forecast many records in worker processes, a chunk at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Cadence
from shelfwise_forecaster_sktime.chunks import Chunk, Outcome
from shelfwise_forecaster_sktime.fitting import forecast_chunk
from shelfwise_forecaster_sktime.records import Records, period_index

__all__ = ["Work", "forecast_records"]

_ROWS = 32


@attrs.frozen(eq=False)
class Work:
    """What is forecast by what: an unfitted estimator, the records, and when each node trades, shape (S, L).

    ``missing`` tells whether the estimator copes with missing values.
    """

    estimator: Any
    records: Records
    trades: NDArray[np.bool_]
    cadence: Cadence
    missing: bool
    jobs: int


def forecast_records(work: Work, rows: NDArray[np.int64], horizon: int) -> Iterator[Outcome]:
    """Yield the forecasts of the records ``rows`` for ``horizon`` periods after the data, chunk by chunk, in order.

    One chunk is forecast in this process, more are by ``jobs`` processes (-1: one a core).
    """
    chunks = (_chunk(work, rows[start : start + _ROWS], horizon) for start in range(0, len(rows), _ROWS))
    if work.jobs == 1 or len(rows) <= _ROWS:
        yield from (forecast_chunk(work.estimator, chunk) for chunk in chunks)
        return
    from joblib import Parallel, delayed

    workers = Parallel(n_jobs=work.jobs, return_as="generator", pre_dispatch="2*n_jobs", batch_size=1, max_nbytes=None)
    yield from workers(delayed(forecast_chunk)(work.estimator, chunk) for chunk in chunks)


def _chunk(work: Work, rows: NDArray[np.int64], horizon: int) -> Chunk:
    records, series = work.records, work.records.series[rows]
    periods = records.units.shape[1]
    drivers = None
    if records.promoted.any() and work.estimator.get_tag("capability:exogenous"):
        drivers = np.stack([records.promoted[series].astype(np.float32), records.log_price[series]], axis=-1)
    return Chunk(
        units=records.units[rows],
        trades=work.trades[series],
        phase=np.arange(periods + horizon) % work.cadence.season_length,
        index=period_index(work.cadence, periods + horizon),
        horizon=horizon,
        drivers=drivers,
        cut=records.cut[series],
        missing=work.missing,
    )
