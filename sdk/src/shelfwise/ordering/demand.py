"""What demand is expected: by day from a forecast, or steady from the statistics of the past."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import special

from shelfwise.ordering.law import CountLaw
from shelfwise.types import DemandForecast, Index

_TAIL_DAYS = 7
"""Days at the end of a forecast whose average stands for the days after it."""


@attrs.frozen(eq=False)
class DailyDemand:
    """Mean and variance of the demand in units per item, node and day: arrays of shape (items, nodes, days)."""

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]

    @property
    def horizon_days(self) -> int:
        """The number of days that the arrays cover."""
        return int(self.mean.shape[2])

    @property
    def rate(self) -> NDArray[np.float64]:
        """The mean demand of a day, of shape (items, nodes)."""
        return np.asarray(self.mean.mean(axis=2))

    def over(
        self, days: NDArray[np.int64], lead_variance: NDArray[np.float64] | float = 0.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return mean and variance of the demand of the first ``days`` days, of shape (items, nodes).

        Days are independent. ``lead_variance`` is the variance of the length of the interval, in days squared;
        it adds mean_per_day^2 x lead_variance (Hadley and Whitin, 1963, section 3-7).
        """
        mean = _accumulated(self.mean, days)
        per_day = np.divide(mean, days, out=np.zeros_like(mean), where=days > 0)
        return mean, _accumulated(self.variance, days) + per_day**2 * lead_variance

    def first(self, days: int) -> DailyDemand:
        """Return the first ``days`` days, going on after the last at the average of the last week."""
        return DailyDemand(_continued(self.mean, days), _continued(self.variance, days))

    def law(self, days: NDArray[np.int64], lead_variance: NDArray[np.float64] | float = 0.0) -> CountLaw:
        """Return the law of the demand of the first ``days`` days."""
        return CountLaw(*self.over(days, lead_variance))


def _continued(daily: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    missing = days - daily.shape[2]
    if missing <= 0:
        return daily[..., :days]
    tail = daily[..., -_TAIL_DAYS:].mean(axis=2, keepdims=True)
    return np.concatenate([daily, np.repeat(tail, missing, axis=2)], axis=2)


def _accumulated(daily: NDArray[np.float64], days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum the first ``days`` days, going on after the last at the average of the last week."""
    horizon = daily.shape[2]
    sums = np.concatenate([np.zeros((*daily.shape[:2], 1)), np.cumsum(daily, axis=2)], axis=2)
    within = np.take_along_axis(sums, np.minimum(days, horizon)[..., None], axis=2)[..., 0]
    tail = daily[..., max(horizon - _TAIL_DAYS, 0) :].mean(axis=2)
    return np.asarray(within + np.maximum(days - horizon, 0) * tail)


def from_forecast(forecast: DemandForecast, item_ids: Sequence[str], nodes: Index) -> DailyDemand:
    """Read mean and variance per day from a forecast; items and nodes that it does not name have no demand.

    The standard deviation is fitted by least squares to the distance of the quantiles above the median from the
    mean, in normal units: stock is decided in the upper half, and there the fit suits skewed demand too. A whole
    quantile stands for the middle of its step (continuity correction). The law raises a variance below Poisson's.
    """
    items, columns = forecast.items.positions(item_ids), forecast.nodes.positions(nodes)
    known = ((items >= 0)[:, None] & (columns >= 0)[None, :])[..., None]
    mean = np.where(known, forecast.mean[items][:, columns], 0.0)
    upper = [row for row, level in enumerate(forecast.levels) if 0.5 < level < 1.0]
    if not upper:
        return DailyDemand(mean, mean.copy())
    scores = special.ndtri(np.asarray([forecast.levels[row] for row in upper]))
    deviation = np.zeros_like(mean)
    for row, score in zip(upper, scores, strict=True):
        level = forecast.quantiles[row][items][:, columns]
        step = np.where((level == np.rint(level)) & (level > 0), 0.5, 0.0)
        deviation += score * (level - step - mean)
    deviation = np.maximum(deviation / float(scores @ scores), 0.0)
    return DailyDemand(mean, np.where(known, np.maximum(deviation**2, mean), 0.0))


def steady(mean: NDArray[np.float64], variance: NDArray[np.float64], days: int) -> DailyDemand:
    """Return the demand that is the same every day; ``mean`` and ``variance`` have shape (items, nodes)."""
    shape = (*mean.shape, days)
    return DailyDemand(np.broadcast_to(mean[..., None], shape), np.broadcast_to(variance[..., None], shape))
