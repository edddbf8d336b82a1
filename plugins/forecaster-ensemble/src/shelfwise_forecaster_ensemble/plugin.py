"""The ensemble as a plugin: options and life cycle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from shelfwise.hookspecs import hookimpl
from shelfwise.series import answer
from shelfwise.types import Deadline, DemandForecast, Exposure, ForecastRequest, Progress, State
from shelfwise_forecaster_ensemble import storage
from shelfwise_forecaster_ensemble.ahead import Ahead
from shelfwise_forecaster_ensemble.model import Model
from shelfwise_forecaster_ensemble.presets import PRESETS
from shelfwise_forecaster_ensemble.training import NAMES, Task, learn

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["EnsembleForecaster"]


_COUNT = attrs.validators.optional(attrs.validators.ge(1))


def _distinct(_instance: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    if len(set(value)) < len(value):
        raise ValueError(f"{attribute.name} must each be named once; got {', '.join(value)}")


@attrs.define(eq=False)
class EnsembleForecaster:
    """Gradient-boosted trees, an LSTM and a temporal transformer over every series together, under learned weights.

    ``preset`` is the effort: fast, balanced or best; ``trees`` and ``epochs`` stand in for those of the preset.
    ``members`` are the models that are blended; with ``learned_weights`` each counts by category and stretch of the
    horizon as it did on three rolling windows that none of them had learned from, else all count alike. Members learn
    to look ``horizon`` periods ahead, from no more than the last ``history_periods``. ``season_length``, in periods, is
    7 for daily data and 1 (no season) otherwise where it is None. ``past_only`` names the columns of the calendar that
    are not known ahead; where it is None they are those without a value after the record. On weekly or monthly tables a
    "day" of the forecast is a period.
    """

    preset: str = attrs.field(default="balanced", validator=attrs.validators.in_(tuple(PRESETS)))
    members: tuple[str, ...] = attrs.field(
        default=NAMES,
        validator=[
            attrs.validators.min_len(1),
            attrs.validators.deep_iterable(attrs.validators.in_(NAMES)),
            _distinct,
        ],
    )
    learned_weights: bool = True
    horizon: int = attrs.field(default=28, validator=attrs.validators.ge(1))
    trees: int | None = attrs.field(default=None, validator=_COUNT)
    epochs: int | None = attrs.field(default=None, validator=_COUNT)
    history_periods: int = attrs.field(default=730, validator=attrs.validators.ge(1))
    season_length: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
    past_only: tuple[str, ...] | None = None
    seed: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    _model: Model | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Learn from the demand table, periods without stock left out."""
        task = Task(
            names=tuple(name for name in NAMES if name in self.members),
            settings=PRESETS[self.preset].given(trees=self.trees, epochs=self.epochs),
            horizon=self.horizon,
            history_periods=self.history_periods,
            season_length=self.season_length,
            past_only=self.past_only,
            learned_weights=self.learned_weights,
            seed=self.seed,
        )
        self._model = learn(dataset, task, progress)
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
        model = self._model
        past = model.past(use_in_stock=request.use_in_stock)
        ahead = Ahead.of(model.history, model.covariates, past, request, state, model.typical_cut)
        found = model.expect(ahead, request.quantiles, deadline)
        return answer(request, state, mean=found.mean, quantiles=found.quantiles, parts=found.parts, exposure=exposure)

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._model is not None:
            storage.save(self._model, directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._model = storage.load(directory)
        if self._model is not None:
            self._model.ready()
