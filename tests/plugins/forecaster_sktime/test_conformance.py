"""Estimators of every kind pass the conformance kit with no check excused."""

from shelfwise.plugins import build
from shelfwise.testing import parametrize_checks


def plugin(estimator):
    """Return the plugin as a configuration would build it."""
    return build("forecaster", "sktime", {"estimator": estimator, "n_jobs": 1}).plugin


@parametrize_checks("forecaster", lambda: plugin("NaiveForecaster(strategy='mean')"))
def test_with_intervals(check):
    """An estimator that forecasts quantiles and copes with gaps keeps the contract."""
    check()


@parametrize_checks("forecaster", lambda: plugin("Croston()"))
def test_without_intervals(check):
    """An estimator whose quantiles come from its errors keeps the contract."""
    check()
