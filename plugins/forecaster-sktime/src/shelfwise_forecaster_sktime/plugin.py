"""The plugin: options, life cycle, and forecasts kept from training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
import structlog

from shelfwise.errors import PluginError
from shelfwise.hookspecs import Progress, hookimpl
from shelfwise.series import fit_norms, read_history, without_slips
from shelfwise.types import Deadline, DemandForecast, Exposure, ForecastRequest, State
from shelfwise.types.ranges import TUNE, Choice
from shelfwise_forecaster_sktime.chunks import Failure
from shelfwise_forecaster_sktime.fitting import copes_with_gaps
from shelfwise_forecaster_sktime.forecasts import Forecasts, gather
from shelfwise_forecaster_sktime.learned import Learned
from shelfwise_forecaster_sktime.parallel import Work, forecast_records
from shelfwise_forecaster_sktime.records import read_records
from shelfwise_forecaster_sktime.registry import build
from shelfwise_forecaster_sktime.serving import Asked, serve, understand
from shelfwise_forecaster_sktime.spec import parse

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["SktimeForecaster"]

log = structlog.get_logger("shelfwise")

_HALF_LIFE = 56.0
_ENOUGH = 3
_FAMILIES = (
    "NaiveForecaster(strategy='mean', window_length=56)",
    "AutoETS(auto=True)",
    "ThetaForecaster(deseasonalize_model='additive')",
    "Croston()",
)


def _understood(instance: SktimeForecaster, _attribute: object, text: str) -> None:
    """Refuse a specification that cannot be built; the season is not known yet, so any will do."""
    build(parse(text), season_length=instance.season_length or 7, seed=instance.seed)


def _some_jobs(_instance: object, _attribute: object, jobs: int) -> None:
    if jobs < -1 or jobs == 0:
        raise ValueError(f"n_jobs must be at least 1, or -1 for one a core, got {jobs}")


@attrs.define(eq=False)
class SktimeForecaster:
    """Any forecaster of sktime by its specification, fitted to each series.

    ``estimator`` is fitted in training, and its forecasts for ``horizon_days`` periods after the data are kept, not the
    fitted estimators: fitting is what takes the time, estimators have no common form on disk without pickle, and a
    decision is then served from arrays in milliseconds, without sktime doing anything. Where more periods are asked for
    than are kept, the estimators are fitted again to the history, which is kept as well; it is left to the next in the
    chain if that takes longer than the deadline allows.

    ``season_length``, in periods, is 7 for daily data and 1 otherwise where it is None. No more than the last
    ``history_periods`` are looked at; ``n_jobs`` processes fit (-1: one a core). On weekly or monthly tables a "day" of
    the forecast is a period.
    """

    estimator: str = attrs.field(
        default="ThetaForecaster(deseasonalize_model='additive')",
        validator=_understood,
        metadata={TUNE: Choice(*_FAMILIES)},
    )
    horizon_days: int = attrs.field(default=90, validator=attrs.validators.ge(1))
    history_periods: int = attrs.field(default=730, validator=attrs.validators.ge(1))
    season_length: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
    seed: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    n_jobs: int = attrs.field(default=-1, validator=_some_jobs)
    _learned: Learned | None = attrs.field(init=False, default=None)
    _longer: tuple[tuple[bytes, int], Forecasts] | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Fit the estimator to every series, and again at face value to those that were out of stock at times."""
        history = without_slips(read_history(dataset, periods=self.history_periods, season_length=self.season_length))
        norms = fit_norms(history, history.mask(), half_life=_HALF_LIFE)
        naive = norms
        if history.censored:
            naive = fit_norms(history, history.mask(use_in_stock=False), half_life=_HALF_LIFE)
        records = read_records(history)
        learned = Learned(
            estimator=self.estimator,
            seed=self.seed,
            items=history.items,
            nodes=history.nodes,
            groups=history.groups,
            group=history.group,
            cadence=history.cadence,
            reference_price=history.reference_price,
            typical_cut=history.typical_cut(history.mask()),
            whole=history.whole,
            norms=norms,
            naive_norms=naive,
            records=records,
            forecasts=gather((), self.horizon_days)[0],
        )
        count = len(records.series)
        outcomes = forecast_records(_work(learned, self.n_jobs), np.arange(count), self.horizon_days)
        forecasts, failures = gather(outcomes, self.horizon_days, lambda done: progress("forecaster", done, count))
        _tell(learned, failures)
        self._learned, self._longer = attrs.evolve(learned, forecasts=forecasts), None

    @hookimpl
    def forecast(
        self, request: ForecastRequest, state: State, exposure: Exposure | None, deadline: Deadline
    ) -> DemandForecast | None:
        """Forecast the items and nodes of the request, in its order; None before training or when time runs out."""
        known = self._learned
        if known is None:
            return None
        asked = understand(known, request, state)
        forecasts = known.forecasts.take(asked.records)
        if asked.reach > known.forecasts.horizon:
            longer = self._forecast_longer(known, asked, deadline)
            if longer is None:
                return None
            forecasts = forecasts.extended(longer)
        return serve(known, asked, forecasts, request, state, exposure)

    def _forecast_longer(self, known: Learned, asked: Asked, deadline: Deadline) -> Forecasts | None:
        """Return forecasts of the asked records as far as they are asked for, None where there is no time for them."""
        fitted = np.append(known.forecasts.fitted, False)[asked.records]
        records = np.unique(asked.records[fitted])
        key = (records.tobytes(), asked.reach)
        if self._longer is None or self._longer[0] != key:
            outcomes = []
            for outcome in (
                () if deadline.expired else forecast_records(_work(known, self.n_jobs), records, asked.reach)
            ):
                outcomes.append(outcome)
                if deadline.expired:
                    break
            if sum(len(outcome.failures) for outcome in outcomes) < len(records):
                log.warning("forecaster.no_time_to_fit", periods=asked.reach, kept=known.forecasts.horizon)
                return None
            self._longer = (key, gather(outcomes, asked.reach)[0])
        places = np.searchsorted(records, asked.records)
        return self._longer[1].take(np.where(fitted, places, -1))

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._learned is not None:
            self._learned.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._learned, self._longer = Learned.load(directory), None


def _work(known: Learned, jobs: int) -> Work:
    season = known.cadence.season_length
    estimator = build(parse(known.estimator), season_length=season, seed=known.seed)
    return Work(
        estimator=estimator,
        records=known.records,
        trades=np.tile(known.norms.trades, (len(known.items), 1)),
        cadence=known.cadence,
        missing=copes_with_gaps(estimator, season),
        jobs=jobs,
    )


def _tell(known: Learned, failures: tuple[Failure | None, ...]) -> None:
    """Log how many records have no forecast of the estimator, and why the first one has none.

    Raises:
        PluginError: The estimator refused every one of a good many records.
    """
    failed = [(record, failure) for record, failure in enumerate(failures) if failure is not None]
    if not failed:
        return
    raised = [pair for pair in failed if pair[1].raised]
    record, first = (raised or failed)[0]
    series = int(known.records.series[record])
    where = f"{known.items[series // len(known.nodes)]} at {known.nodes[series % len(known.nodes)]}"
    if len(raised) >= _ENOUGH and len(failed) == len(failures):
        raise PluginError(
            f"{known.estimator} could be fitted to no series at all; the first was {where}: {first.reason}"
        )
    log.warning(
        "forecaster.fallback",
        estimator=known.estimator,
        records=len(failures),
        without_forecast=len(failed),
        refused=len(raised),
        first=where,
        first_error=first.reason,
    )
