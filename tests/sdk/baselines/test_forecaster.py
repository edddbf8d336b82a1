"""The baseline forecaster as the contract sees it: what is asked is answered, and reasonably."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import attrs
import numpy as np
import pandas as pd
import pytest

from shelfwise.baselines.forecaster import BaselineForecaster
from shelfwise.dataset import Dataset
from shelfwise.invariants import check_forecast
from shelfwise.plugins import call
from shelfwise.types import Deadline, Exposure, ForecastRequest, Index, Promotion

FIRST = date(2024, 1, 1)  # a Monday
DAYS = 140
LEVELS = (0.05, 0.5, 0.95)


def demand_table(means, *, days=DAYS, step=1, seed=1, closed=(), **columns):
    """Return Poisson demand of items at nodes, ``means`` being (item, node) -> mean or day -> mean."""
    generator = np.random.default_rng(seed)
    rows = []
    for (item, node), mean in means.items():
        for number in range(days):
            day = FIRST + timedelta(days=number * step)
            if day.weekday() not in closed or step > 1:
                units = generator.poisson(mean(number) if callable(mean) else mean)
                rows.append({"date": day, "item_id": item, "node_id": node, "units": float(units)})
    table = pd.DataFrame(rows).assign(**columns)
    table["date"] = pd.to_datetime(table["date"])
    return table


def dataset_of(demand, **tables):
    """Return a data set in which every node of the demand is a store."""
    nodes = pd.DataFrame({"node_id": sorted(demand["node_id"].unique()), "kind": "store"})
    return Dataset.from_tables({"demand": demand, "nodes": nodes} | tables)


def trained(dataset, **options):
    """Return a forecaster that has learned from a data set."""
    plugin = BaselineForecaster(**options)
    call(plugin, "train", dataset=dataset, progress=lambda *_: None)
    return plugin


def forecast(plugin, dataset, *, items=None, nodes=("s",), state=None, exposure=None, **request):
    """Return the answer, checked by the invariants, with the request's ids spelled out."""
    state = state or dataset.state()
    asked = ForecastRequest(
        items or state.items.index.ids, nodes, **({"horizon_days": 7, "quantiles": LEVELS} | request)
    )
    answer = call(plugin, "forecast", request=asked, state=state, exposure=exposure, deadline=Deadline())
    assert check_forecast(asked, state, answer) == ()
    return answer


@pytest.fixture(scope="module")
def shop():
    """A store open from Monday to Friday that sells three items, ten, two and a fifth of a unit a day."""
    demand = demand_table({("fast", "s"): 10.0, ("slow", "s"): 2.0, ("rare", "s"): 0.2}, closed=(5, 6))
    return dataset_of(demand)


@pytest.fixture(scope="module")
def plugin(shop):
    """A forecaster trained on that store."""
    return trained(shop)


def test_learns_the_level_of_each_item(shop, plugin):
    """The mean of an open day comes close to the rate that made the data, fast and slow items alike."""
    answer = forecast(plugin, shop)
    opened = answer.mean[:, 0, :].max(axis=1)
    expected = dict(zip(answer.items, opened, strict=True))
    assert expected["fast"] == pytest.approx(10.0, rel=0.15)
    assert expected["slow"] == pytest.approx(2.0, rel=0.3)
    assert 0.05 < expected["rare"] < 0.5


def test_forecasts_nothing_on_closed_weekdays(shop, plugin):
    """A weekday on which the store never trades has mean and quantiles of 0, the others have demand."""
    answer = forecast(plugin, shop, items=("fast",))
    weekdays = [(answer.starts_on + timedelta(days=k)).weekday() for k in range(7)]
    closed = np.isin(weekdays, (5, 6))
    assert (answer.mean[0, 0, closed] == 0).all()
    assert (answer.quantiles[:, 0, 0, closed] == 0).all()
    assert (answer.mean[0, 0, ~closed] > 5).all()


def test_learns_the_weekly_pattern():
    """A Saturday that sells three times as much is forecast so."""
    busy = dataset_of(demand_table({("a", "s"): lambda number: 12.0 if number % 7 == 5 else 4.0}))
    answer = forecast(trained(busy), busy, horizon_days=14)
    saturday = [(answer.starts_on + timedelta(days=k)).weekday() == 5 for k in range(14)]
    assert answer.mean[0, 0, saturday].mean() / answer.mean[0, 0, np.invert(saturday)].mean() == pytest.approx(
        3, rel=0.2
    )


def test_answers_in_the_order_asked(shop, plugin):
    """Reordering the request reorders the answer and changes nothing else."""
    one = forecast(plugin, shop, items=("fast", "rare"))
    two = forecast(plugin, shop, items=("rare", "fast"))
    assert two.items.ids == ("rare", "fast")
    np.testing.assert_array_equal(one.mean, two.mean[::-1])
    np.testing.assert_array_equal(one.quantiles, two.quantiles[:, ::-1])


def test_parts_sum_to_the_mean(shop, plugin):
    """Base, season, price, promotion and exposure add up to the mean to the last digits."""
    state = attrs.evolve(
        shop.state(), promotions=(Promotion("fast", date(2024, 1, 1), date(2030, 1, 1), expected_uplift=1.7),)
    )
    extra = np.full((3, 1, 7), 0.3)
    answer = forecast(plugin, shop, state=state, exposure=Exposure(state.items.index, Index(("s",)), extra, extra))
    assert set(answer.parts) == {"base", "season", "price", "promotion", "exposure"}
    np.testing.assert_allclose(sum(answer.parts.values()), answer.mean, rtol=0, atol=1e-9)


def test_exposure_shifts_mean_and_quantiles(shop, plugin):
    """Extra units are added item by item, day by day; ids and days that the exposure leaves out get none."""
    plain = forecast(plugin, shop, items=("rare", "fast"))
    extra = np.array([[[1.5, 2.5]]])
    exposure = Exposure(Index(("fast",)), Index(("s",)), extra, extra)
    answer = forecast(plugin, shop, items=("rare", "fast"), exposure=exposure)
    shift = np.zeros((2, 1, 7))
    shift[1, 0, :2] = (1.5, 2.5)
    np.testing.assert_allclose(answer.mean - plain.mean, shift, atol=1e-9)
    np.testing.assert_allclose(answer.quantiles - plain.quantiles, np.broadcast_to(shift, (3, 2, 1, 7)), atol=1e-9)
    np.testing.assert_array_equal(answer.parts["exposure"], shift)


def test_days_without_stock_are_censored():
    """With the link on, sold-out days do not lower the level; with it off, they count as days without demand."""
    demand = demand_table({("a", "s"): 8.0})
    sold_out = np.arange(len(demand)) % 2 == 0
    demand.loc[sold_out, "units"] = 0.0
    shop = dataset_of(demand.assign(in_stock=~sold_out))
    plugin = trained(shop)
    censored, naive = forecast(plugin, shop), forecast(plugin, shop, use_in_stock=False)
    assert censored.mean.mean() == pytest.approx(8.0, rel=0.15)
    assert naive.mean.mean() == pytest.approx(4.0, rel=0.2)


def promoted_shop():
    """A store where every tenth day a promotion at 20 % off triples the demand of six items."""

    def mean(number):
        return 15.0 if number % 10 == 0 else 5.0

    demand = demand_table({(f"i{k}", "s"): mean for k in range(6)})
    on = ((demand["date"] - pd.Timestamp(FIRST)).dt.days % 10 == 0).to_numpy()
    return dataset_of(demand.assign(on_promotion=on, price=np.where(on, 4.0, 5.0)))


def test_learns_what_promotions_do():
    """A planned promotion at the usual cut raises its days about threefold and leaves the others alone."""
    shop = promoted_shop()
    plugin = trained(shop)
    starts = shop.state().starts_on + timedelta(days=2)
    planned = attrs.evolve(
        shop.state(), promotions=(Promotion("i0", starts, starts + timedelta(days=1), "s", price=4.0),)
    )
    plain, answer = forecast(plugin, shop), forecast(plugin, shop, state=planned)
    ratio = answer.mean[0, 0] / plain.mean[0, 0]
    assert ratio[2:4] == pytest.approx(3.0, rel=0.3)
    assert ratio[[0, 1, 4, 5, 6]] == pytest.approx(1.0)
    assert (answer.parts["promotion"] + answer.parts["price"])[0, 0, 2] > 0


def test_base_leaves_promotions_out():
    """The level is that of plain days, though a tenth of all days were promoted."""
    shop = promoted_shop()
    assert forecast(trained(shop), shop).mean.mean() == pytest.approx(5.0, rel=0.1)


def test_a_stated_uplift_replaces_what_was_learned():
    """The planner's own expectation is taken as it is, at the node that it names."""
    shop = promoted_shop()
    plugin = trained(shop)
    starts = shop.state().starts_on
    planned = attrs.evolve(shop.state(), promotions=(Promotion("i1", starts, starts, "s", expected_uplift=2.0),))
    ratio = forecast(plugin, shop, state=planned).mean / forecast(plugin, shop).mean
    assert ratio[1, 0, 0] == pytest.approx(2.0)


def test_a_new_item_starts_from_its_category():
    """An item that training never saw gets the mean of its category, and a wider band than its like."""
    means = {(f"cheap{k}", "s"): 8.0 for k in range(10)} | {(f"dear{k}", "s"): 1.0 for k in range(10)}
    categories = {item: item.rstrip("0123456789") for item, _ in means} | {"novel": "cheap", "odd": "unheard of"}
    items = pd.DataFrame({"item_id": list(categories), "category": list(categories.values())})
    demand = demand_table(means)
    plugin = trained(dataset_of(demand, items=items[items["item_id"].str[-1].str.isdigit()]))
    answer = forecast(plugin, dataset_of(demand, items=items), items=("novel", "cheap0", "odd"))
    level, low, high = answer.mean.mean(axis=(1, 2)), answer.quantiles[0, :, 0, 0], answer.quantiles[-1, :, 0, 0]
    assert level[0] == pytest.approx(8.0, rel=0.25)
    assert 1.0 < level[2] < 8.0
    assert high[0] - low[0] >= high[1] - low[1]


def test_a_new_store_and_an_item_new_to_a_store_are_served():
    """An item sold elsewhere starts at a store from what it sells there; an unknown store gets a mean store."""
    means = {(f"i{k}", node): 6.0 for k in range(10) for node in ("s", "t")} | {("only s", "s"): 20.0}
    demand = demand_table(means)
    shop = dataset_of(demand)
    nodes = pd.DataFrame({"node_id": ["s", "t", "u"], "kind": "store"})
    larger = Dataset.from_tables({"demand": demand, "nodes": nodes})
    answer = forecast(trained(shop), larger, items=("only s", "i0"), nodes=("t", "u"))
    assert answer.mean[0, 0].mean() == pytest.approx(20.0, rel=0.3)
    assert (answer.mean[:, 1] > 0).all()


def test_a_short_record_is_shrunk_toward_its_category():
    """Three high days do not make a high seller where the rest of the category sells little."""
    demand = demand_table({(f"i{k}", "s"): 1.0 for k in range(30)})
    last = demand["date"].max()
    late = pd.DataFrame(
        {"date": pd.date_range(last - pd.Timedelta(days=2), last), "item_id": "new", "node_id": "s", "units": 9.0}
    )
    shop = dataset_of(pd.concat([demand, late]))
    level = forecast(trained(shop), shop, items=("new",)).mean.mean()
    assert 1.0 < level < 9.0


@pytest.mark.parametrize(("step", "rate"), [(7, 30.0), (7, 0.4)])
def test_weekly_tables_are_forecast_by_the_week(step, rate):
    """Where days of trade lie a week apart, a period of the forecast is a week and has no weekday season."""
    weekly = dataset_of(demand_table({(f"i{k}", "s"): rate for k in range(10)}, days=60, step=step))
    answer = forecast(trained(weekly), weekly)
    assert answer.mean.mean() == pytest.approx(rate, rel=0.2)
    assert (np.ptp(answer.mean, axis=2) == 0).all()


def test_season_length_is_an_option():
    """A yearly season on monthly data is learned when it is asked for."""
    months = pd.date_range("2018-01-01", periods=60, freq="MS")
    units = np.where(months.month == 12, 40.0, 10.0)
    shop = dataset_of(pd.DataFrame({"date": months, "item_id": "a", "node_id": "s", "units": units}))
    answer = forecast(trained(shop, season_length=12), shop, horizon_days=12)
    assert answer.mean[0, 0].argmax() == 11
    assert answer.mean[0, 0, 11] > 2 * answer.mean[0, 0, 0]


def test_intervals_cover_what_comes():
    """Intervals of 90 % hold about that share of the days that follow, with level, scatter and zeros unknown."""
    generator = np.random.default_rng(5)
    rates = generator.gamma(0.8, 4.0, 120)
    scatter = generator.gamma(2.0, 0.5, (120, DAYS + 28))
    units = generator.poisson(rates[:, None] * scatter)
    items = np.repeat([f"i{k}" for k in range(120)], DAYS)
    days = np.tile(pd.date_range(FIRST, periods=DAYS).to_numpy(), 120)
    history = pd.DataFrame({"date": days, "item_id": items, "node_id": "s", "units": units[:, :DAYS].ravel()})
    shop = dataset_of(history.astype({"units": float}))
    answer = forecast(trained(shop), shop, items=tuple(dict.fromkeys(items)), horizon_days=28)
    low, high = answer.quantiles[0, :, 0], answer.quantiles[-1, :, 0]
    inside = (units[:, DAYS:] >= low) & (units[:, DAYS:] <= high)
    assert 0.9 <= inside.mean() < 0.97


def test_survives_saving(tmp_path, shop, plugin):
    """A loaded plugin answers as the saved one did, promotions, new items and both uses of stock included."""
    plugin.save(tmp_path)
    loaded = BaselineForecaster()
    loaded.load(tmp_path)
    for use_in_stock in (True, False):
        asked = {"items": ("slow", "fast", "rare"), "use_in_stock": use_in_stock}
        assert forecast(loaded, shop, **asked) == forecast(plugin, shop, **asked)


def test_training_twice_gives_the_same(shop, plugin):
    """Nothing is drawn at random."""
    assert forecast(trained(shop), shop) == forecast(plugin, shop)


def test_untrained_it_passes_and_saves_nothing(tmp_path, shop):
    """Before training it leaves the answer to the next in the chain, and a load of nothing stays untrained."""
    plugin = BaselineForecaster()
    plugin.save(tmp_path)
    plugin.load(tmp_path)
    request = ForecastRequest(("fast",), ("s",))
    assert list(tmp_path.iterdir()) == []
    assert plugin.forecast(request=request, state=shop.state(), exposure=None) is None


def test_an_empty_request_has_an_empty_answer(shop, plugin):
    """No items give arrays without rows."""
    request = ForecastRequest((), ("s",), 7, LEVELS)
    answer = plugin.forecast(request=request, state=shop.state(), exposure=None)
    assert answer.mean.shape == (0, 1, 7)
    assert answer.quantiles.shape == (3, 0, 1, 7)


def test_one_day_of_one_item_is_enough():
    """The least there can be is learned from, and forecast without a fault."""
    tiny = dataset_of(demand_table({("Ünïcode ☂", "s"): 3.0}, days=1))
    answer = forecast(trained(tiny), tiny)
    assert np.isfinite(answer.mean).all()


def test_items_that_never_sold_stay_near_zero():
    """A record of nothing but zeros gives hardly any demand and a median of 0."""
    shop = dataset_of(demand_table({("dead", "s"): 0.0, ("alive", "s"): 3.0}))
    answer = forecast(trained(shop), shop, items=("dead",))
    assert answer.mean.max() < 0.1
    assert (answer.quantiles[1] == 0).all()


def test_demand_in_fractions_has_fractional_quantiles():
    """Goods sold by weight are not rounded to whole units."""
    demand = demand_table({("cheese", "s"): 40.0})
    shop = dataset_of(demand.assign(units=demand["units"] / 100))
    answer = forecast(trained(shop), shop)
    assert answer.mean.mean() == pytest.approx(0.4, rel=0.15)
    assert 0.0 < answer.quantiles[0].min() < answer.quantiles[2].min() < 1.0


def test_importing_it_does_not_load_pandas():
    """The plugin is found and built without the libraries that only training needs."""
    code = "import sys, shelfwise.baselines.forecaster; sys.exit('pandas' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("options", [{"half_life": 0.0}, {"season_length": 0}, {"history_periods": 0}])
def test_options_are_checked(options):
    """Options out of range are refused when the plugin is built."""
    with pytest.raises(ValueError, match=next(iter(options))):
        BaselineForecaster(**options)
