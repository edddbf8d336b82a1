"""Further ahead than members have learned to look: the season goes on, nothing runs away, and intervals widen."""

import numpy as np
import pandas as pd
import pytest
from shelfwise_forecaster_ensemble import EnsembleForecaster
from shelfwise_forecaster_ensemble.beyond import held, less_sure
from shelfwise_forecaster_ensemble.calibration import Calibration
from shelfwise_forecaster_ensemble.outlook import LEVELS

from shelfwise.dataset import Dataset
from shelfwise.plugins import call
from shelfwise.types import Deadline, ForecastRequest, silent

DAYS, REACH = 168, 14
WEEK = np.array([1.0, 0.7, 0.8, 1.0, 1.2, 1.6, 0.7])


def test_no_step_is_held_further_than_the_reach():
    """Steps up to the reach stay, later ones are its last."""
    assert held(np.array([0, 12, 13, 14, 80]), 14).tolist() == [0, 12, 13, 13, 13]


def test_spread_grows_as_that_of_a_smoothed_level():
    """In logarithms the spread of step h is sqrt(1 + a^2 h) of that of the first, the median staying."""
    told = np.expm1(np.linspace(1.0, 2.0, len(LEVELS), dtype=np.float32))
    quantiles = np.tile(told, (1, 60, 1))
    found = np.log1p(less_sure(quantiles, np.arange(60), 1))
    smoothing = 1.0 - 0.5 ** (1.0 / 8.0)

    spread = found[0, :, -1] - found[0, :, 7]
    np.testing.assert_allclose(spread, 0.5 * np.sqrt(1.0 + smoothing**2 * np.arange(60)), rtol=1e-5)
    np.testing.assert_allclose(found[0, :, 7], 1.5, rtol=1e-6)


def test_what_was_learned_of_is_left_alone():
    """Up to the reach quantiles are the very same, whatever is asked beyond it."""
    quantiles = np.sort(np.random.default_rng(0).gamma(2.0, 3.0, (3, 40, len(LEVELS))).astype(np.float32))

    np.testing.assert_array_equal(less_sure(quantiles, np.arange(40), 30)[:, :30], quantiles[:, :30])
    assert less_sure(quantiles, np.arange(40), 40) is quantiles


def test_a_stretch_that_no_window_reached_is_calibrated_as_the_last_one():
    """Without rows of the later stretches they have the widths of the last stretch that has some."""
    generator = np.random.default_rng(0)
    bucket = np.repeat([0, 1], 4_000)
    spread = np.where(bucket == 0, 0.5, 2.0)[:, None]
    quantiles = (5.0 + np.linspace(-2.0, 2.0, len(LEVELS)) * spread).astype(np.float32)
    found = Calibration.fit(quantiles, np.expm1(5.0 + generator.normal(size=8_000)), bucket, 0)

    assert found.width[0] != found.width[1]
    np.testing.assert_array_equal(found.width[2:], found.width[1])
    np.testing.assert_array_equal(found.level[2:], np.tile(found.level[1], (len(found.width) - 2, 1)))


@pytest.fixture(scope="module", params=["boosting", "lstm"])
def answer(request):
    """Ninety days of a steady season by a member that has learned to look 14 days ahead."""
    generator = np.random.default_rng(5)
    day = pd.date_range("2024-01-01", periods=DAYS)
    demand = pd.concat(
        pd.DataFrame({"date": day, "item_id": f"i{k}", "node_id": "s"}).assign(
            units=generator.poisson((20.0 + 10.0 * k) * WEEK[np.arange(DAYS) % 7]).astype(float)
        )
        for k in range(6)
    )
    dataset = Dataset.from_tables({"demand": demand, "nodes": pd.DataFrame({"node_id": ["s"], "kind": "store"})})
    plugin = EnsembleForecaster(preset="fast", trees=60, epochs=2, horizon=REACH, members=(request.param,))
    call(plugin, "train", dataset=dataset, progress=silent)
    state = dataset.state()
    asked = ForecastRequest(state.items.index.ids, ("s",), 90, quantiles=(0.1, 0.5, 0.9))
    return call(plugin, "forecast", request=asked, state=state, exposure=None, deadline=Deadline())


@pytest.mark.parametrize("week", [8, 11])
def test_far_weeks_are_as_high_as_near_ones(answer, week):
    """The mean of days 57 to 63 and 78 to 84 lies within a fifth of that of days 8 to 14."""
    near, far = answer.mean[..., 7:14].sum(axis=2), answer.mean[..., 7 * week : 7 * week + 7].sum(axis=2)

    np.testing.assert_allclose(far / near, 1.0, atol=0.2)


def test_far_weeks_keep_the_season(answer):
    """Weekdays of the twelfth week differ as those of the second do."""
    near, far = (answer.mean[..., first : first + 7].sum(axis=(0, 1)) for first in (7, 77))

    assert np.corrcoef(near, far)[0, 1] > 0.95
    assert np.corrcoef(far, WEEK)[0, 1] > 0.7


def test_far_intervals_are_no_narrower(answer):
    """The intervals of the ninth to the twelfth week are on average at least as wide as those of the second."""
    width = (answer.quantiles[-1] - answer.quantiles[0]).mean(axis=(0, 1))
    near, far = width[7:14].mean(), width[56:84].mean()

    assert near <= far <= 2.0 * near
