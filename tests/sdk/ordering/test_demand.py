"""Demand over an interval, from a forecast and from the past."""

from datetime import timedelta
from types import SimpleNamespace

import attrs
import numpy as np
import pytest
from inventory_world import poisson_forecast, world
from scipy import stats

from shelfwise.ordering.demand import from_forecast, steady
from shelfwise.ordering.statistics import DemandStatistics, expected_demand, learn
from shelfwise.types import DEFAULT_QUANTILES, DemandForecast, Index, Promotion


@pytest.mark.parametrize(("mean", "variance"), [(20.0, 60.0), (5.0, 10.0), (200.0, 1000.0), (60.0, 600.0)])
def test_the_variance_is_fitted_to_the_quantiles(mean, variance):
    """The quantiles of a skewed law give its variance back within a quarter."""
    state = world(1, ("S1", "T1"), [])
    law = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    forecast = DemandForecast(
        state.items.index,
        Index(("T1",)),
        state.starts_on,
        DEFAULT_QUANTILES,
        np.full((1, 1, 3), mean),
        np.stack([np.full((1, 1, 3), law.ppf(level)) for level in DEFAULT_QUANTILES]),
    )

    fitted = from_forecast(forecast, ("i0",), state.nodes.index).variance[0, 1, 0]

    assert fitted == pytest.approx(variance, rel=0.25)


def test_a_normal_forecast_gives_its_variance_exactly():
    """Quantiles that are no whole numbers are taken as they are."""
    state = world(1, ("S1", "T1"), [])
    levels = (0.1, 0.5, 0.9)
    forecast = DemandForecast(
        state.items.index,
        Index(("T1",)),
        state.starts_on,
        levels,
        np.full((1, 1, 1), 100.3),
        np.array([100.3 + 25.0 * stats.norm.ppf(level) for level in levels]).reshape(3, 1, 1, 1),
    )

    demand = from_forecast(forecast, ("i0",), state.nodes.index)

    assert demand.variance[0, 1, 0] == pytest.approx(625.0)


def test_items_and_nodes_that_are_not_forecast_have_no_demand():
    """Axes are matched by id, in whatever order."""
    state = world(3, ("S1", "T1", "T2"), [])
    forecast = poisson_forecast(world(2, ("S1", "T2"), []), {"T2": [3.0, 4.0]})

    demand = from_forecast(forecast, ("i2", "i1", "i0"), state.nodes.index)

    assert demand.rate.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 4.0], [0.0, 0.0, 3.0]]


def test_demand_goes_on_after_the_forecast_at_the_average_of_its_last_week():
    """The sum over 20 days of a forecast of 10 adds 10 days of the last seven's mean."""
    mean = np.array([9.0, 9.0, 9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]).reshape(1, 1, 10)

    total, _ = type(steady(np.ones((1, 1)), np.ones((1, 1)), 1))(mean, mean).over(np.array([[20]]))

    assert total[0, 0] == pytest.approx(27.0 + 28.0 + 10 * 4.0)


def test_an_uncertain_lead_time_adds_the_squared_demand_of_a_day():
    """Var = L var_d + mean_d^2 var_L."""
    demand = steady(np.full((1, 1), 5.0), np.full((1, 1), 8.0), 30)

    mean, variance = demand.over(np.array([[6]]), np.array([[4.0]]))

    assert (mean[0, 0], variance[0, 0]) == (30.0, 6 * 8.0 + 25.0 * 4.0)


def _panel(units, **masks):
    units = np.asarray(units, dtype=float).reshape(1, 1, -1)
    days = units.shape[2]
    in_stock = np.asarray(masks.get("in_stock", [True] * days)).reshape(1, 1, days)
    is_open = np.asarray(masks.get("open", [True] * days)).reshape(1, days)
    return SimpleNamespace(items=Index(("i0",)), nodes=Index(("T1",)), units=units, in_stock=in_stock, open=is_open)


def test_the_past_is_counted_from_the_first_sale_on():
    """Days before an item was there say nothing of it."""
    statistics = learn(_panel([0, 0, 0, 4, 2, 0, 6]), 182)

    assert statistics.mean[0, 0] == 3.0
    assert statistics.variance[0, 0] == pytest.approx(np.var([4, 2, 0, 6], ddof=1))


def test_days_without_stock_are_left_out_and_closed_days_are_days_without_demand():
    """Demand unseen for want of stock is no zero; a Sunday is."""
    panel = _panel([4, 0, 0, 4], in_stock=[True, False, True, True], open=[True, True, False, True])

    assert learn(panel, 182).mean[0, 0] == pytest.approx(8 / 3)


def test_only_the_recent_past_counts():
    """Statistics are taken from the last days asked for."""
    assert learn(_panel([100, 100, 2, 2]), 2).mean[0, 0] == 2.0


def test_statistics_are_saved_and_loaded(tmp_path):
    """What is loaded is what was learned, and nothing where nothing was saved."""
    assert DemandStatistics.load(tmp_path) is None
    statistics = learn(_panel([1, 2, 3]), 182)

    statistics.save(tmp_path)
    again = DemandStatistics.load(tmp_path)

    assert again == statistics
    assert (again.mean == statistics.mean).all()
    assert (again.variance == statistics.variance).all()


def test_without_a_forecast_the_planners_uplift_of_a_promotion_counts():
    """On its days, at its node or everywhere, demand of the past is multiplied; one without an uplift says nothing."""
    state = world(2, ("S1", "T1", "T2"), [{}])
    day = state.starts_on
    planned = [
        Promotion("i0", day + timedelta(days=1), day + timedelta(days=2), expected_uplift=2.0),
        Promotion("i1", day - timedelta(days=3), day, node_id="T2", expected_uplift=3.0),
        Promotion("i1", day, day + timedelta(days=9)),
    ]
    known = DemandStatistics(state.items.index, Index(("T1", "T2")), np.full((2, 2), 5.0), np.full((2, 2), 7.0))

    demand = expected_demand(None, known, state.items.index.ids, attrs.evolve(state, promotions=planned), 4)

    assert demand.mean[0, 1].tolist() == [5.0, 10.0, 10.0, 5.0]
    assert demand.mean[1, 1].tolist() == [5.0] * 4
    assert demand.mean[1, 2].tolist() == [15.0, 5.0, 5.0, 5.0]
    assert demand.variance[0, 1].tolist() == [7.0, 14.0, 14.0, 7.0]
