"""Demand forecasts from models of every series under learned weights."""

from shelfwise_forecaster_ensemble.plugin import EnsembleForecaster
from shelfwise_forecaster_ensemble.single import (
    BoostingForecaster,
    RecurrentForecaster,
    StatisticalForecaster,
    TemporalForecaster,
)

__all__ = [
    "BoostingForecaster",
    "EnsembleForecaster",
    "RecurrentForecaster",
    "StatisticalForecaster",
    "TemporalForecaster",
]
