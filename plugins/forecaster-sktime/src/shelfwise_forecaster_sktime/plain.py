"""Forecast plain records with an estimator of sktime, for other plugins: no catalogue, no promotions, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Cadence
from shelfwise.types import Deadline
from shelfwise_forecaster_sktime.chunks import Failure, Outcome
from shelfwise_forecaster_sktime.fitting import copes_with_gaps
from shelfwise_forecaster_sktime.forecasts import Forecasts, gather
from shelfwise_forecaster_sktime.parallel import Work, forecast_records
from shelfwise_forecaster_sktime.records import Records

__all__ = ["forecast_units"]

_LATE = Failure("no time was left", raised=False)


def forecast_units(
    estimator: Any,
    units: NDArray[np.float32],
    trades: NDArray[np.bool_],
    cadence: Cadence,
    horizon: int,
    *,
    jobs: int = 1,
    deadline: Deadline | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> tuple[Forecasts, tuple[Failure | None, ...]]:
    """Return forecasts by an unfitted ``estimator``, fitted to each record, and why a record has none.

    ``units`` (R, T) has a column for every period of the ``cadence`` from its first one on, NaN where nothing is known
    of the demand; ``trades`` (R, L) tells at which places in the season a record can sell. ``horizon`` periods after
    the last column are forecast, by ``jobs`` processes (-1: one a core); ``told`` hears how many records are done.
    Those that are not by the ``deadline`` have no forecast.
    """
    work = Work(
        estimator=estimator,
        records=Records.of_units(units),
        trades=trades,
        cadence=cadence,
        missing=copes_with_gaps(estimator, cadence.season_length),
        jobs=jobs,
    )
    rows = np.arange(len(units))
    outcomes = _in_time(forecast_records(work, rows, horizon), deadline or Deadline())
    found, failures = gather(outcomes, horizon, told)
    late = len(units) - len(failures)
    return found.take(np.where(rows < len(failures), rows, -1)), (*failures, *[_LATE] * late)


def _in_time(outcomes: Iterable[Outcome], deadline: Deadline) -> Iterator[Outcome]:
    for outcome in outcomes:
        yield outcome
        if deadline.expired:
            return
