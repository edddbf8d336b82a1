"""What an order line says beside its quantity: when stock ends without it, and what skipping it costs."""

import re

import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, poisson_forecast, world
from scipy import stats

from shelfwise.ordering import assess, from_forecast, plan
from shelfwise.types import ReplenishRequest


def _orders(state, level, *, mean=5.0, holding_rate_per_year=0.0, lost_sales=False, **request):
    asked = ReplenishRequest(**({"item_ids": state.items.index.ids, "node_ids": state.nodes.index.ids[1:]} | request))
    demand = from_forecast(poisson_forecast(state, {"T1": mean}), asked.item_ids, state.nodes.index)
    situation = assess(
        asked, state, demand, None, holding_rate_per_year=holding_rate_per_year, goodwill_cost=0.0, lost_sales=False
    )
    return plan(situation, np.broadcast_to(level, situation.position.shape)).orders


@pytest.mark.parametrize(
    ("open_orders", "ends"),
    [((), "2024-01-04"), ([(0, "T1", 20.0, 2)], "2024-01-08"), ([(0, "T1", 90.0, 2)], "NaT")],
)
def test_a_line_says_when_stock_ends_without_it(open_orders, ends):
    """12 at 5 a day end on the third day; what is under way counts, and beyond the 14 days nobody knows."""
    state = world(1, STORE, [{}], on_hand={(0, "T1"): 12.0}, open_orders=open_orders)

    (order,) = _orders(state, 150.0)

    assert order.lines.stock_out_on.astype(str).tolist() == [ends]


def test_without_demand_stock_never_ends():
    """An empty shelf that nobody asks for is no stock-out."""
    (order,) = _orders(world(1, STORE, [{}]), 3.0, mean=0.0)

    assert np.isnat(order.lines.stock_out_on).all()
    assert order.lines.cost_if_skipped.tolist() == [0.0]


def test_a_warehouse_runs_out_by_what_its_stores_sell():
    """23 less the 10 that are moved today, then 5 a day from tomorrow on."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 23.0, (0, "T1"): 15.0})

    orders = _orders(state, [0.0, 60.0, 25.0, 0.0])
    lines = {order.to_node_id: order.lines for order in orders}

    assert lines["T1"].quantity.tolist() == [10.0]
    assert lines["W1"].stock_out_on.astype(str).tolist() == ["2024-01-05"]


def test_skipping_costs_the_sales_between_two_arrivals():
    """On an empty shelf the sales until today's order arrives are lost anyway: a review period's remain."""
    daily, weekly = (
        _orders(world(1, STORE, [{}], price=10.0, unit_cost=6.0), 200.0, review_days=days)[0].lines.cost_if_skipped[0]
        for days in (1, 7)
    )

    assert daily == pytest.approx(4.0 * 5.0, abs=1e-3)
    assert weekly == pytest.approx(4.0 * 35.0, abs=1e-3)


def test_skipping_saves_holding():
    """Of 12 units, 20 ordered: units short on the third day by enumeration, less a day's holding of the rest."""
    state = world(1, STORE, [{}], on_hand={(0, "T1"): 12.0}, price=10.0, unit_cost=6.0)
    counts = np.arange(100)

    def short(units, mean):
        return np.maximum(counts - units, 0) @ stats.poisson.pmf(counts, mean)

    def left(units):
        return np.maximum(units - counts, 0) @ stats.poisson.pmf(counts, 15)

    (order,) = _orders(state, 32.0, holding_rate_per_year=3.65)

    lost = short(12, 15) - short(12, 10) - short(32, 15) + short(32, 10)
    assert order.lines.quantity.tolist() == [20.0]
    assert order.lines.cost_if_skipped[0] == pytest.approx(4.0 * lost - 0.06 * (left(32) - left(12)), rel=1e-3)


def test_skipping_what_is_not_needed_costs_nothing():
    """With stock for weeks, a unit more only costs holding."""
    (order,) = _orders(world(1, STORE, [{}], on_hand={(0, "T1"): 60.0}), 80.0, holding_rate_per_year=0.25)

    assert order.lines.cost_if_skipped.tolist() == [0.0]


def test_skipping_lost_sales_costs_what_an_order_could_still_serve():
    """Of 12 units and 5 a day for two days, what is lost until today's order comes is lost either way."""
    state = world(1, STORE, [{}], on_hand={(0, "T1"): 12.0}, price=10.0, unit_cost=6.0)
    counts = np.arange(60)
    left = np.zeros(60)  # after two days, of which neither can sell more than there is
    np.add.at(left, np.maximum(12 - counts, 0), stats.poisson.pmf(counts, 10.0))
    short = sum(
        chance * stats.poisson.expect(lambda d, u=u: np.maximum(d - u, 0), (5.0,)) for u, chance in enumerate(left)
    )

    (order,) = _orders(state, 60.0, lost_sales=True)

    assert order.lines.cost_if_skipped[0] == pytest.approx(4.0 * short, rel=0.05)


@pytest.mark.parametrize("lost_sales", [True, False])
@pytest.mark.parametrize("level", [9.0, 31.0])
def test_the_figures_of_a_reason_add_up(level, lost_sales):
    """What is expected to sell, with what is for safety or less what is left to chance, is what is needed and there."""
    state = world(1, STORE, [{}], on_hand={(0, "T1"): 4.0})

    (order,) = _orders(state, level, lost_sales=lost_sales)

    words = re.match(
        r"(?P<sold>[\d.]+) expected to sell until the next order can arrive (?P<sign>and|less) (?P<safety>[\d.]+)"
        r" (?:for safety|left to chance), (?P<there>\d+) on hand and on order: (?P<needed>\d+) needed",
        order.lines.reasons[0],
    )
    safety = float(words["safety"]) * (1 if words["sign"] == "and" else -1)
    assert float(words["sold"]) + safety == pytest.approx(float(words["there"]) + float(words["needed"]), abs=0.11)
    assert order.lines.safety_stock[0] == pytest.approx(max(safety, 0.0), abs=0.051)


def test_large_numbers_are_told_in_full():
    """Two million are no 2e+06."""
    (order,) = _orders(world(1, STORE, [{}], on_hand={(0, "T1"): 1234.5}), 2_001_234.5)

    assert "1,234.5 on hand and on order: 2,000,000 needed" in order.lines.reasons[0]
