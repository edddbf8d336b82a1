"""Covariates of the calendar in the ensemble: learned from, known ahead or not, told as a part, stored."""

from datetime import date

import attrs
import numpy as np
import pandas as pd
import pytest
from ensemble_world import panel
from shelfwise_forecaster_ensemble import BoostingForecaster, EnsembleForecaster
from shelfwise_forecaster_ensemble.features import Features, Places
from shelfwise_forecaster_ensemble.members.sequences import Sequences, widths

from shelfwise.config import CoordinationConfig
from shelfwise.dataset import Dataset
from shelfwise.errors import DataError, StageFailedError
from shelfwise.invariants import check_forecast
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import Member, PluginSet, build, call
from shelfwise.types import Calendar, Deadline, DecisionRequest, ForecastRequest, Options, Stage, StageState, silent

FIRST = pd.Timestamp("2024-01-01")
DAYS = 210
HOLIDAYS = np.arange(9, DAYS + 28, 11)
"""Every eleventh day, so that no weekday has more of them than another."""
SMALL = {"preset": "fast", "trees": 60, "epochs": 3}


def shop(*, items=6, closed=False, calendar=True, **columns):
    """Return a store of items whose demand triples on holidays, or that closes on them."""
    generator = np.random.default_rng(3)
    holiday = np.isin(np.arange(DAYS + 28), HOLIDAYS)
    day = FIRST + pd.to_timedelta(np.arange(DAYS + 28), "D")
    told = ~holiday[:DAYS] if closed else np.ones(DAYS, bool)
    demand = pd.concat(
        pd.DataFrame({"date": day[:DAYS], "item_id": f"i{k}", "node_id": "s"})
        .assign(units=generator.poisson((6.0 + 4.0 * k) * (1.0 + 2.0 * holiday[:DAYS])).astype(float))
        .loc[told]
        for k in range(items)
    )
    tables = {"demand": demand, "nodes": pd.DataFrame({"node_id": ["s"], "kind": "store"})}
    if calendar:
        tables["calendar"] = pd.DataFrame({"date": day, "holiday": holiday} | columns)
    return Dataset.from_tables(tables)


def trained(dataset, kind=BoostingForecaster, **options):
    """Return a plugin that has learned from a data set."""
    plugin = kind(**(SMALL | options))
    call(plugin, "train", dataset=dataset, progress=silent)
    return plugin


def forecast(plugin, dataset, *, calendar=None, days=28):
    """Return the answer, checked by the invariants, under the calendar of the data set or another."""
    state = dataset.state()
    state = state if calendar is None else attrs.evolve(state, calendar=calendar)
    request = ForecastRequest(state.items.index.ids, ("s",), days)
    answer = call(plugin, "forecast", request=request, state=state, exposure=None, deadline=Deadline())
    assert check_forecast(request, state, answer) == ()
    return answer


def ahead():
    """Return which days of the horizon are holidays."""
    return np.isin(np.arange(DAYS, DAYS + 28), HOLIDAYS)


@pytest.fixture(scope="module")
def rain():
    """A column that goes up and down."""
    return np.random.default_rng(1).normal(10.0, 4.0, DAYS + 28)


@pytest.fixture(scope="module")
def dataset(rain):
    """The shop with rain that is known ahead and wind that is not."""
    return shop(rain=rain, wind=np.where(np.arange(DAYS + 28) < DAYS, rain**2, np.nan))


@pytest.fixture(scope="module")
def boosting(dataset):
    """Trees that have learned from it."""
    return trained(dataset)


def test_a_holiday_ahead_is_forecast_as_holidays_were(dataset, boosting):
    """Demand that tripled on holidays is forecast far above that of ordinary days, and the calendar is told why."""
    answer = forecast(boosting, dataset)
    total, part = answer.mean.sum(axis=(0, 1)), answer.parts["calendar"].sum(axis=(0, 1))

    assert total[ahead()].mean() > 2.0 * total[~ahead()].mean()
    assert part[ahead()].mean() > 0.4 * total[ahead()].mean()
    np.testing.assert_allclose(sum(answer.parts.values()), answer.mean, rtol=1e-6, atol=1e-6)


def test_a_holiday_that_is_called_off_is_an_ordinary_day(dataset, boosting):
    """The calendar of the request decides: without its holidays no day stands out."""
    given = dataset.state().calendar
    plain = np.where(given.days > np.datetime64("2024-07-28"), 0.0, given.covariates["holiday"])
    answer = forecast(boosting, dataset, calendar=Calendar(given.days, given.covariates | {"holiday": plain}))
    total = answer.mean.sum(axis=(0, 1))

    assert total[ahead()].mean() < 1.3 * total[~ahead()].mean()


def test_holidays_alone_may_be_listed(dataset, boosting):
    """A calendar without rows for other days is the same as one that says that they are none."""
    given = dataset.state().calendar
    late = given.days >= np.datetime64("2024-07-29")
    listed = Calendar(
        [*given.days, np.datetime64("2030-01-01")],
        {name: [*values, 0.0] for name, values in given.covariates.items()}
        | {"holiday": [*np.where(late & (given.covariates["holiday"] == 0), np.nan, given.covariates["holiday"]), 0.0]},
    )

    np.testing.assert_array_equal(forecast(boosting, dataset, calendar=listed).mean, forecast(boosting, dataset).mean)


@pytest.mark.parametrize("kind", [BoostingForecaster, EnsembleForecaster])
def test_what_is_past_only_is_never_seen_ahead(dataset, boosting, kind):
    """Values ahead of a column that is not known ahead change no forecast."""
    plugin = boosting if kind is BoostingForecaster else trained(dataset, kind, trees=5, epochs=1)
    given = dataset.state().calendar
    late = given.days >= np.datetime64("2024-07-29")
    other = Calendar(given.days, given.covariates | {"wind": np.where(late, 1e6, given.covariates["wind"])})

    assert "wind" in plugin._model.covariates.names
    np.testing.assert_array_equal(
        forecast(plugin, dataset, calendar=other).quantiles, forecast(plugin, dataset).quantiles
    )


def test_the_past_of_what_is_past_only_is_seen_before_the_origin_alone():
    """What trees and networks see from an origin changes with a past-only column before it, not from it on."""
    units = np.random.default_rng(0).poisson(4.0, (3, 40))
    place = Places(np.array([1]), np.array([25]), np.array([3]))

    def seen(changed_from, changed_to):
        covariates = np.linspace(0.0, 1.0, 80, dtype=np.float32).reshape(2, 40).copy()
        covariates[1, changed_from:changed_to] += 5.0
        features = Features.of(attrs.evolve(panel(units), covariates=covariates, past_only=np.array([False, True])))
        views = Sequences(features, 10).views(place.row, place.origin, np.arange(7))
        assert (views.past.shape[2], views.ahead.shape[2]) == widths(features.panel)
        return features.rows(place), views.past, views.ahead

    for before, after in zip(seen(0, 0), seen(25, 40), strict=True):
        np.testing.assert_array_equal(before, after)
    same = [np.array_equal(one, two, equal_nan=True) for one, two in zip(seen(0, 0), seen(24, 25), strict=True)]
    assert same == [False, False, True]


def test_a_panel_that_is_cut_forgets_what_is_past_only():
    """What a window at the end of the record is forecast from has no past-only value of the window."""
    whole = attrs.evolve(
        panel(np.ones((1, 20))), covariates=np.ones((2, 20), np.float32), past_only=np.array([False, True])
    )
    cut = whole.until(12, 5)

    assert np.isfinite(cut.covariates).sum(axis=1).tolist() == [17, 12]


def test_what_is_missing_ahead_is_told(dataset, boosting, rain):
    """A column known ahead that lacks a value is named with its first day; strictly asked, the decision says so too."""
    gap = np.where(np.arange(DAYS + 28) == DAYS + 4, np.nan, rain)
    given = dataset.state().calendar
    broken = Calendar(given.days, given.covariates | {"rain": gap})
    said = r"calendar\.rain: there is no value on 2024-08-02\. A column that is known ahead"

    assert forecast(boosting, dataset, calendar=broken, days=4).horizon_days == 4
    with pytest.raises(DataError, match=said):
        forecast(boosting, dataset, calendar=broken)
    state = attrs.evolve(dataset.state(), calendar=broken)
    baseline = build("forecaster", "baseline")
    call(baseline.plugin, "train", dataset=dataset, progress=silent)
    chains = dict.fromkeys(Stage, ())
    chains[Stage.FORECASTER] = (Member(Stage.FORECASTER, "boosting", "", boosting), baseline)
    orchestrator = Orchestrator(PluginSet(chains), state, CoordinationConfig(), "m")
    decision = orchestrator.decide(DecisionRequest(forecast=ForecastRequest()))
    report = next(report for report in decision.stages if report.stage is Stage.FORECASTER)
    assert (report.state, report.plugin) == (StageState.DEGRADED, "baseline")
    assert "calendar.rain: there is no value on 2024-08-02" in decision.warnings[0]
    with pytest.raises(StageFailedError, match=said):
        orchestrator.decide(DecisionRequest(forecast=ForecastRequest(), options=Options(strict=True)))


def test_a_column_that_was_named_past_only_needs_no_future(dataset, rain):
    """An option keeps a column that has values ahead from being looked at there."""
    plugin = trained(dataset, past_only=("rain", "wind"), trees=5)
    given = dataset.state().calendar
    without = Calendar(given.days, {"holiday": given.covariates["holiday"]})

    np.testing.assert_array_equal(forecast(plugin, dataset, calendar=without).mean, forecast(plugin, dataset).mean)


def test_a_store_that_closes_on_holidays_sells_nothing_on_them():
    """Where no holiday was a day of trade, none ahead is, and all of it is due to the calendar."""
    dataset = shop(items=24, closed=True)
    answer = forecast(trained(dataset, trees=5), dataset)

    assert answer.mean[..., ahead()].max() == 0.0
    assert answer.quantiles[..., ahead()].max() == 0.0
    assert answer.mean[..., ~ahead()].min() > 0.0
    assert answer.parts["calendar"][..., ahead()].max() < 0.0


def test_covariates_are_stored_with_the_model(dataset, tmp_path):
    """A model that was written and read again forecasts the same, and knows its columns."""
    plugin = trained(dataset, EnsembleForecaster, trees=5, epochs=1)
    call(plugin, "save", directory=tmp_path)
    again = EnsembleForecaster(**SMALL)
    call(again, "load", directory=tmp_path)

    assert again._model.covariates.names == ("holiday", "rain", "wind", "before a holiday", "after a holiday")
    assert forecast(again, dataset) == forecast(plugin, dataset)


def test_without_a_calendar_nothing_is_added():
    """Without a calendar there is no covariate, no part of it, and the features and networks are as wide as ever."""
    dataset = shop(calendar=False)
    plugin = trained(dataset, EnsembleForecaster, trees=5, epochs=1)
    answer = forecast(plugin, dataset)
    world = panel(np.ones((2, 30)), horizon=5)

    assert set(answer.parts) == {"base", "season", "price", "promotion", "exposure"}
    assert widths(world) == (9, 11)
    assert plugin._model.members["lstm"].widths == (9, 11)
    assert answer.starts_on == date(2024, 7, 29)
