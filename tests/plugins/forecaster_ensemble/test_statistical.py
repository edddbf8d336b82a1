"""The statistical member: an estimator of sktime by demand class, forecasts kept by record."""

import attrs
import numpy as np
import pytest
from ensemble_world import panel
from shelfwise_forecaster_ensemble.members.statistical import Statistical
from shelfwise_forecaster_ensemble.members.statistical_fitting import KINDS, kinds
from shelfwise_forecaster_ensemble.outlook import LEVELS

from shelfwise.types import Deadline, silent

PERIODS, HORIZON = 84, 10
MEDIAN = LEVELS.index(0.5)


def fitted(*panels, whole=True, horizon=HORIZON, opened=None, most=10**6):
    """Return the member fitted at the ends of the panels, in this process."""
    opened = np.ones((1, PERIODS), bool) if opened is None else opened
    return Statistical.fit(
        panels, opened, horizon, whole=whole, most=most, jobs=1, progress=silent, deadline=Deadline()
    )


@pytest.fixture(scope="module")
def units():
    """A weekly pattern, a slow seller, a constant, nothing at all, and noise of which little is on record."""
    generator = np.random.default_rng(0)
    day = np.arange(PERIODS)
    rows = [
        np.where(day % 7 == 5, 20.0, 6.0) + generator.poisson(1.0, PERIODS),
        generator.poisson(0.3, PERIODS),
        np.full(PERIODS, 5.0),
        np.zeros(PERIODS),
        generator.poisson(6.0, PERIODS),
    ]
    return np.stack(rows)


@pytest.fixture(scope="module")
def mask():
    """All is on record but of the last series, which is 12 days old."""
    told = np.ones((5, PERIODS), bool)
    told[4, :-12] = False
    return told


@pytest.fixture(scope="module")
def member(units, mask):
    """The member fitted to all of it."""
    return fitted(panel(units, mask=mask))


@pytest.fixture(scope="module")
def told(member, units, mask):
    """What the member says of 24 periods, more than it kept."""
    return member.outlook(panel(units, mask=mask, horizon=24))


def test_the_class_of_a_series():
    """A series that sells in three of four periods is intermittent, one that sells in four of five is not."""
    every = np.arange(60)
    units = np.stack([every % 4 > 0, every % 5 > 0, every % 5 > 0, np.zeros(60)]).astype(float)
    mask = np.ones((4, 60), bool)
    mask[2, :-20] = False

    found = [KINDS[kind] for kind in kinds(panel(units, mask=mask))]

    assert found == ["intermittent", "regular", "short", "intermittent"]


def test_a_regular_series_keeps_its_season(told):
    """The day that sells three times as much as the others is forecast to go on doing so."""
    ahead = np.arange(PERIODS, PERIODS + HORIZON) % 7 == 5

    assert (told.mean[0, :HORIZON][ahead] > 18.0).all()
    assert (told.mean[0, :HORIZON][~ahead] < 10.0).all()


def test_an_intermittent_series_is_level(told, units):
    """A slow seller is forecast at one level near its mean, and its median says that most days sell nothing."""
    assert np.ptp(told.mean[1]) == 0
    assert 0.5 * units[1].mean() < told.mean[1, 0] < 2.0 * units[1].mean()
    assert (told.quantiles[1, :, MEDIAN] == 0).all()
    assert (told.quantiles[1, :, -1] >= 1).all()


def test_a_short_record_has_the_mean_of_each_weekday(told, units):
    """Twelve days are forecast by the means of the same weekday."""
    expected = [units[4, -12:][np.arange(PERIODS - 12, PERIODS) % 7 == day % 7].mean() for day in range(84, 91)]

    np.testing.assert_allclose(told.mean[4, :7], expected, rtol=1e-5)


def test_no_opinion_of_a_constant(told):
    """Demand that never varied is left to the others."""
    assert np.isnan(told.mean[2:4]).all()
    assert np.isnan(told.quantiles[2:4]).all()


def test_quantiles_are_whole_in_order_and_not_negative(told):
    """Units that are whole have whole quantiles, which rise with their level from 0 on."""
    known = told.quantiles[[0, 1, 4], :HORIZON]

    np.testing.assert_array_equal(known, np.rint(known))
    assert (np.diff(known, axis=-1) >= 0).all()
    assert (known >= 0).all()
    assert (told.mean[[0, 1, 4]] >= 0).all()


def test_units_that_are_no_whole_numbers(units):
    """Quantiles of demand by weight are not rounded."""
    some = panel(units[:1] / 3.0, horizon=2)
    quantiles = fitted(some, whole=False).outlook(some).quantiles

    assert (quantiles != np.rint(quantiles)).any()


def test_the_last_season_goes_on(told):
    """Beyond what was kept the last season is said again, in step with the calendar, and less surely."""
    season = slice(HORIZON - 7, HORIZON)

    for again in (slice(HORIZON, HORIZON + 7), slice(HORIZON + 7, HORIZON + 14)):
        np.testing.assert_array_equal(told.mean[:, again], told.mean[:, season])
        np.testing.assert_allclose(told.quantiles[:, again, MEDIAN], told.quantiles[:, season, MEDIAN], rtol=1e-6)
    width = told.quantiles[0, :, -1] - told.quantiles[0, :, 0]
    assert (width[HORIZON + 7 :] > width[HORIZON : HORIZON + 7]).all()


def test_a_season_is_kept_at_least(units):
    """Where the horizon is shorter than a season, forecasts reach over the season, not over a part of it."""
    member = fitted(panel(units[:1]), horizon=2)

    assert member.mean.shape == (1, 7)
    assert member.outlook(panel(units[:1], horizon=9)).mean.shape == (1, 9)


def test_plans_change_nothing(member, told, units, mask):
    """The member knows of no promotion, so what would be without one is the same."""
    promoted = np.zeros((5, PERIODS + 24))
    promoted[:, PERIODS:] = 1.0
    planned = member.outlook(panel(units, mask=mask, horizon=24, promoted=promoted))

    np.testing.assert_array_equal(planned.mean, told.mean)


def test_no_opinion_of_another_record(member, units, mask):
    """A panel that ends earlier, or that has lost a period of a series, has no forecast there."""
    whole = panel(units, mask=mask)
    less = mask.copy()
    less[0, 40] = False

    assert np.isnan(member.outlook(whole.until(70, 5)).mean).all()
    assert np.isnan(member.outlook(panel(units, mask=less, horizon=5)).mean[0]).all()
    assert np.isfinite(member.outlook(panel(units, mask=less, horizon=5)).mean[1]).all()


def test_series_in_another_order(member, told, units, mask):
    """Forecasts follow the items asked for, and an item that is not known has none."""
    some = panel(units, mask=mask, horizon=24).take(np.array([4, 0, 1]))
    found = member.outlook(attrs.evolve(some, item=[4, 0, -1]))

    np.testing.assert_array_equal(found.mean[:2], told.mean[[4, 0]])
    assert np.isnan(found.mean[2]).all()


def test_several_ends(units):
    """Fitted before each of some windows, the member speaks of each from what was known then, and of no other."""
    record = panel(units[:1])
    starts = (63, 70)
    member = fitted(*(record.until(start, 0) for start in starts))

    for start in starts:
        alone = fitted(record.until(start, 0)).outlook(record.until(start, 7))
        np.testing.assert_array_equal(member.outlook(record.until(start, 7)).mean, alone.mean)
    assert len(member.key) == 2


def test_a_record_at_face_value_is_another(units):
    """Where days out of stock are taken as they are, the forecast is that of the record as it is."""
    sold = units[:2].copy()
    sold[0, -14:] = 0.0
    known = np.ones(sold.shape, bool)
    known[0, -14:] = False
    censored, as_it_is = panel(sold, mask=known, horizon=7), panel(sold, horizon=7)
    member = fitted(censored, as_it_is)

    assert len(member.key) == 3
    assert member.outlook(as_it_is).mean[0].sum() < 0.7 * member.outlook(censored).mean[0].sum()
    np.testing.assert_array_equal(member.outlook(as_it_is).mean[1], member.outlook(censored).mean[1])


def test_a_day_on_which_nobody_trades(units):
    """A weekday on which a node was never open is forecast to sell nothing."""
    opened = (np.arange(PERIODS) % 7 != 6)[None]
    sold = units[:1] * opened
    record = panel(sold, mask=opened, horizon=14)
    mean = fitted(record, opened=opened).outlook(record).mean[0]

    assert (mean[np.arange(PERIODS, PERIODS + 14) % 7 == 6] == 0).all()
    assert (mean[np.arange(PERIODS, PERIODS + 14) % 7 != 6] > 0).all()


def test_what_is_written_is_read(member, told, units, mask, tmp_path):
    """A member read again says the same."""
    member.save(tmp_path)
    read = Statistical.load(tmp_path).outlook(panel(units, mask=mask, horizon=24))

    np.testing.assert_array_equal(read.mean, told.mean)
    np.testing.assert_array_equal(read.quantiles, told.quantiles)


def test_more_series_than_wanted_are_drawn_from():
    """So many have a forecast at each end, and these are the same ones."""
    units = np.random.default_rng(0).poisson(6.0, (9, PERIODS))
    later, before = panel(units), panel(units[:, :-14])
    member = fitted(before, later, most=4)

    heard = [
        np.isfinite(member.outlook(panel(units[:, :end], horizon=3)).mean[:, 0]) for end in (PERIODS - 14, PERIODS)
    ]
    assert heard[0].sum() == 4
    np.testing.assert_array_equal(*heard)


def test_series_without_a_record_are_not_drawn():
    """Where most items are sold at few nodes, so many are drawn of those that are."""
    mask = np.zeros((40, PERIODS), bool)
    mask[::10] = True
    units = np.random.default_rng(0).poisson(6.0, (40, PERIODS))
    member = fitted(panel(units, mask=mask), most=4)

    assert np.isfinite(member.outlook(panel(units, mask=mask, horizon=3)).mean[:, 0]).sum() == 4
