"""Forecasters compared over rolling origins, each trained anew on what was known at that moment."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from shelfwise.errors import PluginError
from shelfwise.evaluation.forecaster_metrics import DEFINITIONS, ForecastScores, levels_needed
from shelfwise.evaluation.forecaster_origins import Backtest, Origin
from shelfwise.evaluation.forecaster_references import SeasonalNaive
from shelfwise.evaluation.report import Interval, envelope
from shelfwise.invariants import check_forecast
from shelfwise.plugins import call
from shelfwise.types import Deadline, DemandForecast, ForecastRequest, Progress, silent

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["DECILES", "ForecasterEvaluation", "ForecasterRow", "evaluate", "train_and_forecast"]

DECILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
REFERENCE = "seasonal_naive"


@attrs.frozen
class ForecasterRow:
    """The figures of one plugin, with the seconds its trainings and forecasts took in all."""

    plugin: str
    metrics: dict[str, Interval]
    by_horizon: dict[str, list[float]]
    count: int
    train_seconds: float
    forecast_seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the row by name."""
        return attrs.asdict(self)


@attrs.frozen
class ForecasterEvaluation:
    """The rows of all plugins and the protocol they were measured by."""

    rows: tuple[ForecasterRow, ...]
    protocol: dict[str, Any]
    seed: int
    seconds: float

    def row(self, plugin: str) -> ForecasterRow:
        """Return the row of one plugin."""
        return next(row for row in self.rows if row.plugin == plugin)

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation with its definitions, versions and machine."""
        return envelope(
            "forecaster",
            seed=self.seed,
            seconds=self.seconds,
            rows=[row.to_json() for row in self.rows],
            definitions=DEFINITIONS,
            protocol=self.protocol,
        )


def evaluate(
    dataset: Dataset,
    plugins: Mapping[str, object],
    *,
    horizon: int,
    origins: int,
    step: int | None = None,
    gap: int = 0,
    levels: tuple[float, ...] = DECILES,
    season_length: int | None = None,
    known_prices: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> ForecasterEvaluation:
    """Forecast ``horizon`` periods from each of ``origins`` moments, the last of which ends with the data.

    Origins are ``step`` periods apart (default: the horizon), and the ``gap`` periods after an origin are not scored.
    Periods are days, or those of the table where it is weekly or monthly. Scored are the series with demand on
    record before the origin, in periods in which their node was open and they were in stock. Promotions that the
    demand table records after an origin count as planned at the time, and with ``known_prices`` so do all prices.
    The reference row repeats the last ``season_length`` periods (default: 7 days, 52 weeks or 12 months where two
    such seasons precede the first origin, else 1); the same season scales MASE and RMSSE.

    Raises:
        DataError: The data is too short for so many origins.
        PluginError: A plugin gave no answer or one that breaks the contract.
    """
    started = time.perf_counter()
    step = horizon if step is None else step
    backtest = Backtest.over(
        dataset,
        horizon=horizon,
        origins=origins,
        step=step,
        gap=gap,
        season_length=season_length,
        known_prices=known_prices,
    )
    contestants = {REFERENCE: SeasonalNaive(backtest.season_length)} | dict(plugins)
    request = ForecastRequest(backtest.items.ids, backtest.nodes.ids, gap + horizon, levels_needed(levels), seed=seed)
    scores = {name: ForecastScores(levels) for name in contestants}
    seconds = {name: np.zeros(2) for name in contestants}
    for number, origin in enumerate(backtest):
        for place, (name, plugin) in enumerate(contestants.items()):
            answer, spent = train_and_forecast(name, plugin, request, origin)
            seconds[name] += spent
            series = (len(origin.units), horizon)
            mean = answer.mean[..., gap:].reshape(series)
            quantiles = answer.quantiles[..., gap:].reshape(-1, *series)
            scores[name].add(origin.units, origin.mask, mean, quantiles, origin.scale)
            if progress is not None:
                progress("origins", number * len(contestants) + place + 1, origins * len(contestants))
    rows = tuple(
        ForecasterRow(
            name, scores[name].overall(seed), scores[name].by_horizon(), scores[name].count, *seconds[name].tolist()
        )
        for name in contestants
    )
    protocol = {
        "horizon": horizon,
        "origins": [day.isoformat() for day in backtest.days],
        "step": step,
        "gap": gap,
        "days_per_period": backtest.periods.step_days,
        "season_length": backtest.season_length,
        "levels": levels,
        "known_prices": known_prices,
        "series": len(backtest.items) * len(backtest.nodes),
        "interval": "95 % percentile bootstrap over series",
    }
    return ForecasterEvaluation(rows, protocol, seed, time.perf_counter() - started)


def train_and_forecast(
    name: str, plugin: object, request: ForecastRequest, origin: Origin, progress: Progress = silent
) -> tuple[DemandForecast, tuple[float, float]]:
    """Train and forecast at one origin, and return the answer with the seconds that each took.

    Raises:
        PluginError: The plugin gave no answer or one that breaks the contract.
    """
    started = time.perf_counter()
    call(plugin, "train", dataset=origin.dataset, progress=progress)
    trained = time.perf_counter()
    answer = call(plugin, "forecast", request=request, state=origin.state, exposure=None, deadline=Deadline())
    finished = time.perf_counter()
    problems = ("it gave no answer",) if answer is None else check_forecast(request, origin.state, answer)
    if problems:
        raise PluginError(f"forecaster {name!r}: {'; '.join(problems)}")
    return answer, (trained - started, finished - trained)
