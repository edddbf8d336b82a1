"""The figures by which forecasts are judged, each a ratio of two sums over series, periods and origins."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.forecaster_intervals import Sums, intervals
from shelfwise.evaluation.forecaster_pit import pit_coverage
from shelfwise.evaluation.report import Interval

__all__ = ["COVERAGES", "DEFINITIONS", "ForecastScores", "levels_needed", "relative_median"]

COVERAGES = (0.5, 0.8, 0.9, 0.95)
_MEDIAN = 0.5

_RATIOS = {
    "wape": ("absolute", "actual"),
    "wape_median": ("absolute_median", "actual"),
    "wql": ("quantile_loss", "actual"),
    "bias": ("error", "actual"),
    "mape": ("percentage", "positive"),
    "mape_median": ("percentage_median", "positive"),
    "mape_relative": ("percentage_relative", "positive"),
    "wape_relative": ("absolute_relative", "actual"),
} | {
    f"{kind}coverage_{100 * share:g}": (f"{kind}inside_{100 * share:g}", "count")
    for kind in ("", "pit_")
    for share in COVERAGES
}
_SCALED = {"mase": "absolute", "mase_median": "absolute_median", "rmsse": "squared"}

DEFINITIONS = (
    {
        "wape": "sum of |units - mean forecast| over sum of units",
        "wape_median": "the same with the median forecast, which the absolute error rewards",
        "wql": "weighted quantile loss: twice the pinball loss over the sum of units, mean over the levels",
        "bias": "sum of (mean forecast - units) over sum of units",
        "mape": "mean of |units - mean forecast| / units over periods with units above 0, in per cent",
        "mape_median": "the same with the median forecast",
        "mape_relative": "the same with the forecast that the relative error rewards: the median of the forecast "
        "distribution, each demand above 0 weighing 1 / units (Gneiting 2011)",
        "wape_relative": "wape of that same forecast",
        "mase": "mean absolute error of the mean forecast over that of the in-sample seasonal naive forecast, "
        "mean over series and origins with two seasons on record and a latter that is not 0",
        "mase_median": "the same with the median forecast",
        "rmsse": "root of (mean squared error of the mean forecast over that of the in-sample seasonal naive "
        "forecast), mean over the same series and origins",
    }
    | {
        f"coverage_{100 * share:g}": f"share of units inside the central {100 * share:g} % interval, ends included"
        for share in COVERAGES
    }
    | {
        f"pit_coverage_{100 * share:g}": f"the same for counts: a unit on an end of the {100 * share:g} % interval is "
        "inside with the part of its probability that is (Czado, Gneiting & Held 2009)"
        for share in COVERAGES
    }
)


def levels_needed(levels: tuple[float, ...]) -> tuple[float, ...]:
    """Return the quantile levels to ask for: those scored, the median, and the ends of the coverage intervals."""
    ends = [round(0.5 + side * share / 2, 6) for share in COVERAGES for side in (-1, 1)]
    return tuple(sorted({*levels, _MEDIAN, *ends}))


@attrs.define
class ForecastScores:
    """Sums of one plugin's errors, shape (series, horizon) each, growing origin by origin."""

    levels: tuple[float, ...]
    _sums: dict[str, NDArray[np.float64]] = attrs.field(init=False, factory=dict)
    _scaled: dict[str, NDArray[np.float64]] = attrs.field(init=False, factory=dict)

    def add(
        self,
        units: NDArray[np.float64],
        mask: NDArray[np.bool_],
        mean: NDArray[np.float64],
        quantiles: NDArray[np.float64],
        scale: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        """Add an origin: arrays of shape (series, horizon), ``quantiles`` at :func:`levels_needed` in front.

        ``scale`` holds each series' in-sample mean absolute and mean squared seasonal naive error.
        """
        asked = levels_needed(self.levels)
        place = {level: k for k, level in enumerate(asked)}
        median, relative = quantiles[place[_MEDIAN]], relative_median(asked, quantiles)
        positive = mask & (units > 0)
        share = np.divide(100.0, units, out=np.zeros_like(units), where=positive)
        loss = np.zeros_like(units)
        for level in self.levels:
            short = units - quantiles[place[level]]
            loss += np.maximum(level * short, (level - 1) * short) * (2 / len(self.levels))
        terms = {
            "count": np.ones_like(units),
            "actual": units,
            "error": mean - units,
            "absolute": np.abs(units - mean),
            "absolute_median": np.abs(units - median),
            "squared": (units - mean) ** 2,
            "quantile_loss": loss,
            "positive": positive.astype(np.float64),
            "percentage": np.abs(units - mean) * share,
            "percentage_median": np.abs(units - median) * share,
            "percentage_relative": np.abs(units - relative) * share,
            "absolute_relative": np.abs(units - relative),
        }
        for coverage in COVERAGES:
            low, high = (quantiles[place[round(0.5 + side * coverage / 2, 6)]] for side in (-1, 1))
            terms[f"inside_{100 * coverage:g}"] = ((units >= low) & (units <= high)).astype(np.float64)
            terms[f"pit_inside_{100 * coverage:g}"] = pit_coverage(asked, quantiles, units, coverage)
        for name, term in terms.items():
            masked = np.where(mask, term, 0.0)
            self._sums[name] = self._sums[name] + masked if name in self._sums else masked
        self._add_scaled(terms, mask, scale)

    def sums(self, rows: NDArray[np.bool_] | None = None, steps: int | None = None) -> Sums:
        """Return what the figures are ratios of, for each of the series ``rows`` and the first ``steps`` periods.

        MASE and RMSSE are of whole horizons: they are left out where ``steps`` is given.
        """
        pairs = {
            name: tuple(self._sums[part][:, :steps].sum(axis=1) for part in parts) for name, parts in _RATIOS.items()
        }
        if steps is None:
            pairs |= {name: (self._scaled[name], self._scaled["count"]) for name in _SCALED}
        top, bottom = (np.stack([pair[side] for pair in pairs.values()], axis=1) for side in (0, 1))
        kept = slice(None) if rows is None else rows
        return Sums(tuple(pairs), top[kept], bottom[kept])

    def take(self, rows: NDArray[np.bool_]) -> ForecastScores:
        """Return the sums of some of the series."""
        part = ForecastScores(self.levels)
        part._sums = {name: values[rows] for name, values in self._sums.items()}
        part._scaled = {name: values[rows] for name, values in self._scaled.items()}
        return part

    def of_same_demand(self, other: ForecastScores) -> bool:
        """Whether both were scored against the same demand of the same series."""
        return all(np.array_equal(self._sums[name], other._sums[name]) for name in ("count", "actual"))

    def overall(self, seed: int) -> dict[str, Interval]:
        """Return each metric with its 95 % percentile bootstrap interval over series, resampled together."""
        return intervals(self.sums(), seed)

    def by_horizon(self) -> dict[str, list[float]]:
        """Return the metrics that are ratios of plain sums for each period of the horizon."""
        return {
            name: _ratio(self._sums[top].sum(axis=0), self._sums[bottom].sum(axis=0)).tolist()
            for name, (top, bottom) in _RATIOS.items()
        }

    def losses(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each series' quantile loss and units, of shape (series,); ``wql`` is the ratio of their sums."""
        return self._sums["quantile_loss"].sum(axis=1), self._sums["actual"].sum(axis=1)

    @property
    def count(self) -> int:
        """How many units of one series in one period were scored, over all origins."""
        return int(self._sums["count"].sum())

    def _add_scaled(
        self,
        terms: dict[str, NDArray[np.float64]],
        mask: NDArray[np.bool_],
        scale: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        absolute, squared = scale
        scored = mask.any(axis=1) & (absolute > 0)
        periods = np.maximum(mask.sum(axis=1), 1)
        values = {
            name: np.where(mask, terms[term], 0.0).sum(axis=1)
            / periods
            / np.where(scored, squared if term == "squared" else absolute, 1.0)
            for name, term in _SCALED.items()
        }
        values["rmsse"] = np.sqrt(values["rmsse"])
        for name, value in (values | {"count": np.ones(len(mask))}).items():
            self._scaled[name] = self._scaled.get(name, np.zeros(len(mask))) + np.where(scored, value, 0.0)


def relative_median(levels: tuple[float, ...], quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the forecast whose expected relative error is least, shaped as one of the ``quantiles``.

    That is the median under the weight 1 / units (Gneiting 2011, Making and evaluating point forecasts), read from
    quantiles of shape (levels, ...) as from so many points, each standing for the levels nearest to it.
    """
    ends = np.concatenate([[0.0], (np.array(levels)[1:] + np.array(levels)[:-1]) / 2, [1.0]])
    share = np.diff(ends).reshape(-1, *[1] * (quantiles.ndim - 1))
    weight = np.divide(share, quantiles, out=np.zeros(quantiles.shape), where=quantiles > 0)
    reached = np.cumsum(weight, axis=0) - weight / 2
    half = weight.sum(axis=0) / 2
    above = np.clip((reached < half).sum(axis=0), 1, len(levels) - 1)[None]
    low, high = (np.take_along_axis(quantiles, above - back, axis=0)[0] for back in (1, 0))
    before, after = (np.take_along_axis(reached, above - back, axis=0)[0] for back in (1, 0))
    along = np.divide(half - before, after - before, out=np.zeros_like(half), where=after > before)
    return np.where(half > 0, low + np.clip(along, 0.0, 1.0) * (high - low), 0.0)


def _ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
