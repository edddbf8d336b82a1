"""Each member as a forecaster of its own, to measure it beside the ensemble."""

from __future__ import annotations

import attrs

from shelfwise_forecaster_ensemble.plugin import EnsembleForecaster

__all__ = ["BoostingForecaster", "RecurrentForecaster", "StatisticalForecaster", "TemporalForecaster"]


@attrs.define(eq=False)
class BoostingForecaster(EnsembleForecaster):
    """Gradient-boosted trees alone, with calibrated quantiles."""

    members: tuple[str, ...] | None = ("boosting",)


@attrs.define(eq=False)
class RecurrentForecaster(EnsembleForecaster):
    """The LSTM alone, with calibrated quantiles."""

    members: tuple[str, ...] | None = ("lstm",)


@attrs.define(eq=False)
class StatisticalForecaster(EnsembleForecaster):
    """Estimators of sktime alone, one a series by its demand class, with calibrated quantiles."""

    members: tuple[str, ...] | None = ("statistical",)


@attrs.define(eq=False)
class TemporalForecaster(EnsembleForecaster):
    """The temporal transformer alone, with calibrated quantiles."""

    members: tuple[str, ...] | None = ("transformer",)
