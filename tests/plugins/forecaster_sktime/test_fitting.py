"""Single records: gaps filled, drivers chosen, tags put to the test."""

import numpy as np
from shelfwise_forecaster_sktime.fitting import copes_with_gaps, fill_gaps
from shelfwise_forecaster_sktime.registry import build
from shelfwise_forecaster_sktime.spec import parse


def test_gaps_are_filled_by_their_place_in_the_season():
    """A gap has the mean of its weekday, and the mean of all days where that weekday was never seen."""
    units = np.array([2.0, 8.0, np.nan, np.nan, 4.0, np.nan])
    phase = np.array([0, 1, 2, 0, 0, 1])

    np.testing.assert_allclose(fill_gaps(units, phase), [2.0, 8.0, 14 / 3, 3.0, 4.0, 8.0])


def test_what_tags_promise_about_gaps_is_tried():
    """An estimator is given gaps only where it forecasts a made-up record that has some."""
    made = [build(parse(text), season_length=7, seed=0) for text in ("NaiveForecaster()", "AutoETS()", "Croston()")]

    assert made[1].get_tag("capability:missing_values")
    assert [copes_with_gaps(estimator, 7) for estimator in made] == [True, False, False]
