"""The figures of forecasts, against answers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from shelfwise.evaluation.forecaster_metrics import DEFINITIONS, ForecastScores, levels_needed, relative_median

LEVELS = (0.1, 0.5, 0.9)


def scores_of(units, mean, quantiles=None, *, mask=None, scale=None, levels=LEVELS):
    """Return the scores of one origin; without quantiles, all of them equal the mean."""
    units, mean = np.array(units, dtype=float), np.array(mean, dtype=float)
    asked = levels_needed(levels)
    given = {level: np.array(values, dtype=float) for level, values in (quantiles or {}).items()}
    block = np.stack([given.get(level, mean) for level in asked])
    mask = np.ones(units.shape, dtype=bool) if mask is None else np.array(mask)
    scale = scale or (np.ones(len(units)), np.ones(len(units)))
    scores = ForecastScores(levels)
    scores.add(units, mask, mean, block, scale)
    return scores


def estimates(scores):
    """Return the point estimate of every metric."""
    return {name: interval.estimate for name, interval in scores.overall(0).items()}


def test_point_metrics_by_hand():
    """WAPE, bias and MAPE of a small example; MAPE leaves out the period without sales."""
    figures = estimates(scores_of([[4.0, 0.0], [10.0, 6.0]], [[2.0, 1.0], [12.0, 6.0]]))
    assert figures["wape"] == pytest.approx(5 / 20)
    assert figures["bias"] == pytest.approx(1 / 20)
    assert figures["mape"] == pytest.approx(100 * (2 / 4 + 2 / 10 + 0) / 3)


def test_absolute_metrics_are_given_for_the_median_too():
    """The median forecast has rows of its own beside those of the mean."""
    figures = estimates(scores_of([[4.0]], [[2.0]], {0.5: [[5.0]]}))
    assert figures["wape"] == pytest.approx(0.5)
    assert figures["wape_median"] == pytest.approx(0.25)
    assert figures["mape_median"] == pytest.approx(25.0)


def test_quantile_loss_by_hand():
    """WQL is twice the pinball loss over the units, averaged over the levels."""
    quantiles = {0.1: [[2.0]], 0.5: [[5.0]], 0.9: [[9.0]]}
    figures = estimates(scores_of([[8.0]], [[5.0]], quantiles))
    pinball = 0.1 * 6 + 0.5 * 3 + 0.1 * 1
    assert figures["wql"] == pytest.approx(2 * pinball / 8 / 3)


def test_a_zero_forecast_has_a_quantile_loss_of_one():
    """At levels symmetrical about the median, forecasting nothing costs exactly the units."""
    figures = estimates(scores_of([[3.0, 0.0, 7.0]], [[0.0, 0.0, 0.0]]))
    assert figures["wql"] == pytest.approx(1.0)


def test_coverage_counts_the_ends():
    """A central interval holds the units on its ends and none beyond them."""
    low, high = {0.05: [[1.0, 1.0, 1.0, 1.0]]}, {0.95: [[4.0, 4.0, 4.0, 4.0]]}
    figures = estimates(scores_of([[1.0, 4.0, 5.0, 0.0]], [[2.0] * 4], low | high))
    assert figures["coverage_90"] == pytest.approx(0.5)


def test_scaled_errors_are_means_over_series():
    """MASE and RMSSE divide by each series' own in-sample error and leave out those that have none."""
    scale = (np.array([2.0, 1.0, 0.0]), np.array([4.0, 9.0, 0.0]))
    figures = estimates(
        scores_of([[4.0, 4.0], [3.0, 3.0], [1.0, 1.0]], [[2.0, 0.0], [0.0, 0.0], [9.0, 9.0]], scale=scale)
    )
    assert figures["mase"] == pytest.approx((3 / 2 + 3 / 1) / 2)
    assert figures["rmsse"] == pytest.approx((np.sqrt(10 / 4) + np.sqrt(9 / 9)) / 2)


def test_masked_periods_do_not_count():
    """What is masked changes no figure, however wrong the forecast is there."""
    full = scores_of([[4.0, 100.0]], [[2.0, 1.0]], mask=[[True, False]])
    alone = scores_of([[4.0]], [[2.0]])
    assert estimates(full) == pytest.approx(estimates(alone))
    assert full.count == 1


def test_origins_add_up():
    """Figures over two origins are those of all their errors together."""
    scores = scores_of([[4.0]], [[2.0]])
    scores.add(
        np.array([[6.0]]),
        np.array([[True]]),
        np.array([[0.0]]),
        np.zeros((11, 1, 1))[: len(levels_needed(LEVELS))],
        (np.ones(1), np.ones(1)),
    )
    assert estimates(scores)["wape"] == pytest.approx(8 / 10)
    assert scores.count == 2


def test_figures_by_horizon():
    """Each period of the horizon has its own figures."""
    by_horizon = scores_of([[4.0, 5.0], [6.0, 5.0]], [[3.0, 5.0], [5.0, 5.0]]).by_horizon()
    assert by_horizon["wape"] == pytest.approx([0.2, 0.0])
    assert by_horizon["bias"] == pytest.approx([-0.2, 0.0])


def test_intervals_hold_the_estimate_and_shrink_with_the_series():
    """More series make the bootstrap interval narrower; a seed makes it repeatable."""
    generator = np.random.default_rng(0)
    widths = []
    for series in (20, 2000):
        units = generator.poisson(5.0, (series, 4)).astype(float)
        scores = scores_of(units, np.full(units.shape, 5.0))
        interval = scores.overall(7)["wape"]
        assert interval.low <= interval.estimate <= interval.high
        assert interval == scores.overall(7)["wape"]
        widths.append(interval.high - interval.low)
    assert widths[1] < widths[0] / 3


def test_every_metric_is_defined():
    """Each figure has a sentence that says what it is, and no sentence is left over."""
    assert set(scores_of([[1.0]], [[1.0]]).overall(0)) == set(DEFINITIONS)


def test_levels_needed_are_sorted_and_complete():
    """Asked for are the scored levels, the median, and both ends of each coverage interval."""
    assert levels_needed((0.3,)) == (0.025, 0.05, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 0.95, 0.975)


def test_relative_median_of_a_log_normal():
    """Under log-normal demand the point of least relative error is exp(mu - sigma^2)."""
    levels = tuple(np.linspace(0.001, 0.999, 999).tolist())
    quantiles = np.exp(2.0 + 0.6 * ndtri(levels))

    np.testing.assert_allclose(relative_median(levels, quantiles), np.exp(2.0 - 0.36), rtol=0.01)


def test_relative_median_passes_zeros_over():
    """Demand of 0 has no relative error, so that only the demand above it counts."""
    levels = levels_needed((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9))
    quantiles = np.where(np.array(levels)[:, None] > 0.6, 7.0, 0.0)

    np.testing.assert_allclose(relative_median(levels, quantiles), 7.0)


def test_relative_median_of_nothing_is_nothing():
    """Where no demand is expected at all the point is 0."""
    assert relative_median((0.1, 0.5, 0.9), np.zeros((3, 1))).tolist() == [0.0]
