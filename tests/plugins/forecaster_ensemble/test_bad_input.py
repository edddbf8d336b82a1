"""What a shop's own table may hold: each odd series gets a sane forecast, and none spoils the others'."""

import attrs
import numpy as np
import pandas as pd
import pytest
from shelfwise_forecaster_ensemble import BoostingForecaster, EnsembleForecaster

from shelfwise.dataset import Dataset
from shelfwise.invariants import check_forecast
from shelfwise.plugins import call
from shelfwise.series import read_history, without_slips
from shelfwise.types import Deadline, ForecastRequest, silent

DAYS = 120
DAY = pd.date_range("2024-01-01", periods=DAYS)
NODES = pd.DataFrame({"node_id": ["s"], "kind": "store"})
STEADY = tuple(f"steady {number}" for number in range(6))


def series(item, units, days=DAY):
    """Return the rows of one item."""
    return pd.DataFrame({"date": days, "item_id": item, "node_id": "s", "units": np.asarray(units, float)})


def rows():
    """Return the demand of steady items and of one of each odd kind."""
    generator = np.random.default_rng(0)
    found = {item: series(item, generator.poisson(4.0 + 2.0 * k, DAYS)) for k, item in enumerate(STEADY)}
    usual = generator.poisson(6.0, DAYS).astype(float)
    found["zeros"] = series("zeros", np.zeros(DAYS))
    found["once"] = series("once", [3.0], DAY[100:101])
    found["constant"] = series("constant", np.full(DAYS, 7.0))
    found["gaps"] = series("gaps", usual).iloc[np.r_[0:20, 45:80, 95:DAYS]]
    found["twice"] = pd.concat([series("twice", usual), series("twice", usual).iloc[30:40]])
    found["slip"] = series("slip", np.where(np.arange(DAYS) == DAYS - 2, 1e6, usual))
    found["no number"] = series("no number", np.where(np.arange(DAYS) % 10 == 3, np.nan, usual))
    found["shuffled"] = series("shuffled", usual).sample(frac=1.0, random_state=0)
    return found


def trained(tables, kind=EnsembleForecaster, **options):
    """Return a plugin that has learned from rows of demand, and its data set."""
    dataset = Dataset.from_tables({"demand": pd.concat(tables), "nodes": NODES})
    plugin = kind(preset="fast", trees=20, epochs=1, horizon=14, **options)
    call(plugin, "train", dataset=dataset, progress=silent)
    return plugin, dataset


def forecast(plugin, dataset, days=14):
    """Return the valid answer for every item of a data set."""
    state = dataset.state()
    request = ForecastRequest(state.items.index.ids, ("s",), days)
    answer = call(plugin, "forecast", request=request, state=state, exposure=None, deadline=Deadline())
    assert check_forecast(request, state, answer) == ()
    return answer


@pytest.fixture(scope="module")
def answer():
    """The forecast of trees and an LSTM that have learned from all of them together."""
    return forecast(*trained(rows().values(), members=("boosting", "lstm")))


def mean(answer, item):
    """Return the mean of an item by the day."""
    return answer.mean[answer.items.position(item), 0]


@pytest.mark.parametrize(
    ("item", "least", "most"),
    [
        ("zeros", 0.0, 1.5),
        ("once", 0.0, 8.0),
        ("constant", 4.0, 10.0),
        ("gaps", 2.0, 10.0),
        ("twice", 3.0, 12.0),
        ("slip", 3.0, 18.0),
        ("no number", 2.0, 10.0),
        ("shuffled", 3.0, 10.0),
        *((item, 0.5 * (4.0 + 2.0 * k), 2.0 * (4.0 + 2.0 * k)) for k, item in enumerate(STEADY)),
    ],
)
def test_an_odd_series_is_forecast_sanely(answer, item, least, most):
    """The mean of every day is of the size of what was sold, and no interval runs away."""
    assert least <= mean(answer, item).min()
    assert mean(answer, item).max() <= most
    assert answer.quantiles[:, answer.items.position(item)].max() <= 12.0 * most + 5.0


def test_the_order_of_rows_does_not_matter():
    """Trees say the same of a table whose rows are shuffled."""
    table = pd.concat(list(rows().values())[:4])
    plain, shuffled = (
        forecast(*trained([some], BoostingForecaster)) for some in (table, table.sample(frac=1.0, random_state=1))
    )

    np.testing.assert_array_equal(plain.mean, shuffled.mean)


@pytest.mark.parametrize(
    "table",
    [series("a", np.zeros(60), DAY[:60]), series("a", [2.0], DAY[:1]), series("a", np.full(60, 3.0), DAY[:60])],
    ids=["zeros", "one observation", "constant"],
)
def test_one_odd_series_alone_is_forecast(table):
    """A table with nothing but one odd series is learned from and forecast, near and far."""
    plugin, dataset = trained([table], members=("boosting",))

    for days in (7, 90):
        assert forecast(plugin, dataset, days).mean.max() <= 2.0 * table["units"].max() + 0.5


def test_a_slip_counts_for_a_thousand_usual_sales():
    """One entry of a million is capped; a campaign of 500 usual days and a series that sold only once are not."""
    tables = [
        series("slip", np.where(np.arange(DAYS) == 50, 1e6, 4.0)),
        series("peak", np.where(np.arange(DAYS) == 50, 2_000.0, 4.0)),
        series("once", [1e6], DAY[50:51]),
    ]
    history = read_history(Dataset.from_tables({"demand": pd.concat(tables), "nodes": NODES}), periods=DAYS)
    capped = without_slips(history)
    largest = dict(zip(capped.items, capped.units.max(axis=1), strict=True))

    assert largest == {"slip": 4_000.0, "peak": 2_000.0, "once": 1e6}
    assert without_slips(capped) is capped
    np.testing.assert_array_equal(without_slips(attrs.evolve(history, units=history.units * 2)).units, 2 * capped.units)
