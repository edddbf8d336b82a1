"""Columns of a calendar as covariates: by the period, of like size, known ahead or not."""

from __future__ import annotations

import numpy as np
import pytest

from shelfwise.errors import ConfigError, DataError
from shelfwise.series import Cadence, Covariates
from shelfwise.types import Calendar

MONDAY = np.datetime64("2024-01-01")
DAILY = Cadence(MONDAY, MONDAY + 27, 1.0, 7)
DAYS = MONDAY + np.arange(28)
NAN = np.nan


def calendar(days=35, **columns):
    """Return a calendar of so many days from the first Monday of 2024."""
    return Calendar(MONDAY + np.arange(days), columns)


def fitted(calendar, *, cadence=DAILY, days=DAYS, told=None, past_only=None):
    """Return the covariates of a record of four weeks of which all periods are learned from."""
    return Covariates.fit(
        calendar, cadence, days, told=np.ones(days.size, bool) if told is None else told, past_only=past_only
    )


def raw(covariates, name):
    """Return a covariate as the calendar has it."""
    row = covariates.names.index(name)
    return covariates.values[row] * covariates.scale[row] + covariates.mean[row]


def test_covariates_have_mean_zero_and_size_one_where_they_are_learned_from():
    """The mean and spread of the periods learned from are those that are taken away, whatever the others hold."""
    rain = np.random.default_rng(0).normal(5.0, 3.0, 35)
    rain[20:] += 100.0
    told = np.arange(28) < 20
    values = fitted(calendar(rain=rain), told=told).values[0]

    assert values[:20].mean() == pytest.approx(0.0, abs=1e-9)
    assert values[:20].std() == pytest.approx(1.0)
    assert values[20:].min() > 10.0


def test_what_never_varies_counts_for_nothing():
    """A column that is constant or blank where it could be learned from is left out."""
    late = np.where(np.arange(35) < 25, 0.1, 7.0)
    told = np.arange(28) < 25
    found = fitted(calendar(flat=np.full(35, 0.1), blank=np.full(35, NAN), late=late), told=told)

    assert len(found) == 0
    assert found.values.shape == (0, 0)


def test_gaps_of_the_past_are_tolerated():
    """A day without a value is unknown, and the others are taken as they are."""
    rain = np.arange(35.0)
    rain[[0, 9]] = NAN
    found = raw(fitted(calendar(rain=rain)), "rain")

    np.testing.assert_allclose(found, rain[:28])


def test_a_week_has_the_mean_of_its_days_and_the_share_of_its_holidays():
    """Weekly covariates are means over the days that have a value; of holidays, days not listed are none."""
    rain = np.repeat([1.0, 4.0, NAN, 2.0, 5.0], 7)
    rain[0] = NAN
    days = MONDAY + 7 * np.arange(4)
    listed = Calendar(
        [*(MONDAY + np.arange(35)), MONDAY + 40], {"holiday": [*(np.arange(35) == 8), 1.0], "rain": [*rain, NAN]}
    )
    cadence = Cadence(days[0], days[-1], 7.0, 1)
    found = fitted(listed, cadence=cadence, days=days)

    assert found.names == ("holiday", "rain")
    np.testing.assert_allclose(raw(found, "holiday"), [0.0, 1 / 7, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(raw(found, "rain"), [1.0, 4.0, NAN, 2.0])
    ahead = found.ahead(listed, cadence, MONDAY + 7 * np.arange(4, 5))
    np.testing.assert_allclose(ahead[:, 0] * found.scale + found.mean, [0.0, 5.0], atol=1e-12)


def test_a_month_is_as_long_as_it_is():
    """The days of a month are those until the next one begins."""
    days = np.array(["2024-01-01", "2024-02-01", "2024-03-01"], "datetime64[D]")
    months = Cadence(days[0], days[-1], 365.25 / 12, 12)
    rain = (MONDAY + np.arange(91)).astype("datetime64[M]").astype(float)

    np.testing.assert_allclose(raw(fitted(calendar(91, rain=rain), cadence=months, days=days), "rain"), np.unique(rain))
    assert months.ends(days).astype(str).tolist() == ["2024-02-01", "2024-03-01", "2024-04-01"]


def test_the_days_round_a_holiday_are_marked():
    """On daily data the day before the next holiday and after the last have 1, a week off and more has next to none."""
    found = fitted(Calendar([MONDAY + 14], {"holiday": [1.0]}))

    assert found.names == ("holiday", "before a holiday", "after a holiday")
    before, after = raw(found, "before a holiday"), raw(found, "after a holiday")
    np.testing.assert_allclose(before[[5, 6, 7, 13, 14, 15]], [0.0, 0.0, 1 / 7, 1.0, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(after[[13, 14, 15, 21, 22, 23]], [0.0, 0.0, 1.0, 1 / 7, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.usual * found.scale + found.mean, 0.0, atol=1e-12)


def test_a_holiday_that_is_not_listed_is_none():
    """Days ahead that the calendar does not list are no holidays, and that is no error."""
    found = fitted(Calendar([MONDAY + 14], {"holiday": [1.0]}))
    ahead = found.ahead(Calendar([MONDAY + 30], {"holiday": [1.0]}), DAILY, MONDAY + np.arange(28, 35))

    np.testing.assert_allclose(ahead[0] * found.scale[0] + found.mean[0], [0, 0, 1, 0, 0, 0, 0], atol=1e-12)


def test_the_calendar_tells_what_is_known_ahead():
    """Where nothing is said, columns without a value after the record are past only."""
    rain = np.arange(35.0)
    found = fitted(calendar(holiday=np.arange(35) == 5, rain=rain, sun=np.where(rain < 28, rain, NAN)))

    assert dict(zip(found.names, found.past_only.tolist(), strict=True)) == {
        "holiday": False,
        "rain": False,
        "sun": True,
        "before a holiday": False,
        "after a holiday": False,
    }
    ahead = found.ahead(calendar(rain=rain, holiday=np.zeros(35)), DAILY, MONDAY + np.arange(28, 35))
    assert np.isnan(ahead[found.names.index("sun")]).all()


def test_a_value_missing_ahead_is_an_error_that_says_what_to_do():
    """Every column that lacks a value is named with its first day, those of periods not forecast excepted."""
    rain, wind = np.arange(35.0), np.arange(35.0)
    rain[28], rain[31:33], wind[34] = NAN, NAN, NAN
    found = fitted(calendar(rain=rain, wind=wind, sun=np.arange(35.0)))

    with pytest.raises(DataError) as raised:
        found.ahead(calendar(rain=rain, wind=wind), DAILY, MONDAY + np.arange(28, 35), lead=1)

    assert str(raised.value) == (
        "calendar.rain: there is no value on 2024-02-01, nor in 1 later ones; "
        "calendar.wind: there is no value on 2024-02-04; "
        "calendar.sun: there is no value on 2024-01-30, nor in 5 later ones. "
        "A column that is known ahead needs a value throughout the forecast (2024-01-30 to 2024-02-04): "
        "add it to the calendar table, or name the column in the option past_only, and train again"
    )


def test_no_calendar_at_all_lacks_the_holidays_learned():
    """Holidays that were learned from are not taken for none where there is no calendar."""
    found = fitted(Calendar([MONDAY + 14], {"holiday": [1.0]}), told=np.arange(28) != 14)

    assert "holiday" not in found.names
    with pytest.raises(DataError, match=r"^calendar\.holiday: there is no value on 2024-01-29"):
        found.ahead(Calendar(), DAILY, MONDAY + np.arange(28, 35))


def test_a_name_that_is_no_column_is_refused():
    """A misspelt name among those that are past only says which there are."""
    with pytest.raises(ConfigError, match="past_only: rian is not in the calendar table, which has rain"):
        fitted(calendar(rain=np.arange(35.0)), past_only=("rian",))


def test_covariates_survive_being_stored():
    """What is stored and read again is the same."""
    found = fitted(calendar(rain=np.arange(35.0), holiday=np.arange(35) == 5))
    again = Covariates.from_arrays(found.names, found.to_arrays())

    assert again.names == found.names
    for name, values in found.to_arrays().items():
        np.testing.assert_array_equal(getattr(again, name), values)
