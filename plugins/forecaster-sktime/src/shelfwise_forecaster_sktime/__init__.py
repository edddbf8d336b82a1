"""Any forecaster of sktime by its specification in the configuration, fitted to each series."""

from shelfwise_forecaster_sktime.forecasts import Forecasts, between_levels
from shelfwise_forecaster_sktime.plain import forecast_units
from shelfwise_forecaster_sktime.plugin import SktimeForecaster

__all__ = ["Forecasts", "SktimeForecaster", "between_levels", "forecast_units"]
