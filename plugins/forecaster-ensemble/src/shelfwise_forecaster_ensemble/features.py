"""What trees see of a series at an origin about a period ahead, computed for many of them at once."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_forecaster_ensemble.panel import Panel
from shelfwise_forecaster_ensemble.trends import LEVEL_HALF_LIFE, smoothed

__all__ = ["Features", "Places"]

_HALF_LIVES = (2.0, LEVEL_HALF_LIFE, 32.0)
_LEVEL = 1
"""The half-life, by its place, of the level that targets are relative to."""
_LAGS = 4
_SEASONS = 4
"""Same places of the season that are looked back at."""
_ABSOLUTE = np.log1p(3.0)
"""Up to this level, in logarithms, demand is learned as it is; above it, relative to the level."""


@attrs.frozen(eq=False)
class Places:
    """What is forecast: series ``row`` seen from before period ``origin``, ``step`` periods after it (0: itself)."""

    row: NDArray[np.int64]
    origin: NDArray[np.int64]
    step: NDArray[np.int64]

    @classmethod
    def ahead(cls, panel: Panel) -> Places:
        """Return every series and every period ahead, series before periods."""
        row, step = np.divmod(np.arange(panel.series * panel.horizon), max(panel.horizon, 1))
        return cls(row, np.full(row.size, panel.known), step)

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
        return Places(self.row[which], self.origin[which], self.step[which])


@attrs.frozen(eq=False)
class Features:
    """Summaries of a panel's past before each period, shape (S, T + 1), from which rows of features are gathered.

    Of covariates, ``last_told`` and ``usual_told`` (C, T + H + 1) are the last value and the mean of those before.
    """

    panel: Panel
    log_units: NDArray[np.float32]
    levels: tuple[NDArray[np.float32], ...]
    mean_level: NDArray[np.float32]
    plain: NDArray[np.float32]
    promoted: NDArray[np.float32]
    spread: NDArray[np.float32]
    zeros: NDArray[np.float32]
    idle: NDArray[np.float32]
    age: NDArray[np.float32]
    usual_promotion: NDArray[np.float32]
    usual_price: NDArray[np.float32]
    usual_level: NDArray[np.float32]
    last_told: NDArray[np.float32]
    usual_told: NDArray[np.float32]

    @classmethod
    def of(cls, panel: Panel) -> Features:
        """Summarise the past of a panel."""
        log_units, mask = np.log1p(panel.units), panel.mask
        flag = panel.promoted[:, : panel.known] > 0
        levels = tuple(smoothed(log_units, mask, half_life) for half_life in _HALF_LIVES)
        mean, square = smoothed(log_units, mask, 16.0), smoothed(log_units**2, mask, 16.0)
        return cls(
            panel=panel,
            log_units=log_units,
            levels=levels,
            mean_level=np.log1p(smoothed(panel.units, mask, _HALF_LIVES[_LEVEL])),
            plain=smoothed(log_units, mask & ~flag, 8.0),
            promoted=smoothed(log_units, mask & flag, 16.0),
            spread=np.sqrt(np.maximum(square - mean**2, 0.0)),
            zeros=smoothed((panel.units <= 0).astype(np.float32), mask, 16.0),
            idle=_idle(panel.units, mask),
            age=np.log1p(np.concatenate([np.zeros((panel.series, 1)), mask.cumsum(axis=1)], axis=1)).astype(np.float32),
            usual_promotion=smoothed(flag.astype(np.float32), mask, 16.0),
            usual_price=smoothed(panel.log_price[:, : panel.known], mask, 16.0),
            usual_level=smoothed(panel.price_level[:, : panel.known], mask, 16.0),
            last_told=_last(panel.covariates),
            usual_told=smoothed(np.nan_to_num(panel.covariates), np.isfinite(panel.covariates), 16.0),
        )

    def base(self, places: Places) -> NDArray[np.float32]:
        """Return what the logarithm of demand is learned relative to, 0 for a low level."""
        level = np.nan_to_num(self.levels[_LEVEL][places.row, places.origin])
        base: NDArray[np.float32] = np.maximum(level - np.float32(_ABSOLUTE), 0.0)
        return base

    def low(self, places: Places, units: float) -> NDArray[np.bool_]:
        """Return where the mean level is no more than so many units, or unknown."""
        level = self.mean_level[places.row, places.origin]
        known_high: NDArray[np.bool_] = level > np.log1p(units)
        return ~known_high

    def rows(self, places: Places) -> NDArray[np.float32]:
        """Return the features of shape (places, features), NaN where unknown."""
        panel, row, origin, target = self.panel, places.row, places.origin, places.target
        level = self.levels[_LEVEL][row, origin]
        columns: list[NDArray[Any]] = [level, self.mean_level[row, origin] - level]
        columns += [other[row, origin] - level for place, other in enumerate(self.levels) if place != _LEVEL]
        for lag in range(1, _LAGS + 1):
            columns += [
                self._past(row, origin - lag) - level,
                self._covariate(panel.promoted, row, origin - lag),
                self._covariate(panel.log_price, row, origin - lag),
            ]
        columns += self._seasonal(places, level)
        columns += [self.plain[row, origin] - level, self.promoted[row, origin] - level]
        columns += [values[row, origin] for values in (self.spread, self.zeros, self.idle, self.age)]
        columns += [panel.trends.item[row, origin], panel.trends.node[row, origin]]
        price = panel.log_price[row, target]
        columns += [
            panel.promoted[row, target],
            price,
            panel.promoted[row, target] - self.usual_promotion[row, origin],
            price - self.usual_price[row, origin],
            panel.rivals_promoted[row, target],
            panel.rivals_price[row, target],
            price - panel.rivals_price[row, target],
            panel.price_level[row, target],
            panel.price_level[row, target] - self.usual_level[row, origin],
            panel.price_level[row, target] - panel.rivals_level[row, target],
        ]
        columns += self._calendar(target) + self._told(places)
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

    def _calendar(self, target: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        days = self.panel.days[target]
        year = days.astype("datetime64[Y]")
        turn = 2.0 * np.pi * (days - year).astype(np.float64) / 365.25
        month = (days - days.astype("datetime64[M]")).astype(np.float32)
        return [self.panel.phase[target], np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn), month]

    def _told(self, places: Places) -> list[NDArray[np.float32]]:
        """Return what is known of each covariate: at the origin, and unless it is past only in the period itself."""
        origin, target, season = places.origin, places.target, self.panel.cadence.season_length
        out = []
        for values, past_only, last, usual in zip(
            self.panel.covariates, self.panel.past_only, self.last_told, self.usual_told, strict=True
        ):
            out += [last[origin], last[origin] - usual[origin]]
            if not past_only:
                out += [values[target], values[target] - usual[origin]]
                if season > 1:
                    back = target - season * (places.step // season + 1)
                    out.append(np.where(back >= 0, values[np.maximum(back, 0)], np.float32(np.nan)))
        return out


def _last(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the last known of the values before each period, NaN before the first."""
    known = np.isfinite(values)
    place = np.maximum.accumulate(np.where(known, np.arange(1, values.shape[1] + 1), 0), axis=1)
    padded = np.concatenate([np.full((len(values), 1), np.nan, np.float32), values], axis=1)
    last = np.take_along_axis(padded, place, axis=1)
    return np.concatenate([padded[:, :1], last], axis=1)


def _idle(units: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the logarithm of one plus the observed periods since the last sale, before each period."""
    out = np.zeros((units.shape[0], units.shape[1] + 1), dtype=np.float32)
    count = np.zeros(len(units), np.float32)
    for period in range(units.shape[1]):
        count = np.where(mask[:, period], np.where(units[:, period] > 0, 0.0, count + 1.0), count)
        out[:, period + 1] = count
    return np.log1p(out)
