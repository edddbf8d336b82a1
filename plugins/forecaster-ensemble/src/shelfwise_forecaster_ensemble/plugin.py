"""The ensemble as a plugin: options and life cycle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from shelfwise.hookspecs import hookimpl
from shelfwise.series import answer
from shelfwise.types import Deadline, DemandForecast, Exposure, ForecastRequest, Progress, State
from shelfwise.types.ranges import TUNE, Choice, Integers
from shelfwise_forecaster_ensemble import storage
from shelfwise_forecaster_ensemble.ahead import Ahead
from shelfwise_forecaster_ensemble.expectation import Expectation
from shelfwise_forecaster_ensemble.model import Model
from shelfwise_forecaster_ensemble.presets import PRESETS
from shelfwise_forecaster_ensemble.training import NAMES, Task, learn

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["EnsembleForecaster"]


_COUNT = attrs.validators.optional(attrs.validators.ge(1))


def _some_jobs(_instance: object, _attribute: object, jobs: int) -> None:
    if jobs < -1 or jobs == 0:
        raise ValueError(f"n_jobs must be at least 1, or -1 for one a core, got {jobs}")


def _some_members(_instance: object, attribute: attrs.Attribute[Any], names: tuple[str, ...] | None) -> None:
    if names is None:
        return
    strange = [name for name in names if name not in NAMES]
    if not names or strange or len(set(names)) < len(names):
        raise ValueError(f"{attribute.name} must be some of {', '.join(NAMES)}, each named once; got {list(names)}")


@attrs.define(eq=False)
class EnsembleForecaster:
    """Gradient-boosted trees, an LSTM, a temporal transformer and statistical forecasts under learned weights.

    ``preset`` is the effort: fast, balanced or best; ``trees``, ``epochs`` and the ``minutes`` that a training
    may take stand in for those of the preset.
    ``members`` are the models that are blended; None leaves that to the preset and to the number of series, as the
    statistical member takes long where they are many. With ``learned_weights`` each counts by category and stretch of
    the horizon as it did on three rolling windows that none of them had learned from, else all count alike. Members
    learn to look ``horizon`` periods ahead, from no more than the last ``history_periods``. ``season_length``, in
    periods, is 7 for daily data and 1 (no season) otherwise where it is None. ``past_only`` names the columns of the
    calendar that are not known ahead; where it is None they are those without a value after the record. ``n_jobs``
    processes fit the statistical member (-1: one a core). On weekly or monthly tables a "day" of the forecast is a
    period.
    """

    preset: str = attrs.field(default="balanced", validator=attrs.validators.in_(tuple(PRESETS)))
    members: tuple[str, ...] | None = attrs.field(default=None, validator=_some_members)
    learned_weights: bool = attrs.field(default=True, metadata={TUNE: Choice(True, False)})
    minutes: float | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.gt(0)))
    horizon: int = attrs.field(default=28, validator=attrs.validators.ge(1), metadata={TUNE: Choice(7, 14, 28, 56)})
    trees: int | None = attrs.field(
        default=None, validator=_COUNT, metadata={TUNE: Choice(None, 75, 150, 300, 600, 1200)}
    )
    epochs: int | None = attrs.field(default=None, validator=_COUNT, metadata={TUNE: Choice(None, 5, 10, 20, 40)})
    history_periods: int = attrs.field(
        default=730, validator=attrs.validators.ge(1), metadata={TUNE: Integers(112, 1095, log=True)}
    )
    season_length: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
    past_only: tuple[str, ...] | None = None
    seed: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    n_jobs: int = attrs.field(default=-1, validator=_some_jobs)
    _model: Model | None = attrs.field(init=False, default=None)
    _last: tuple[ForecastRequest, State, Expectation] | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress, checkpoints: Path | None) -> None:
        """Learn from the demand table, periods without stock left out."""
        task = Task(
            names=self.members,
            settings=PRESETS[self.preset].given(trees=self.trees, epochs=self.epochs, minutes=self.minutes),
            horizon=self.horizon,
            history_periods=self.history_periods,
            season_length=self.season_length,
            past_only=self.past_only,
            learned_weights=self.learned_weights,
            seed=self.seed,
            jobs=self.n_jobs,
        )
        self._model, self._last = learn(dataset, task, progress, checkpoints), None
        self._model.ready()

    @hookimpl
    def forecast(
        self, request: ForecastRequest, state: State, exposure: Exposure | None, deadline: Deadline
    ) -> DemandForecast | None:
        """Forecast the items and nodes of the request, in its order; None before training.

        When time is up the members that have answered are the forecast, or what is normal of a series where none has.

        Raises:
            DataError: The calendar lacks what must be known of a period asked for.
        """
        if self._model is None:
            return None
        found = self._expected(self._model, request, state, deadline)
        return answer(request, state, mean=found.mean, quantiles=found.quantiles, parts=found.parts, exposure=exposure)

    def _expected(self, model: Model, request: ForecastRequest, state: State, deadline: Deadline) -> Expectation:
        last = self._last
        # The passes of a decision ask the same again, for another exposure, which comes on top of what is expected.
        if last is not None and last[0] == request and last[1] is state:
            return last[2]
        past = model.past(use_in_stock=request.use_in_stock)
        ahead = Ahead.of(model.history, model.covariates, past, request, state, model.typical_cut, model.norms.likeness)
        found = model.expect(ahead, request.quantiles, deadline)
        if not deadline.expired:
            self._last = (request, state, found)
        return found

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._model is not None:
            storage.save(self._model, directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._model, self._last = storage.load(directory), None
        if self._model is not None:
            self._model.ready()
