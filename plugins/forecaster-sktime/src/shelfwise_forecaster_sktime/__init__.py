"""Any forecaster of sktime by its specification in the configuration, fitted to each series."""

from shelfwise_forecaster_sktime.plugin import SktimeForecaster

__all__ = ["SktimeForecaster"]
