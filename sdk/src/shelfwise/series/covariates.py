"""What a calendar tells of each period besides its date: holidays, weather, prices at large, known ahead or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import structlog
from numpy.typing import NDArray

from shelfwise.errors import ConfigError, DataError
from shelfwise.series.cadence import Cadence
from shelfwise.types import Calendar
from shelfwise.types._fields import array, as_tuple

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset
    from shelfwise.series.history import History

__all__ = ["HOLIDAY", "Covariates", "holidays", "read_calendar", "read_covariates"]

log = structlog.get_logger("shelfwise")

HOLIDAY = "holiday"
"""The column that is known on every day: a day that is not listed is none."""
_BEFORE, _AFTER = "before a holiday", "after a holiday"
_SOURCE = {_BEFORE: HOLIDAY, _AFTER: HOLIDAY}
_REACH_DAYS = 7
"""Days before and after a holiday on which it may be felt."""
_CONSTANT = 1e-9
"""Spread, relative to the mean, up to which a column counts as one that never varies."""


@attrs.frozen(eq=False)
class Covariates:
    """Columns of a calendar that vary over a record, each a covariate of every series alike.

    ``values`` (C, T) has a row for each of the ``names`` and a column a period: the mean over its days, of a holiday
    the share of its days, less the ``mean`` (C,) of the periods that are learned from and over their ``scale`` (C,),
    NaN where no day has a value. Daily data has two more rows: how near the next and the last holiday are, from 1 (a
    day) to 0 (more than a week). ``past_only`` (C,) marks what is not known ahead; ``usual`` (C,) is the median.
    """

    names: tuple[str, ...] = attrs.field(converter=as_tuple, default=())
    past_only: NDArray[np.bool_] = array(np.bool_, default=())
    mean: NDArray[np.float64] = array(np.float64, default=())
    scale: NDArray[np.float64] = array(np.float64, default=())
    usual: NDArray[np.float64] = array(np.float64, default=())
    values: NDArray[np.float64] = array(np.float64, default=np.zeros((0, 0)))

    @classmethod
    def fit(
        cls,
        calendar: Calendar,
        cadence: Cadence,
        days: NDArray[np.datetime64],
        *,
        told: NDArray[np.bool_],
        past_only: Collection[str] | None = None,
    ) -> Covariates:
        """Return the columns that vary over the periods ``told`` (T,) of those that begin on ``days`` (T,).

        ``past_only`` names the columns that are not known ahead. None leaves it to the calendar: they are those that
        have no value after the record.

        Raises:
            ConfigError: ``past_only`` names what is no column of the calendar.
        """
        unknown = sorted(set(past_only or ()) - calendar.covariates.keys())
        if unknown:
            listed = ", ".join(calendar.covariates) or "no column of numbers"
            raise ConfigError(f"past_only: {', '.join(unknown)} is not in the calendar table, which has {listed}")
        if past_only is None:
            past_only = _without_future(calendar, cadence.ends(days[-1:])[0])
        rows = _rows(calendar, cadence, days, nearness=HOLIDAY not in past_only)
        kept: dict[str, tuple[float, float, float]] = {}
        for name, values in rows.items():
            seen = values[told & np.isfinite(values)]
            if seen.size and seen.std() > _CONSTANT * max(abs(seen.mean()), _CONSTANT):
                kept[name] = float(seen.mean()), float(seen.std()), float(np.median(seen))
        if not kept:
            return cls()
        mean, scale, median = np.array(list(kept.values())).T
        return cls(
            names=kept,
            past_only=np.array([name in past_only for name in kept]),
            mean=mean,
            scale=scale,
            usual=(median - mean) / scale,
            values=(np.array([rows[name] for name in kept]) - mean[:, None]) / scale[:, None],
        )

    def __len__(self) -> int:
        return len(self.names)

    def ahead(
        self, calendar: Calendar, cadence: Cadence, days: NDArray[np.datetime64], *, lead: int = 0
    ) -> NDArray[np.float64]:
        """Return the covariates of the periods that begin on ``days``, shape (C, H), NaN where not known ahead.

        The first ``lead`` periods are not forecast and may lack values.

        Raises:
            DataError: A column that is known ahead has no value in a later period; all such columns are named.
        """
        rows = _rows(calendar, cadence, days, nearness=True) if calendar.days.size else {}
        blank = np.full(days.size, np.nan)
        raw = np.array([blank if past else rows.get(name, blank) for name, past in self._roles])
        lacking = {
            _SOURCE.get(name, name): days[lead:][np.isnan(values[lead:])]
            for (name, past), values in zip(self._roles, raw, strict=True)
            if not past and np.isnan(values[lead:]).any()
        }
        if lacking:
            said = "; ".join(_lacking(name, blank, cadence) for name, blank in lacking.items())
            span = f"{days[lead]} to {cadence.ends(days[-1:])[0] - np.timedelta64(1, 'D')}"
            raise DataError(
                f"{said}. A column that is known ahead needs a value throughout the forecast ({span}): "
                "add it to the calendar table, or name the column in the option past_only, and train again"
            )
        return (raw.reshape(len(self), days.size) - self.mean[:, None]) / self.scale[:, None]

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return all but the names as arrays that can be stored."""
        return {field: getattr(self, field) for field in ("past_only", "mean", "scale", "usual", "values")}

    @classmethod
    def from_arrays(cls, names: Collection[str], arrays: Mapping[str, NDArray[Any]]) -> Covariates:
        """Return what :meth:`to_arrays` gave, with its names."""
        return cls(names=names, **arrays)

    @property
    def _roles(self) -> list[tuple[str, bool]]:
        return list(zip(self.names, self.past_only.tolist(), strict=True))


def read_covariates(dataset: Dataset, history: History, *, past_only: Collection[str] | None = None) -> Covariates:
    """Return the covariates of a record by the calendar of its data set; see :meth:`Covariates.fit`.

    Raises:
        ConfigError: ``past_only`` names what is no column of the calendar.
    """
    told = np.asarray(history.mask().any(axis=0))
    found = Covariates.fit(read_calendar(dataset), history.cadence, history.days, told=told, past_only=past_only)
    if past_only is None and found.past_only.any():
        names = [name for name, past in zip(found.names, found.past_only, strict=True) if past]
        log.info("covariates.not_known_ahead", columns=names)
    return found


def read_calendar(dataset: Dataset) -> Calendar:
    """Return the calendar of a data set."""
    table = dataset.calendar
    columns = {str(name): table[name].to_numpy(np.float64) for name in table.columns if name != "date"}
    return Calendar(table["date"].to_numpy("datetime64[D]"), columns)


def holidays(calendar: Calendar, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Return which of the days are holidays; one that the calendar does not list is none."""
    listed = calendar.covariates.get(HOLIDAY, np.zeros(calendar.days.size)) > 0
    return np.isin(days, calendar.days[listed])


def _lacking(name: str, days: NDArray[np.datetime64], cadence: Cadence) -> str:
    where = f"on {days[0]}" if cadence.step_days == 1 else f"in the period from {days[0]}"
    more = f", nor in {days.size - 1} later ones" if days.size > 1 else ""
    return f"calendar.{name}: there is no value {where}{more}"


def _without_future(calendar: Calendar, end: np.datetime64) -> set[str]:
    later = calendar.days >= end
    return {
        name for name, values in calendar.covariates.items() if name != HOLIDAY and not np.isfinite(values[later]).any()
    }


def _rows(
    calendar: Calendar, cadence: Cadence, days: NDArray[np.datetime64], *, nearness: bool
) -> dict[str, NDArray[np.float64]]:
    """Return each column by the period, NaN where none of its days has a value."""
    ends = cadence.ends(days)
    period = np.searchsorted(days, calendar.days, side="right") - 1
    within = (period >= 0) & (calendar.days < ends[np.maximum(period, 0)])
    rows = {}
    for name, values in calendar.covariates.items():
        known = within & np.isfinite(values)
        total = np.bincount(period[known], values[known], days.size)
        if name == HOLIDAY:
            rows[name] = total / (ends - days).astype(np.float64)
        else:
            count = np.bincount(period[known], minlength=days.size)
            rows[name] = np.divide(total, count, out=np.full(days.size, np.nan), where=count > 0)
    if nearness and HOLIDAY in rows and cadence.step_days == 1:
        rows |= _nearness(days, np.unique(calendar.days[calendar.covariates[HOLIDAY] > 0]))
    return rows


def _nearness(days: NDArray[np.datetime64], holidays: NDArray[np.datetime64]) -> dict[str, NDArray[np.float64]]:
    """Return how near the next and the last holiday are to each day, that day itself not counted."""
    ends = [np.datetime64("0001-01-01")], holidays, [np.datetime64("9999-12-31")]
    padded = np.concatenate(ends).astype("datetime64[D]")
    gaps = {
        _BEFORE: padded[np.searchsorted(padded, days, side="right")] - days,
        _AFTER: days - padded[np.searchsorted(padded, days, side="left") - 1],
    }
    return {name: np.maximum(1.0 - (gap.astype(np.float64) - 1.0) / _REACH_DAYS, 0.0) for name, gap in gaps.items()}
