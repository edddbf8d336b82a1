"""The report's forecasts: the total, what drives it, and the largest series with their bands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.report.charts import Hover, Shape, Tick, TimeChart, frame, y_ticks
from shelfwise.report.formats import day, number, percent, short_day
from shelfwise.report.limits import Limits
from shelfwise.report.names import Names
from shelfwise.types import Decision, DemandForecast, Index

_PAST_DAYS = 42
Floats = NDArray[np.float64]


class History(Protocol):
    """Past demand: ``units`` of shape (items, nodes, days); ``days`` follow one another."""

    @property
    def items(self) -> Index:
        """The items."""

    @property
    def nodes(self) -> Index:
        """The selling nodes."""

    @property
    def days(self) -> NDArray[Any]:
        """The days, datetime64[D]."""

    @property
    def units(self) -> NDArray[Any]:
        """The units sold."""


@attrs.frozen
class Driver:
    """The units that a driver adds or takes away, with its bar as percentages from the left."""

    name: str
    units: str
    left: float
    width: float
    negative: bool


@attrs.frozen
class Series:
    """One item at one node."""

    item_id: str
    name: str
    node_id: str
    facts: str
    chart: TimeChart


@attrs.frozen
class Forecasts:
    """The forecasts shown and how many series there are."""

    total: TimeChart
    drivers: tuple[Driver, ...]
    zero: float
    """Where a driver's bar of nothing would stand, as a percentage."""
    series: tuple[Series, ...]
    series_total: int
    bands: tuple[str, ...]
    """What the bands mean, the widest first."""
    has_past: bool


def forecasts(decision: Decision, names: Names, history: History | None, limits: Limits) -> Forecasts | None:
    """Chart a decision's forecasts, or None where there are none."""
    forecast = decision.forecasts
    if forecast is None or forecast.mean.size == 0:
        return None
    past = _Past.before(forecast, history)
    drivers, zero = _drivers(forecast)
    volume = forecast.mean.sum(axis=2)
    largest = np.argsort(-volume, axis=None, kind="stable")[: limits.series]
    ordered = _ordered(decision)
    series = tuple(
        _series(forecast, int(row), int(column), names, past, ordered)
        for row, column in zip(*np.unravel_index(largest, volume.shape), strict=True)
    )
    return Forecasts(
        total=_chart("Demand of all items", forecast, forecast.mean.sum(axis=(0, 1)), (), past.total()),
        drivers=drivers,
        zero=zero,
        series=series,
        series_total=volume.size,
        bands=tuple(f"{_level(low)} to {_level(high)}" for low, high in _pairs(forecast)),
        has_past=past.days > 0,
    )


@attrs.frozen
class _Past:
    """The last days of the history that end just before the forecast starts."""

    history: History | None
    first: int = 0
    end: int = 0

    @classmethod
    def before(cls, forecast: DemandForecast, history: History | None) -> _Past:
        if history is None or not len(history.days):
            return cls(None)
        age = (np.datetime64(forecast.starts_on, "D") - history.days[0].astype("datetime64[D]")).astype(int)
        end = int(age)
        return cls(history, max(0, end - _PAST_DAYS), end) if 0 < end <= len(history.days) else cls(None)

    @property
    def days(self) -> int:
        return self.end - self.first

    def total(self) -> Floats:
        if self.history is None:
            return np.zeros(0)
        units: Floats = np.asarray(self.history.units[:, :, self.first : self.end], dtype=np.float64)
        return np.asarray(units.sum(axis=(0, 1)), dtype=np.float64)

    def series(self, item_id: str, node_id: str) -> Floats:
        if self.history is None:
            return np.zeros(0)
        row, column = self.history.items.position(item_id), self.history.nodes.position(node_id)
        if row < 0 or column < 0:
            return np.zeros(self.days)
        return np.asarray(self.history.units[row, column, self.first : self.end], dtype=np.float64)


def _series(
    forecast: DemandForecast, row: int, column: int, names: Names, past: _Past, ordered: dict[tuple[str, str], float]
) -> Series:
    item_id, node_id = forecast.items[row], forecast.nodes[column]
    mean = forecast.mean[row, column]
    bands = tuple(
        (forecast.quantiles[low, row, column], forecast.quantiles[high, row, column])
        for low, high in _band_rows(forecast)
    )
    on_hand = names.on_hand(item_id, node_id)
    facts = [f"{number(float(mean.sum()), 0)} expected"]
    if on_hand is not None:
        facts.append(f"{number(on_hand, 0)} on hand")
    if quantity := ordered.get((item_id, node_id)):
        facts.append(f"{number(quantity, 0)} ordered")
    chart = _chart(f"Demand of {item_id} at {node_id}", forecast, mean, bands, past.series(item_id, node_id))
    return Series(item_id, names.item(item_id), node_id, " · ".join(facts), chart)


def _chart(
    title: str, forecast: DemandForecast, mean: Floats, bands: tuple[tuple[Floats, Floats], ...], past: Floats
) -> TimeChart:
    days = len(past) + len(mean)
    upper = tuple(high for _, high in bands)
    scale, steps = frame(days, mean, past, *upper)
    now = len(past)
    shapes = [Shape(f"band-{i}", scale.band(now, low, high)) for i, (low, high) in enumerate(bands)]
    if len(past):
        shapes.append(Shape("past", scale.line(0, past)))
    shapes.append(Shape("mean", scale.line(now, mean)))
    last_day = forecast.starts_on + timedelta(days=len(mean) - 1)
    summary = (
        f"Expected units a day from {day(forecast.starts_on)} to {day(last_day)}: {number(float(mean.sum()))} in all, "
        f"at least {number(float(mean.min()))} and at most {number(float(mean.max()))} a day."
    )
    return TimeChart(
        title=title,
        summary=summary,
        shapes=tuple(shapes),
        x_ticks=_x_ticks(forecast.starts_on - timedelta(days=now), days),
        y_ticks=y_ticks(scale, steps),
        hovers=tuple(_hovers(scale.strip, forecast, mean, bands, past)),
        today=100.0 * now / days if now else None,
    )


def _hovers(
    strip: Any, forecast: DemandForecast, mean: Floats, bands: tuple[tuple[Floats, Floats], ...], past: Floats
) -> list[Hover]:
    start = forecast.starts_on - timedelta(days=len(past))
    hovers = [
        strip(i, f"{day(start + timedelta(days=i))}: {number(float(units))} sold") for i, units in enumerate(past)
    ]
    for i, units in enumerate(mean):
        text = f"{day(forecast.starts_on + timedelta(days=i))}: {number(float(units))} expected"
        if bands:
            low, high = bands[0]
            text += f", {number(float(low[i]))} to {number(float(high[i]))}"
        hovers.append(strip(len(past) + i, text))
    return hovers


def _x_ticks(first: date, days: int, about: int = 4) -> tuple[Tick, ...]:
    step = max(1, round(days / about / 7) * 7 if days >= 14 else round(days / about))
    rows = range(step // 2 if days >= step else 0, days, step)
    return tuple(Tick(100.0 * (row + 0.5) / days, short_day(first + timedelta(days=row))) for row in rows)


def _drivers(forecast: DemandForecast) -> tuple[tuple[Driver, ...], float]:
    totals = {name: float(part.sum()) for name, part in forecast.parts.items()}
    lowest = min([0.0, *totals.values()])
    span = (max([0.0, *totals.values()]) - lowest) or 1.0
    drivers = tuple(
        Driver(
            name, number(units, 0), 100 * (min(units, 0.0) - lowest) / span, 100 * abs(units) / span, negative=units < 0
        )
        for name, units in totals.items()
    )
    return drivers, -100 * lowest / span


def _band_rows(forecast: DemandForecast) -> list[tuple[int, int]]:
    """Return the rows of quantile levels that mirror each other around the median, the widest first."""
    levels = forecast.levels
    pairs = []
    for low, level in enumerate(levels):
        high = next((i for i, other in enumerate(levels) if abs(level + other - 1) < 1e-9 and other > level), None)
        if high is not None:
            pairs.append((low, high))
    return pairs[:2]


def _pairs(forecast: DemandForecast) -> list[tuple[float, float]]:
    return [(forecast.levels[low], forecast.levels[high]) for low, high in _band_rows(forecast)]


def _level(level: float) -> str:
    return percent(level).replace(".0", "")


def _ordered(decision: Decision) -> dict[tuple[str, str], float]:
    ordered: dict[tuple[str, str], float] = {}
    for order in decision.orders:
        for item_id, quantity in zip(order.lines.item_ids, order.lines.quantity, strict=True):
            key = item_id, order.to_node_id
            ordered[key] = ordered.get(key, 0.0) + float(quantity)
    return ordered
