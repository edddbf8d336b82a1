"""What trees see of a series at an origin about a period ahead, computed for many of them at once."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_forecaster_ensemble.panel import Panel
from shelfwise_forecaster_ensemble.summary import LEVEL, Summary
from shelfwise_forecaster_ensemble.trends import smoothed

__all__ = ["Features", "Places"]

_LAGS = 4
_SEASONS = 4
"""Same places of the season that are looked back at."""
_ABSOLUTE = np.log1p(3.0)
"""Up to this level, in logarithms, demand is learned as it is; above it, relative to the level."""
_LOW = np.log1p(5.0)
"""Up to this mean level, in logarithms, whole demand is learned as counts."""


@attrs.frozen(eq=False)
class Places:
    """What is forecast: series ``row`` seen from before period ``origin``, ``step`` periods after it (0: itself).

    ``column`` is where the panel keeps the plans for that period, the number of the period itself unless the panel has
    only some of the periods ahead.
    """

    row: NDArray[np.int64]
    origin: NDArray[np.int64]
    step: NDArray[np.int64]
    column: NDArray[np.int64] = attrs.field()

    @column.default
    def _every_period(self) -> NDArray[np.int64]:
        return self.origin + self.step

    @classmethod
    def ahead(cls, panel: Panel) -> Places:
        """Return every series and every period ahead, series before periods."""
        row, place = np.divmod(np.arange(panel.series * panel.horizon), max(panel.horizon, 1))
        return cls(row, np.full(row.size, panel.known), panel.step[place], panel.known + place)

    @classmethod
    def none(cls) -> Places:
        """Return no place."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, nothing)

    def __len__(self) -> int:
        return self.row.size

    @property
    def target(self) -> NDArray[np.int64]:
        """The period that each place is about."""
        return self.origin + self.step

    def take(self, which: NDArray[np.int64]) -> Places:
        """Return some of the places."""
        return Places(self.row[which], self.origin[which], self.step[which], self.column[which])


@attrs.frozen(eq=False)
class Features:
    """A panel with what its past comes to, from which rows of features are gathered.

    ``log_units`` (S, T) is the logarithm of one plus demand. Of covariates, ``last_told`` and ``usual_told``
    (C, T + H + 1) are the last value and the mean of those before.
    """

    panel: Panel
    past: Summary
    log_units: NDArray[np.float32]
    last_told: NDArray[np.float32]
    usual_told: NDArray[np.float32]

    @classmethod
    def of(cls, panel: Panel) -> Features:
        """Return what can be seen from any origin of a panel, to learn from."""
        return cls._seen(panel, Summary.of(panel))

    @classmethod
    def ahead(cls, panel: Panel) -> Features:
        """Return what can be seen from the end of a panel, to forecast from."""
        return cls._seen(panel, panel.summary or Summary.of(panel, panel.known))

    @classmethod
    def _seen(cls, panel: Panel, past: Summary) -> Features:
        told = panel.covariates
        usual = smoothed(np.nan_to_num(told), np.isfinite(told), 16.0)
        return cls(panel, past, np.log1p(panel.units), _last(told), usual)

    def base(self, places: Places) -> NDArray[np.float32]:
        """Return what the logarithm of demand is learned relative to, 0 for a low level."""
        level = np.nan_to_num(self.past.at(self.past.levels[LEVEL], places.row, places.origin))
        base: NDArray[np.float32] = np.maximum(level - np.float32(_ABSOLUTE), 0.0)
        return base

    def low(self, places: Places) -> NDArray[np.bool_]:
        """Return where the mean level is so low, or unknown, that whole demand is learned as counts."""
        level = self.past.at(self.past.mean_level, places.row, places.origin)
        known_high: NDArray[np.bool_] = level > np.float32(_LOW)
        return ~known_high

    def counts(self, end: int) -> NDArray[np.float32]:
        """Return the demand of all periods before ``end`` that a low level had preceded."""
        mask = self.panel.mask[:, :end]
        row, period = np.nonzero(mask & (mask.cumsum(axis=1) > 1))
        few = self.low(Places(row, period, np.zeros(row.size, np.int64)))
        return self.panel.units[row[few], period[few]]

    def rows(self, places: Places) -> NDArray[np.float32]:
        """Return the features of shape (places, features), NaN where unknown."""
        panel, past, row, origin, column = self.panel, self.past, places.row, places.origin, places.column

        def before(values: NDArray[np.float32]) -> NDArray[np.float32]:
            return past.at(values, row, origin)

        level = before(past.levels[LEVEL])
        columns: list[NDArray[Any]] = [level, before(past.mean_level) - level]
        columns += [before(other) - level for place, other in enumerate(past.levels) if place != LEVEL]
        for lag in range(1, _LAGS + 1):
            columns += [
                self._past(row, origin - lag) - level,
                self._covariate(panel.promoted, row, origin - lag),
                self._covariate(panel.log_price, row, origin - lag),
            ]
        columns += self._seasonal(places, level)
        columns += [before(past.plain) - level, before(past.promoted) - level]
        columns += [before(values) for values in (past.spread, past.zeros, past.idle, past.age)]
        columns += [panel.trends.item[row, origin], panel.trends.node[row, origin]]
        price, price_level = panel.log_price[row, column], panel.price_level[row, column]
        columns += [
            panel.promoted[row, column],
            price,
            panel.promoted[row, column] - before(past.usual_promotion),
            price - before(past.usual_price),
            panel.rivals_promoted[row, column],
            panel.rivals_price[row, column],
            price - panel.rivals_price[row, column],
            price_level,
            price_level - before(past.usual_level),
            price_level - panel.rivals_level[row, column],
        ]
        columns += self._calendar(column) + self._told(places)
        columns += [np.log1p(places.step), panel.node[row], panel.group[row]]
        return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)

    def _past(self, row: NDArray[np.int64], period: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the logarithm of demand in past periods, NaN where it is unknown."""
        inside = (period >= 0) & (period < self.panel.known)
        place = np.where(inside, period, 0)
        return np.where(inside & self.panel.mask[row, place], self.log_units[row, place], np.float32(np.nan))

    def _covariate(
        self, values: NDArray[np.float32], row: NDArray[np.int64], period: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        return np.where(period >= 0, values[row, np.maximum(period, 0)], np.float32(np.nan))

    def _seasonal(self, places: Places, level: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return demand at the same place of the last seasons and of the last year, relative to the level."""
        season, out = self.panel.cadence.season_length, []
        if season > 1:
            back = season * (places.step // season + 1)
            looked = np.stack([self._past(places.row, places.target - back - season * k) for k in range(_SEASONS)])
            known = np.isfinite(looked)
            mean = np.where(known, looked, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
            out += [looked[0] - level, np.where(known.any(axis=0), mean - level, np.float32(np.nan))]
        year = self._year
        if year and self.panel.known > year:
            back = year * (places.step // year + 1)
            out.append(self._past(places.row, places.target - back) - level)
        return out

    @property
    def _year(self) -> int:
        """Periods in a year: whole weeks of days, weeks or months."""
        step = self.panel.cadence.step_days
        return 364 if step == 1.0 else round(365.25 / step)

    def _calendar(self, column: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        days = self.panel.days[column]
        year = days.astype("datetime64[Y]")
        turn = 2.0 * np.pi * (days - year).astype(np.float64) / 365.25
        month = (days - days.astype("datetime64[M]")).astype(np.float32)
        return [self.panel.phase[column], np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn), month]

    def _told(self, places: Places) -> list[NDArray[np.float32]]:
        """Return what is known of each covariate: at the origin, and unless it is past only in the period itself."""
        origin, column, season = places.origin, places.column, self.panel.cadence.season_length
        out = []
        for values, past_only, last, usual in zip(
            self.panel.covariates, self.panel.past_only, self.last_told, self.usual_told, strict=True
        ):
            out += [last[origin], last[origin] - usual[origin]]
            if not past_only:
                out += [values[column], values[column] - usual[origin]]
                if season > 1:
                    back = places.target - season * (places.step // season + 1)
                    out.append(np.where(back >= 0, values[np.maximum(back, 0)], np.float32(np.nan)))
        return out


def _last(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the last known of the values before each period, NaN before the first."""
    known = np.isfinite(values)
    place = np.maximum.accumulate(np.where(known, np.arange(1, values.shape[1] + 1), 0), axis=1)
    padded = np.concatenate([np.full((len(values), 1), np.nan, np.float32), values], axis=1)
    last = np.take_along_axis(padded, place, axis=1)
    return np.concatenate([padded[:, :1], last], axis=1)
