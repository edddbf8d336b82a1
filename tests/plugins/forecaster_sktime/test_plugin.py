"""The plugin on small shops: what it learns, and what becomes of series that an estimator cannot forecast."""

from datetime import date, timedelta

import attrs
import numpy as np
import pandas as pd
import pytest
from shelfwise_forecaster_sktime import SktimeForecaster
from structlog.testing import capture_logs

from shelfwise.dataset import Dataset
from shelfwise.errors import PluginError
from shelfwise.invariants import check_forecast
from shelfwise.plugins import call
from shelfwise.types import Deadline, ForecastRequest, Promotion

FIRST = pd.Timestamp("2024-01-01")  # a Monday
DAYS = 112
LEVELS = (0.05, 0.5, 0.95)
MEAN = "NaiveForecaster(strategy='mean')"
REGRESSION = "SARIMAX(order=(0, 0, 0))"


def shop_of(series, *, categories=None, **columns):
    """Return a data set of one store from item -> units a day; ``columns`` map an item to another column's values."""
    rows = [
        pd.DataFrame({"date": FIRST + pd.to_timedelta(np.arange(len(units)), "D"), "item_id": item, "units": units})
        for item, units in series.items()
    ]
    for name, values in columns.items():
        for row in rows:
            default = True if name == "in_stock" else False if name == "on_promotion" else 5.0
            row[name] = values.get(row["item_id"].iloc[0], np.full(len(row), default))
    demand = pd.concat(rows).assign(node_id="s").dropna(subset="units")
    nodes = pd.DataFrame({"node_id": ["s"], "kind": "store"})
    tables = {"demand": demand, "nodes": nodes}
    if categories:
        tables["items"] = pd.DataFrame({"item_id": list(categories), "category": list(categories.values())})
    return Dataset.from_tables(tables)


def poisson(mean, seed=0, days=DAYS):
    """Return Poisson demand."""
    return np.random.default_rng(seed).poisson(mean, days).astype(float)


def trained(dataset, estimator=MEAN, **options):
    """Return a plugin that has learned from a data set, in this process."""
    plugin = SktimeForecaster(estimator, **({"n_jobs": 1, "horizon_days": 28} | options))
    call(plugin, "train", dataset=dataset, progress=lambda *_: None)
    return plugin


def forecast(plugin, dataset, *, items=None, state=None, deadline=None, **request):
    """Return the answer, checked by the invariants."""
    state = state or dataset.state()
    asked = ForecastRequest(
        items or state.items.index.ids, ("s",), **({"horizon_days": 14, "quantiles": LEVELS} | request)
    )
    answer = call(plugin, "forecast", request=asked, state=state, exposure=None, deadline=deadline or Deadline())
    if answer is not None:
        assert check_forecast(asked, state, answer) == ()
    return answer


def test_forecasts_are_those_of_the_estimator():
    """A seasonal mean forecasts for each weekday the mean of that weekday, and tells level and season apart."""
    units = np.where(np.arange(DAYS) % 7 == 5, 12.0, 4.0) + np.arange(DAYS) % 2
    shop = shop_of({"a": units})
    answer = forecast(trained(shop), shop)
    expected = [units[1:][(np.arange(1, DAYS) % 7) == day % 7].mean() for day in range(DAYS, DAYS + 14)]

    np.testing.assert_allclose(answer.mean[0, 0], expected, rtol=1e-5)
    np.testing.assert_allclose(answer.parts["base"][0, 0], np.mean(expected), rtol=1e-5)
    assert answer.parts["season"][0, 0].sum() == pytest.approx(0.0, abs=1e-4)


def test_days_without_stock_are_left_out():
    """Sold-out days do not lower the forecast unless the stock record is left out, with or without own gaps."""
    units, sold_out = poisson(8.0), np.arange(DAYS) % 3 == 0
    units[sold_out] = 0.0
    shop = shop_of({"a": units}, in_stock={"a": ~sold_out})
    for estimator in (MEAN, "Croston(smoothing=0.05)", "ThetaForecaster(deseasonalize=False)"):
        plugin = trained(shop, estimator)
        assert forecast(plugin, shop).mean.mean() == pytest.approx(8.0, rel=0.12), estimator
        assert forecast(plugin, shop, use_in_stock=False).mean.mean() < 6.7, estimator


def test_closed_days_are_neither_learned_from_nor_forecast():
    """A store closed on Sundays sells nothing then, and its open days are not drawn down by them."""
    units = poisson(6.0)
    units[np.arange(DAYS) % 7 == 6] = np.nan
    others = {f"i{k}": np.where(np.isnan(units), np.nan, poisson(6.0, k + 1)) for k in range(3)}
    shop = shop_of({"a": units} | others)
    answer = forecast(trained(shop, "Croston()"), shop, items=("a",))
    sunday = [(answer.starts_on + timedelta(days=k)).weekday() == 6 for k in range(14)]

    assert (answer.quantiles[:, 0, 0, sunday] == 0).all()
    assert answer.mean[0, 0, np.invert(sunday)].mean() == pytest.approx(6.0, rel=0.2)


def promoted_shop():
    """Two items that sell 5 a day and 15 when promoted at 20 % off; every second time at 40 % off, which sells 25."""
    promoted, deep = np.arange(DAYS) % 8 == 4, np.arange(DAYS) % 16 == 4
    units = {item: poisson(np.where(deep, 25.0, np.where(promoted, 15.0, 5.0)), seed) for seed, item in enumerate("ab")}
    price = np.where(deep, 3.0, np.where(promoted, 4.0, 5.0))
    both = dict.fromkeys("ab", promoted), dict.fromkeys("ab", price)
    return shop_of(units, on_promotion=both[0], price=both[1])


def test_planned_promotions_are_given_to_estimators_that_take_them():
    """A plan raises its days by what the estimator learned, which is told as a part; other days and items stay."""
    shop = promoted_shop()
    plugin, day = trained(shop, REGRESSION), shop.state().starts_on + timedelta(days=3)
    plain = forecast(plugin, shop)
    shallow, deep = (
        forecast(
            plugin, shop, state=attrs.evolve(shop.state(), promotions=(Promotion("a", day, day, "s", price=price),))
        )
        for price in (4.0, 3.0)
    )

    assert plain.mean[0, 0] == pytest.approx(np.full(14, 5.0), rel=0.2)
    assert shallow.mean[0, 0, 3] == pytest.approx(15.0, rel=0.25)
    assert deep.mean[0, 0, 3] == pytest.approx(25.0, rel=0.25)
    moved = deep.parts["price"] + deep.parts["promotion"]
    assert moved[0, 0, 3] == pytest.approx(deep.mean[0, 0, 3] - plain.mean[0, 0, 3], rel=1e-5)
    np.testing.assert_allclose(deep.quantiles[:, 0, 0, 3] - plain.quantiles[:, 0, 0, 3], moved[0, 0, 3], rtol=1e-4)
    assert not np.delete(moved, 3, axis=2).any()
    assert not moved[1].any()


def test_a_promotion_without_a_price_is_a_driver_of_its_own():
    """Where promotions never cut the price, the flag alone is given to the estimator, and its part told."""
    promoted = np.arange(DAYS) % 8 == 0
    shop = shop_of({"a": poisson(np.where(promoted, 15.0, 5.0))}, on_promotion={"a": promoted})
    plugin, day = trained(shop, REGRESSION), shop.state().starts_on
    answer = forecast(plugin, shop, state=attrs.evolve(shop.state(), promotions=(Promotion("a", day, day),)))

    assert answer.mean[0, 0, :2] == pytest.approx([15.0, 5.0], rel=0.15)
    assert answer.parts["promotion"][0, 0, 0] == pytest.approx(10.0, rel=0.2)
    assert not answer.parts["price"].any()


def test_a_stated_uplift_takes_the_place_of_what_was_learned():
    """The planner's factor holds for every estimator, and for series that have none."""
    shop = shop_of({"a": poisson(5.0), "zeros": np.zeros(DAYS)})
    day = shop.state().starts_on
    promotions = tuple(Promotion(item, day, day, "s", expected_uplift=3.0) for item in ("a", "zeros"))
    plugin = trained(shop)
    plain = forecast(plugin, shop)
    raised = forecast(plugin, shop, state=attrs.evolve(shop.state(), promotions=promotions))

    np.testing.assert_allclose(raised.mean[:, 0, 0], 3.0 * plain.mean[:, 0, 0], rtol=1e-5)
    np.testing.assert_allclose(raised.mean[..., 1:], plain.mean[..., 1:])


def test_what_cannot_be_fitted_falls_back_and_is_told_once():
    """Short, empty and constant records get a forecast near their mean, in one warning; the rest keep theirs."""
    good = {f"i{k}": poisson(4.0, k) for k in range(5)}
    odd = {
        "zeros": np.zeros(DAYS),
        "constant": np.full(DAYS, 3.0),
        "short": np.append(np.full(DAYS - 4, np.nan), [4.0] * 4),
    }
    shop = shop_of(good | odd)
    with capture_logs() as logs:
        answer = forecast(trained(shop), shop)
    alone = shop_of(good)
    means = dict(zip(answer.items, answer.mean.mean(axis=(1, 2)), strict=True))
    kept = forecast(trained(alone), alone)

    assert [(entry["event"], entry["without_forecast"]) for entry in logs] == [("forecaster.fallback", 3)]
    assert means["zeros"] < 0.2
    assert means["constant"] == pytest.approx(3.0, rel=0.1)
    assert 1.0 < means["short"] < 6.0
    for item, mean in zip(kept.items, kept.mean, strict=True):
        np.testing.assert_allclose(answer.mean[answer.items.position(item)], mean)


def test_one_failing_series_does_not_sink_the_rest():
    """A multiplicative season cannot be fitted to zeros: that series falls back, the first error says why."""
    shop = shop_of({"positive": poisson(20.0) + 1.0, "lumpy": poisson(0.3)})
    with capture_logs() as logs:
        plugin = trained(shop, "ExponentialSmoothing(seasonal='mul')")
    answer = forecast(plugin, shop)

    assert (logs[0]["refused"], logs[0]["first"]) == (1, "lumpy at s")
    assert "ValueError" in logs[0]["first_error"]
    assert answer.mean.mean(axis=(1, 2)) == pytest.approx([0.3, 21.0], rel=0.4)


def test_an_estimator_that_fits_nothing_is_an_error():
    """Where an estimator refuses every one of many series, the configuration is wrong, and training says so."""
    shop = shop_of({f"i{k}": poisson(4.0, k) for k in range(20)})

    with pytest.raises(PluginError, match=r"no series at all.*i0 at s.*error"):
        trained(shop, "AutoETS(error='nonsense')")


def test_a_huge_outlier_leaves_a_sane_forecast():
    """One day with a thousand times the usual units does not blow the forecast up beyond what was ever sold."""
    units = poisson(5.0)
    units[60] = 5000.0
    shop = shop_of({"a": units, "b": poisson(5.0, 1)})
    answer = forecast(trained(shop, "ThetaForecaster(deseasonalize_model='additive')"), shop)

    assert answer.mean[0].max() < 5000.0
    assert answer.mean[1].mean() == pytest.approx(5.0, rel=0.3)


def test_quantiles_hold_what_comes():
    """Intervals of 90 % cover about that share of further days, from own intervals and from errors alike."""
    shop = shop_of({f"i{k}": poisson(10.0, k) for k in range(12)})
    ahead = np.stack([poisson(10.0, k, DAYS + 14)[DAYS:] for k in range(12)])
    for estimator in (MEAN, "Croston()"):
        low, _, high = forecast(trained(shop, estimator), shop, items=tuple(f"i{k}" for k in range(12))).quantiles[
            :, :, 0
        ]
        assert 0.8 < ((ahead >= low) & (ahead <= high)).mean() <= 1.0, estimator


def test_days_without_a_sale_stay_so_in_the_quantiles():
    """An item sold on one day in three has a median of 0 and an upper quantile of what it then sells."""
    sold = np.random.default_rng(3).random(DAYS) < 1 / 3
    shop = shop_of({"rare": np.where(sold, 6.0, 0.0)})
    low, median, high = forecast(trained(shop, "Croston()"), shop).quantiles[:, 0, 0]

    assert not low.any()
    assert not median.any()
    assert (high > 5.0).all()


def test_new_items_start_from_their_category():
    """An item that training never saw gets the mean of its category."""
    series = {f"cheap{k}": poisson(8.0, k) for k in range(6)} | {f"dear{k}": poisson(1.0, k) for k in range(6)}
    categories = {item: item.rstrip("0123456789") for item in series}
    known, wider = (shop_of(series, categories=some) for some in (categories, categories | {"novel": "cheap"}))

    assert forecast(trained(known), wider, items=("novel",)).mean.mean() == pytest.approx(8.0, rel=0.3)


def test_a_longer_horizon_than_kept_is_fitted_again():
    """Days beyond those kept are forecast when asked, the near ones stay; without time it is left to the next."""
    shop = shop_of({"a": poisson(np.where(np.arange(DAYS) % 7 == 5, 12.0, 4.0)), "zeros": np.zeros(DAYS)})
    long, short = trained(shop, "AutoETS(seasonal='add')", horizon_days=60), trained(shop, "AutoETS(seasonal='add')")
    expected, answer = forecast(long, shop, horizon_days=60), forecast(short, shop, horizon_days=60)

    np.testing.assert_allclose(answer.mean, expected.mean, rtol=1e-4)
    np.testing.assert_allclose(answer.quantiles, expected.quantiles, rtol=1e-4)
    np.testing.assert_array_equal(answer.mean[..., :14], forecast(short, shop).mean)
    fresh = trained(shop, "AutoETS(seasonal='add')")
    assert forecast(fresh, shop, horizon_days=60, deadline=Deadline.after(-1.0)) is None
    assert forecast(fresh, shop, horizon_days=28, deadline=Deadline.after(-1.0)) is not None


@pytest.mark.parametrize("days", [-3, 5, 40, 3000])
def test_another_moment_keeps_the_weekdays(days):
    """Asked as of another day, before or long after the end of the data, every weekday has its forecast."""
    shop = shop_of({"a": np.where(np.arange(DAYS) % 7 == 5, 12.0, 4.0) + np.arange(DAYS) % 2})
    state = attrs.evolve(shop.state(), as_of=shop.state().as_of + timedelta(days=days))
    answer = forecast(trained(shop), shop, state=state)
    saturday = [(answer.starts_on + timedelta(days=k)).weekday() == 5 for k in range(14)]

    assert answer.mean[0, 0, saturday] == pytest.approx([12.5, 12.5], rel=0.05)
    assert answer.mean[0, 0, np.invert(saturday)].max() < 5.0


def test_survives_saving(tmp_path):
    """A loaded plugin answers as the saved one, promotions, longer horizons and both uses of stock included."""
    shop = promoted_shop()
    plugin, loaded = trained(shop, REGRESSION), SktimeForecaster(MEAN, n_jobs=1)
    plugin.save(tmp_path)
    loaded.load(tmp_path)
    day = shop.state().starts_on
    state = attrs.evolve(shop.state(), promotions=(Promotion("a", day, day, price=4.0),))

    for use_in_stock, horizon_days in ((True, 7), (False, 7), (True, 35)):
        asked = {"state": state, "use_in_stock": use_in_stock, "horizon_days": horizon_days}
        assert forecast(loaded, shop, **asked) == forecast(plugin, shop, **asked)


def test_untrained_it_passes_and_saves_nothing(tmp_path):
    """Before training it leaves the answer to the next in the chain, and a load of nothing stays untrained."""
    shop, plugin = shop_of({"a": poisson(3.0)}), SktimeForecaster(MEAN)
    plugin.save(tmp_path)
    plugin.load(tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert forecast(plugin, shop) is None


def test_processes_forecast_what_one_does():
    """Forty series in two processes have the forecasts that they have in one, and progress is told of every chunk."""
    shop = shop_of({f"i{k}": poisson(4.0, k, 40) for k in range(40)})
    told = []
    plugin = SktimeForecaster("Croston()", horizon_days=7, n_jobs=2)
    call(plugin, "train", dataset=shop, progress=lambda *step: told.append(step))

    assert told == [("forecaster", 32, 40), ("forecaster", 40, 40)]
    assert forecast(plugin, shop, horizon_days=7) == forecast(trained(shop, "Croston()"), shop, horizon_days=7)


@pytest.mark.parametrize("freq", ["W-MON", "MS"])
def test_weeks_and_months_are_periods(freq):
    """Weekly and monthly tables are forecast by the week and the month, on a calendar that estimators know."""
    dates = pd.date_range("2020-01-06" if freq == "W-MON" else "2018-01-01", periods=60, freq=freq)
    demand = pd.DataFrame({"date": dates, "item_id": "a", "node_id": "s", "units": poisson(30.0, 0, 60)})
    shop = Dataset.from_tables({"demand": demand, "nodes": pd.DataFrame({"node_id": ["s"], "kind": "store"})})
    answer = forecast(trained(shop, "AutoETS()"), shop, horizon_days=6)

    assert answer.mean.mean() == pytest.approx(30.0, rel=0.15)


def test_any_estimator_of_a_pipeline_works():
    """A pipeline of a transformer and a forecaster, written as a specification, forecasts positive demand."""
    shop = shop_of({"a": poisson(20.0) + 1.0})
    steps = "('log', LogTransformer(offset=1)), ('f', NaiveForecaster(sp=1, strategy='mean'))"
    answer = forecast(trained(shop, f"TransformedTargetForecaster(steps=[{steps}])"), shop)

    assert answer.mean.mean() == pytest.approx(21.0, rel=0.15)
    assert isinstance(answer.starts_on, date)
