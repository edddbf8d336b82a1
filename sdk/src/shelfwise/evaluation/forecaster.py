"""Forecasters compared over rolling origins, each trained anew on what was known at that moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from shelfwise.errors import PluginError
from shelfwise.evaluation.forecaster_comparison import ForecasterEvaluation, ForecasterRow
from shelfwise.evaluation.forecaster_groups import groups_of
from shelfwise.evaluation.forecaster_metrics import ForecastScores, levels_needed
from shelfwise.evaluation.forecaster_origins import Backtest, Origin
from shelfwise.evaluation.forecaster_references import SeasonalNaive
from shelfwise.invariants import check_forecast
from shelfwise.plugins import call
from shelfwise.types import Deadline, DemandForecast, ForecastRequest, Progress, silent

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["DECILES", "evaluate", "train_and_forecast"]

DECILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
REFERENCE = "seasonal_naive"


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
    record: Dataset | None = None,
    failed: Callable[[str, Exception], None] | None = None,
    checkpoints: Path | None = None,
) -> ForecasterEvaluation:
    """Forecast ``horizon`` periods from each of ``origins`` moments, the last of which ends with the data.

    Origins are ``step`` periods apart (default: the horizon), and the ``gap`` periods after an origin are not scored.
    Periods are days, or those of the table where it is weekly or monthly. Scored are the series with demand on
    record before the origin, in periods in which their node was open and they were in stock. Promotions that the
    demand table records after an origin count as planned at the time, and with ``known_prices`` so do all prices.
    The reference row repeats the last ``season_length`` periods (default: 7 days, 52 weeks or 12 months where two
    such seasons precede the first origin, else 1); the same season scales MASE and RMSSE.

    ``record`` is what plugins learn from in place of ``dataset``, where that holds a truth that a shop would not see.
    ``failed`` is told of a plugin that fails, which then has no row; without it the failure is raised.
    ``checkpoints`` is a folder in which all plugins are given one to keep checkpoints in at each origin, removed after
    it: plugins made of the same parts, with the same settings, then fit each part once, and the training time of the
    later ones leaves it out.

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
        record=record,
    )
    contestants = {REFERENCE: SeasonalNaive(backtest.season_length)} | dict(plugins)
    request = ForecastRequest(backtest.items.ids, backtest.nodes.ids, gap + horizon, levels_needed(levels), seed=seed)
    scores = {name: ForecastScores(levels) for name in contestants}
    seconds = {name: np.zeros(2) for name in contestants}
    failures: dict[str, str] = {}
    for number, origin in enumerate(backtest):
        with _within(checkpoints) as parts:
            for place, (name, plugin) in enumerate(contestants.items()):
                if name in failures:
                    continue
                try:
                    answer, spent = train_and_forecast(name, plugin, request, origin, checkpoints=parts)
                except Exception as error:  # a foreign plugin may raise anything
                    if failed is None:
                        raise
                    failures[name] = f"{type(error).__name__}: {error}"
                    failed(name, error)
                    continue
                seconds[name] += spent
                series = (len(origin.units), horizon)
                mean = answer.mean[..., gap:].reshape(series)
                quantiles = answer.quantiles[..., gap:].reshape(-1, *series)
                scores[name].add(origin.units, origin.mask, mean, quantiles, origin.scale)
                if progress is not None:
                    progress("origins", number * len(contestants) + place + 1, origins * len(contestants))
    groups = groups_of(backtest)
    rows = tuple(
        ForecasterRow.of(name, scores[name], groups, (float(seconds[name][0]), float(seconds[name][1])), seed)
        for name in contestants
        if name not in failures
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
    return ForecasterEvaluation(rows, protocol, seed, time.perf_counter() - started, groups, failures)


@contextmanager
def _within(checkpoints: Path | None) -> Iterator[Path | None]:
    """Give a new folder within that for checkpoints, if there is one, and remove it afterwards."""
    if checkpoints is None:
        yield None
        return
    with TemporaryDirectory(dir=checkpoints) as folder:
        yield Path(folder)


def train_and_forecast(
    name: str,
    plugin: object,
    request: ForecastRequest,
    origin: Origin,
    progress: Progress = silent,
    checkpoints: Path | None = None,
) -> tuple[DemandForecast, tuple[float, float]]:
    """Train and forecast at one origin, and return the answer with the seconds that each took.

    Raises:
        PluginError: The plugin gave no answer or one that breaks the contract.
    """
    started = time.perf_counter()
    call(plugin, "train", dataset=origin.dataset, progress=progress, checkpoints=checkpoints)
    trained = time.perf_counter()
    answer = call(plugin, "forecast", request=request, state=origin.state, exposure=None, deadline=Deadline())
    finished = time.perf_counter()
    problems = ("it gave no answer",) if answer is None else check_forecast(request, origin.state, answer)
    if problems:
        raise PluginError(f"forecaster {name!r}: {'; '.join(problems)}")
    return answer, (trained - started, finished - trained)
