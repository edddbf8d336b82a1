"""What stock has to last for, where unmet demand waits and where it is lost: by known answers and by enumeration."""

import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, poisson_forecast, world
from scipy import stats

from shelfwise.ordering import assess, from_forecast
from shelfwise.types import ReplenishRequest

COUNTS = np.arange(120)


def _coverage(state, *, lost_sales, means=None, **request):
    asked = ReplenishRequest(item_ids=state.items.index.ids, node_ids=state.nodes.index.ids[1:], **request)
    demand = from_forecast(poisson_forecast(state, means or {"T1": 5.0}), asked.item_ids, state.nodes.index)
    costs = {"holding_rate_per_year": 0.25, "goodwill_cost": 0.0, "lost_sales": lost_sales}
    return assess(asked, state, demand, None, **costs).coverage


def _exact(stock, arrivals, quantity, days, mean=5.0):
    """Return units served and units left of Poisson demand over the days, ``quantity`` arriving on the last of them."""
    law = np.zeros(len(COUNTS))
    law[int(stock)] = 1.0
    served = 0.0
    for day in range(days):
        law = np.roll(law, int(arrivals.get(day, 0) + (quantity if day == days - 1 else 0)))
        left = np.zeros(len(COUNTS))
        for units in np.flatnonzero(law):
            sold = np.minimum(COUNTS, units)
            chance = stats.poisson.pmf(COUNTS, mean)
            chance[-1] += 1.0 - chance.sum()
            served += law[units] * (chance @ sold)
            np.add.at(left, units - sold, law[units] * chance)
        law = left
    return served, law @ COUNTS


@pytest.mark.parametrize("stock", [0.0, 4.0, 8.0, 12.0, 20.0])
@pytest.mark.parametrize("arriving", [0.0, 6.0])
def test_what_is_served_and_left_is_what_enumeration_says(stock, arriving):
    """Orders of 0 to 15 on a store that sells 5 a day, two days from its supplier, sales lost."""
    state = world(1, STORE, [{}], on_hand={(0, "T1"): stock}, open_orders=[(0, "T1", arriving, 1)])

    coverage = _coverage(state, lost_sales=True)

    for quantity in (0.0, 3.0, 6.0, 15.0):
        served, left = _exact(stock, {1: arriving}, quantity, 3)
        assert coverage.fill_rate(np.full((1, 2), quantity))[0, 1] == pytest.approx(served / 15.0, abs=0.02)
        assert coverage.left(np.full((1, 2), quantity))[0, 1] == pytest.approx(left, abs=0.25)


@pytest.mark.parametrize("stock", [0.0, 8.0, 12.0])
def test_an_order_serves_what_enumeration_says(stock):
    """The units short that an order makes up for are those of the days after its arrival."""
    coverage = _coverage(world(1, STORE, [{}], on_hand={(0, "T1"): stock}), lost_sales=True)
    nothing, some = np.zeros((1, 2)), np.full((1, 2), 6.0)

    gained = (coverage.short(nothing) - coverage.short(some))[0, 1]

    assert gained == pytest.approx(_exact(stock, {}, 6, 3)[0] - _exact(stock, {}, 0, 3)[0], abs=0.2)


def test_with_stock_enough_both_are_one():
    """Where nothing is short, nothing is lost and nothing waits."""
    state = world(1, STORE, [{}], on_hand={(0, "T1"): 40.0})

    lost, waiting = (_coverage(state, lost_sales=lost_sales) for lost_sales in (True, False))

    for quantity in (0.0, 5.0):
        units = np.full((1, 2), quantity)
        assert lost.sold[0, 1] == pytest.approx(waiting.sold[0, 1], abs=1e-6)
        assert lost.left(units)[0, 1] == pytest.approx(waiting.left(units)[0, 1], abs=1e-3)


def test_what_waits_is_served_once_there_is_stock():
    """An empty shelf sells all of the demand until the next order can arrive, if enough is ordered."""
    coverage = _coverage(world(1, STORE, [{}]), lost_sales=False)

    assert coverage.sold[0, 1] == coverage.demand[0, 1] == 15.0
    assert coverage.fill_rate(np.full((1, 2), 60.0))[0, 1] == pytest.approx(1.0)


def test_an_order_that_may_be_late_finds_what_it_finds():
    """A lead time that varies adds to what is uncertain of the stock at arrival, but nothing to an empty shelf."""
    certain, late = (
        [
            _coverage(
                world(1, STORE, [{"lead_time_sd_days": spread}], on_hand={(0, "T1"): units}), lost_sales=True
            ).law.variance[0, 1]
            for units in (0.0, 40.0)
        ]
        for spread in (0.0, 1.5)
    )

    assert late[0] == pytest.approx(certain[0], rel=1e-3)
    assert late[1] == pytest.approx(certain[1] + (1.5 * 5.0) ** 2, rel=0.01)


def test_a_warehouse_and_its_stores_are_one_stock():
    """What the stores have is sold before what the warehouse orders can reach them; the rest is lost."""
    empty, full = (
        _coverage(world(1, CHAIN, CHAIN_LANES, on_hand=stock), lost_sales=True, means={"T1": 2.0, "T2": 3.0})
        for stock in ({}, {(0, "T1"): 30.0, (0, "W1"): 40.0})
    )

    assert empty.demand[0, 1] == full.demand[0, 1] == 35.0
    assert empty.sold[0, 1] == pytest.approx(5.0, abs=1e-6)
    assert full.sold[0, 1] == pytest.approx(35.0, abs=0.01)


def test_what_is_owed_is_paid_first():
    """Stock below nothing takes of what is ordered as much as it is below."""
    owing, nothing = (
        _coverage(world(1, STORE, [{}], on_hand={(0, "T1"): units}), lost_sales=True) for units in (-7.0, 0.0)
    )

    assert owing.left(np.full((1, 2), 17.0))[0, 1] == pytest.approx(nothing.left(np.full((1, 2), 10.0))[0, 1])
