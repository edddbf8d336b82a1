"""Records forecast with an estimator, without a catalogue round them."""

import numpy as np
from shelfwise_forecaster_sktime import between_levels, forecast_units
from shelfwise_forecaster_sktime.chunks import LEVELS
from sktime.forecasting.naive import NaiveForecaster

from shelfwise.series import Cadence

SEASON = 7


def weekly(records, periods=42):
    """Return records whose demand is the place in the season and the number of the record, and their cadence."""
    units = np.arange(periods) % SEASON + np.arange(records)[:, None] + 1.0
    days = np.datetime64("2024-01-01") + np.arange(periods)
    return units.astype(np.float32), Cadence(days[0], days[-1], 1.0, SEASON)


def forecast(units, cadence, **changed):
    """Return the forecasts of a seasonal mean, 10 periods ahead."""
    trades = changed.pop("trades", np.ones((len(units), SEASON), bool))
    return forecast_units(NaiveForecaster(strategy="mean", sp=SEASON), units, trades, cadence, 10, **changed)


def test_forecasts_are_those_of_the_estimator():
    """A seasonal mean goes on with the season of each record, from the period after its last on."""
    units, cadence = weekly(2)
    found, failures = forecast(units, cadence)

    np.testing.assert_allclose(found.mean, np.arange(42, 52) % SEASON + np.array([[1.0], [2.0]]), rtol=1e-5)
    assert failures == (None, None)


def test_a_gap_and_a_day_closed():
    """What is unknown teaches nothing, and where there is no trade nothing is forecast."""
    units, cadence = weekly(1)
    units[0, 8] = np.nan
    trades = np.ones((1, SEASON), bool)
    trades[0, 0] = False
    found, _ = forecast(units, cadence, trades=trades)

    np.testing.assert_allclose(found.mean[0, :3], [0.0, 2.0, 3.0], rtol=1e-5)


def test_a_record_without_a_forecast_says_why():
    """A record that is constant is told from the others, in its place."""
    units, cadence = weekly(2)
    units[0] = 3.0
    done = []
    found, failures = forecast(units, cadence, told=done.append)

    assert found.fitted.tolist() == [False, True]
    assert "constant" in failures[0].reason
    assert done == [2]


def test_quantiles_between_those_kept():
    """Other levels are read linearly in the normal score, so that kept ones stay and the middle ones lie between."""
    kept = np.arange(len(LEVELS), dtype=np.float32)[:, None]

    np.testing.assert_allclose(between_levels(kept, LEVELS), kept, atol=1e-6)
    assert kept[0, 0] < between_levels(kept, (0.025,)).item() < kept[1, 0]
