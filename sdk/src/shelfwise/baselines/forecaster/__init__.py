"""The baseline forecaster: a seasonal moving average with negative binomial quantiles, shrunk toward its like."""

from shelfwise.baselines.forecaster.plugin import BaselineForecaster

__all__ = ["BaselineForecaster"]
