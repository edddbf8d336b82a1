"""The pieces of the baseline forecaster, each against an answer known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma, nbinom

from shelfwise.baselines.forecaster.effects import fit_effects, rival_means
from shelfwise.baselines.forecaster.history import Cadence, History
from shelfwise.baselines.forecaster.level import Kinship, discounted_sums, level_weights, posterior_level, shrunk_levels
from shelfwise.baselines.forecaster.quantiles import demand_quantiles
from shelfwise.baselines.forecaster.season import open_phases, seasonal_factors
from shelfwise.baselines.forecaster.spread import SPREADS, fit_spreads, log_likelihood
from shelfwise.types import Index

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def history_of(units, promoted, log_price):
    """Return a history of items at one node that were always open, on sale and in stock."""
    series, periods = units.shape
    everywhere = np.ones(units.shape, dtype=bool)
    cadence = Cadence(np.datetime64("2024-01-01"), np.datetime64("2024-01-01") + periods - 1, 1.0, 1)
    items = Index(tuple(f"i{k}" for k in range(series)))
    phase = np.zeros(periods, dtype=np.int64)
    opened = np.ones((1, periods), dtype=bool)
    reference = np.ones(series)
    return History(
        items, Index(("s",)), cadence, phase, opened, units, everywhere, everywhere, promoted, log_price, reference
    )


def test_quantiles_are_close_to_the_exact_ones():
    """The table is within one unit or 1 % of scipy's quantile in 99 of 100 cases, over seven orders of magnitude."""
    generator = np.random.default_rng(0)
    mean = np.exp(generator.uniform(np.log(1e-3), np.log(1e4), 4000))
    spread = np.exp(generator.uniform(np.log(1e-3), np.log(50.0), 4000))
    table = demand_quantiles(mean, spread, LEVELS)
    exact = nbinom.ppf(np.array(LEVELS)[:, None], 1 / spread, 1 / (1 + spread * mean))
    assert (np.abs(table - exact) <= np.maximum(1.0, 0.01 * exact)).mean() > 0.99
    assert (table == exact).mean() > 0.7


def test_quantiles_are_whole_monotone_and_not_negative():
    """Quantiles of counts are whole numbers that never fall with the level; a mean of 0 has none above 0."""
    mean = np.geomspace(1e-5, 1e6, 300)[:, None]
    quantiles = demand_quantiles(mean, np.geomspace(1e-3, 100, 40)[None, :], LEVELS)
    small = mean[:, 0] <= 1e4
    assert (np.diff(quantiles, axis=0) >= 0).all()
    assert (quantiles[:, small] == np.rint(quantiles[:, small])).all()
    assert (quantiles >= 0).all()
    assert (demand_quantiles(np.zeros(3), np.ones(3), LEVELS) == 0).all()


def test_quantiles_of_fractional_demand_are_those_of_the_gamma():
    """Demand by weight has gamma quantiles, whatever its unit."""
    mean, spread = np.array([0.02, 0.5, 300.0]), np.array([0.1, 0.5, 2.0])
    table = demand_quantiles(mean, spread, (0.25, 0.9), whole=False)
    exact = gamma.ppf(np.array([0.25, 0.9])[:, None], 1 / spread, scale=spread * mean)
    np.testing.assert_allclose(table, exact, rtol=0.01)


def test_discounted_sums_by_hand():
    """With a half-life of one period, weights are 1, 1/2 and 1/4 from the last period back; a masked one has none."""
    weight = np.array([[1.0, 0.0, 1.0]])
    sold, periods = discounted_sums(np.array([[4.0, 2.0, 6.0]]) * weight, weight, half_life=1.0)
    assert sold[0] == pytest.approx(7.0)
    assert periods[0] == pytest.approx(1.25)


def test_a_promoted_period_weighs_no_more_than_it_tells():
    """A period expected to sell ten times as much counts about as one plain period, not as ten."""
    factor = np.array([[1.0, 10.0]])
    weight = level_weights(np.array([[50.0, 500.0]]), factor, np.ones((1, 2), dtype=bool), spread=1.0)
    assert weight[0, 0] == pytest.approx(1.0)
    assert (weight * factor)[0, 1] == pytest.approx(1.0, rel=0.1)


def test_levels_lean_on_the_category_when_the_record_is_short():
    """A long record keeps its own mean, none at all takes the category's, and doubt falls with the record."""
    generator = np.random.default_rng(3)
    periods = np.append(np.full(60, 100.0), [2.0, 0.0])
    sold = np.append(generator.gamma(4.0, 1.0, 60) * 100.0, [20.0, 0.0])
    kin = Kinship(np.arange(62), np.zeros(62, dtype=np.int64), np.zeros(62, dtype=np.int64))
    levels = shrunk_levels(sold, periods, kin, spread=1.0, launch_ratio=1.0)
    np.testing.assert_allclose(levels.level[:60], sold[:60] / 100.0, rtol=0.05, atol=0.3)
    assert levels.groups[0] < levels.level[60] < 10.0
    assert levels.level[61] == pytest.approx(levels.groups[0])
    assert levels.doubt[0] < levels.doubt[60] < levels.doubt[61] == pytest.approx(levels.prior_doubt)


def test_dead_items_and_bestsellers_are_believed():
    """Forty days without a sale outweigh a category that sells five a day, and so do forty days of two hundred."""
    sold, periods = np.array([0.0, 8000.0, 0.0]), np.array([40.0, 40.0, 0.0])
    dead, best, unknown = posterior_level(sold, periods, np.full(3, 5.0), doubt=2.5, spread=4.5)
    assert dead < 0.02
    assert best == pytest.approx(200.0, rel=0.06)
    assert unknown == pytest.approx(5.0)


def test_an_item_new_to_a_store_takes_what_it_sells_elsewhere():
    """Sold at 10 a day in a store twice as busy, it is expected to sell about 5 here."""
    item, node = np.repeat(np.arange(21), 2), np.tile([0, 1], 21)
    sold, periods = np.where(node == 0, 4.0, 2.0) * 100.0, np.full(42, 100.0)
    sold[40:], periods[40:] = (1000.0, 0.0), (100.0, 0.0)
    levels = shrunk_levels(sold, periods, Kinship(item, node, np.zeros(42, dtype=np.int64)), 1.0, 1.0)
    assert levels.level[41] == pytest.approx(5.0, rel=0.2)


def test_seasonal_factors_are_shrunk_toward_the_category():
    """A long record of large sales keeps its own pattern; a series that hardly sells takes its category's."""
    phase = np.arange(280) % 2
    pattern = np.where(phase == 0, 1.5, 0.5)
    units = np.stack([*(100.0 * pattern for _ in range(20)), 100.0 * pattern[::-1], np.zeros(280)])
    units[-1, 1] = 1.0
    expected = np.broadcast_to(units.mean(axis=1, keepdims=True), units.shape)
    own, profile = seasonal_factors(
        units, expected, np.ones(units.shape, dtype=bool), phase, np.zeros(22, dtype=np.int64), 2, 0.01
    )
    assert own[0] == pytest.approx([1.5, 0.5], rel=0.05)
    assert own[20] == pytest.approx([0.5, 1.5], rel=0.05)
    assert own[21] == pytest.approx(profile[0], rel=0.1)


def test_open_phases_are_those_that_trade():
    """A weekday on which a node never trades is closed; one that lies outside the record counts as open."""
    opened = np.array([[True, False, True, False], [True, True, False, True]])
    trades = open_phases(opened, np.array([0, 1, 0, 1]), 3)
    np.testing.assert_array_equal(trades, [[True, False, True], [True, True, True]])


def test_effects_recover_elasticity_and_uplift():
    """Prices and promotions that act by known factors are found, and the empty coefficients of an item shrunk to."""
    generator = np.random.default_rng(7)
    shape = (12, 300)
    promoted = generator.random(shape) < 0.15
    log_price = np.where(generator.random(shape) < 0.3, -0.3, 0.0)
    log_price[-1], promoted[-1] = 0.0, False
    units = generator.poisson(8.0 * np.exp(0.7 * promoted - 2.0 * log_price)).astype(float)
    effects = fit_effects(
        history_of(units, promoted, log_price), np.ones((12, 1)), np.ones(shape, dtype=bool), np.zeros(12, np.int64)
    )
    assert effects.items[0, :2] == pytest.approx([0.7, -2.0], abs=0.2)
    assert effects.groups[0, :2] == pytest.approx([0.7, -2.0], abs=0.1)
    np.testing.assert_allclose(effects.items[-1, :2], effects.groups[0, :2], atol=0.2)


def test_without_promotions_there_are_no_effects():
    """A history of plain periods has coefficients of exactly 0."""
    shape = (2, 50)
    plain = history_of(np.ones(shape), np.zeros(shape, dtype=bool), np.zeros(shape))
    effects = fit_effects(plain, np.ones((2, 1)), np.ones(shape, dtype=bool), np.zeros(2, np.int64))
    assert not effects.items.any()


def test_rival_means_leave_the_item_itself_out():
    """The mean is over the others of the category; an item alone in its category has none."""
    values = np.array([1.0, 3.0, 8.0, 5.0]).reshape(4, 1, 1)
    np.testing.assert_allclose(rival_means(values, np.array([0, 0, 0, 1]))[:, 0, 0], [5.5, 4.5, 2.0, 0.0])


def test_likelihood_is_the_negative_binomial_one():
    """It differs from scipy's log-probability by a term that does not depend on mean or spread."""
    generator = np.random.default_rng(2)
    units, mean = generator.poisson(2.0, (1, 40)).astype(float), generator.uniform(0.5, 5.0, (1, 40))
    ours = log_likelihood(units, mean, np.ones((1, 40), dtype=bool), SPREADS)[0]
    exact = nbinom.logpmf(units[0], 1 / SPREADS[:, None], 1 / (1 + SPREADS[:, None] * mean[0])).sum(axis=1)
    np.testing.assert_allclose(ours - ours[0], exact - exact[0], atol=1e-8)


def test_spreads_are_found_and_shrunk():
    """Calm and wild series are told apart by long records; one without a record gets the typical spread."""
    generator = np.random.default_rng(4)
    truth = np.append(np.repeat([0.1, 3.0], 100), 1.0)
    scatter = generator.gamma(1 / truth[:, None], truth[:, None], (201, 80))
    units = generator.poisson(10.0 * scatter).astype(float)
    mask = np.ones(units.shape, dtype=bool)
    mask[-1] = False
    spread = fit_spreads(log_likelihood(units, np.full(units.shape, 10.0), mask, SPREADS), np.full(201, 10.0))
    assert np.median(spread[:100]) == pytest.approx(0.1, rel=0.4)
    assert np.median(spread[100:200]) == pytest.approx(3.0, rel=0.4)
    assert 0.1 < spread[-1] < 3.0


@pytest.mark.parametrize(
    ("step", "starts_on", "first_ahead"),
    [
        (1.0, "2024-03-02", "2024-03-02"),
        (7.0, "2024-02-27", "2024-03-04"),
        (7.0, "2024-03-04", "2024-03-04"),
        (365.25 / 12, "2024-02-02", "2024-03-01"),
    ],
)
def test_the_next_period_follows_the_last_one_seen(step, starts_on, first_ahead):
    """Days go on from the day asked for; weeks and months from the one after the last that has begun."""
    last = {1.0: "2024-03-01", 7.0: "2024-02-26"}.get(step, "2024-02-01")
    first = "2024-01-01"
    days, _ = Cadence(np.datetime64(first), np.datetime64(last), step, 1).ahead(np.datetime64(starts_on), 2)
    assert str(days[0]) == first_ahead
    assert (days[1] - days[0]).astype(int) == (31 if step > 7 else step)
