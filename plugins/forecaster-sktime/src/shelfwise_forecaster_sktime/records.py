"""What estimators are fitted to: each series on a calendar without gaps, and what it was sold for."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.series import Cadence, History

__all__ = ["Records", "period_index", "read_records"]

_SHALLOW = 0.05
_SOME_CUT = -0.2
"""Where promotions did not cut the price, some log price at which the effect of one can be read."""


@attrs.frozen(eq=False)
class Records:
    """One row a record, shape (R, T): first every series with periods without stock left out, then some at face value.

    ``units`` is NaN where nothing is known of the demand. ``series`` (R,) is the series of each record. ``promoted``
    and ``log_price`` are what drove each series, shape (S, T), the price relative to that of a plain day, which lies at
    ``plain`` (S,) above the customary price, as that follows promotions down. ``cut`` (S,) is the mean log price of
    promoted periods.
    """

    units: NDArray[np.float32]
    series: NDArray[np.int64]
    log_price: NDArray[np.float32]
    promoted: NDArray[np.bool_]
    plain: NDArray[np.float64]
    cut: NDArray[np.float64]

    @classmethod
    def of_units(cls, units: NDArray[np.float32]) -> Records:
        """Return records of units (R, T), NaN where unknown, that nothing is told to have driven."""
        count = len(units)
        return cls(
            units=units,
            series=np.arange(count),
            log_price=np.broadcast_to(np.float32(0.0), units.shape),
            promoted=np.broadcast_to(np.False_, units.shape),
            plain=np.zeros(count),
            cut=np.zeros(count),
        )

    def face_value(self, count: int) -> NDArray[np.int64]:
        """Return the record of each of ``count`` series that takes periods without stock as they are, shape (S,)."""
        rows = np.arange(count)
        rows[self.series[count:]] = np.arange(count, len(self.series))
        return rows


def read_records(history: History) -> Records:
    """Return the records of a history; those at face value are kept where they differ."""
    number = history.cadence.number(history.days)
    periods = int(number[-1]) + 1

    def spread(values: NDArray[Any], empty: float) -> NDArray[Any]:
        out = np.full((len(values), periods), empty, dtype=np.float32)
        out[:, number] = values
        return out

    censored = np.flatnonzero((history.observed & ~history.in_stock).any(axis=1))
    known = np.where(history.mask(), history.units, np.nan)
    face_value = np.where(history.observed[censored], history.units[censored], np.nan)
    promoted = history.promoted & history.observed
    usual = np.where(history.observed & ~history.promoted, history.log_price, np.nan)
    plain = np.array([np.median(row[np.isfinite(row)]) if np.isfinite(row).any() else 0.0 for row in usual])
    log_price = history.log_price - plain[:, None]
    cut = (log_price * promoted).sum(axis=1) / np.maximum(promoted.sum(axis=1), 1)
    return Records(
        units=np.concatenate([spread(known, np.nan), spread(face_value, np.nan)]),
        series=np.concatenate([np.arange(len(history.units)), censored]),
        log_price=spread(log_price, 0.0),
        promoted=spread(history.promoted, 0.0).astype(bool),
        plain=plain,
        cut=np.where(np.abs(cut) >= _SHALLOW, cut, _SOME_CUT),
    )


def period_index(cadence: Cadence, periods: int) -> pd.Index[Any]:
    """Return the calendar that estimators see: days, weeks or months, or mere numbers at any other step."""
    first = pd.Timestamp(cadence.first)
    if cadence.step_days == 1:
        return pd.period_range(first, periods=periods, freq="D")
    if cadence.step_days == 7:
        return pd.period_range(
            first, periods=periods, freq=f"W-{(first - pd.Timedelta(days=1)).day_name()[:3].upper()}"
        )
    if 28 <= cadence.step_days <= 31:
        return pd.period_range(first, periods=periods, freq="M")
    return pd.RangeIndex(periods)
