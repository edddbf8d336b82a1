"""The heuristics tuned on a retailer's demand."""

from types import SimpleNamespace

import attrs
import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, ordered, plan, poisson_forecast, world

from shelfwise.baselines.heuristic import HeuristicInventory
from shelfwise.baselines.heuristic.kinds import Kind
from shelfwise.types import Index

SILENT = lambda *_: None  # noqa: E731
EFFORT = {"holding_rate_per_year": 36.5, "budget": 100_000}
COSTS = {"price": 19.0, "unit_cost": 10.0}
"""With holding of 1 a day: a lost sale costs 9."""
LANE = {"lead_time_days": 4.0}


def shop(state, means=(5.0,), nodes=("T1",), days=182):
    """Return tables of which only the demand, of Poisson laws, and the state are read."""
    units = np.random.default_rng(0).poisson(np.array(means)[:, None, None], (len(means), len(nodes), days))
    panel = SimpleNamespace(
        items=state.items.index,
        nodes=Index(nodes),
        units=units.astype(float),
        in_stock=np.ones(units.shape, dtype=bool),
        open=np.ones(units.shape[1:], dtype=bool),
    )
    return SimpleNamespace(demand_panel=lambda: panel, state=lambda: state)


def trained(kind, state, data=None, **options):
    """Return a plugin that has learned."""
    plugin = HeuristicInventory(kind=kind, **(EFFORT | options))
    plugin.train(data or shop(state), SILENT)
    return plugin


def first_reason(state, plugin, units=5.0, **request):
    """Return the reason of the first line of a plan."""
    return plan(state, poisson_forecast(state, {"T1": units}), plugin=plugin, **request).orders[0].lines.reasons[0]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_tuned_on_what_was_sold(kind):
    """Its reason says so, and levels are in the range that makes sense of 25 units in lead time and review."""
    state = world(1, STORE, [LANE], **COSTS)

    reason = first_reason(state, trained(kind.value, state))

    assert " tuned on past demand: " in reason


def test_the_best_level_is_found():
    """Poisson demand of 5, lost at 9, with a lead time of 4: the best base-stock level is 28 or 29."""
    state = world(1, STORE, [LANE], **COSTS)
    plugin = trained("base_stock", state, shop(state, days=2000), history_days=2000, budget=1_000_000)

    level = sum(ordered(plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin)).values())

    assert level in {27.0, 28.0, 29.0}


def test_lots_are_tuned_where_an_order_is_paid_alone():
    """The best (s, S) spreads a cost of 90 over about a week of demand, and its lot grows as the root of demand."""
    state = world(1, STORE, [{"item": 0, "fixed_cost": 90.0}], **COSTS)
    plugin = trained("reorder_point", state)

    lots = [_lot(first_reason(state, plugin, units)) for units in (5.0, 20.0)]

    assert 20 <= lots[0] <= 45
    assert lots[1] == pytest.approx(2 * lots[0], abs=1)


def _lot(reason):
    words = reason.split(";")[0].split()
    return float(words[words.index("to") + 1]) - float(words[words.index("from") + 1])


def test_lots_of_orders_that_are_shared_are_by_formula():
    """What an item's share of the cost is hangs on the others."""
    state = world(2, STORE, [{"fixed_cost": 90.0}], **COSTS)
    plugin = trained("reorder_point", state, shop(state, (5.0, 5.0)))

    assert " by formula: " in first_reason(state, plugin)


def test_levels_move_with_the_forecast():
    """What was found for 5 a day orders for 20 a day when these are expected."""
    state = world(1, STORE, [LANE], **COSTS)
    plugin = trained("base_stock", state)

    levels = [
        sum(ordered(plan(state, poisson_forecast(state, {"T1": units}), plugin=plugin)).values())
        for units in (5.0, 20.0)
    ]

    scores = [(level - 5 * units) / np.sqrt(5 * units) for level, units in zip(levels, (5.0, 20.0), strict=True)]
    assert scores[1] == pytest.approx(scores[0], abs=0.2)


def test_those_that_earn_most_are_tuned_first():
    """With a limit of one the faster item is tuned, the slower goes by formula."""
    state = world(2, STORE, [LANE], **COSTS)
    plugin = trained("base_stock", state, shop(state, (1.0, 6.0)), item_nodes=1)

    (order,) = plan(state, poisson_forecast(state, {"T1": [1.0, 6.0]}), plugin=plugin).orders

    words = dict(zip(order.lines.item_ids, order.lines.reasons, strict=True))
    assert " by formula: " in words["i0"]
    assert " tuned on past demand: " in words["i1"]


@pytest.mark.parametrize("request_", [{"service_target": 0.95}, {"review_days": 7}])
def test_what_was_not_tuned_for_goes_by_formula(request_):
    """Service targets, and reviews of another length."""
    state = world(1, STORE, [LANE], **COSTS)

    assert "tuned" not in first_reason(state, trained("base_stock", state), **request_)


def test_reviews_of_a_week_are_tuned_where_asked():
    """The option says for which reviews."""
    state = world(1, STORE, [LANE], **COSTS)

    assert "tuned" in first_reason(state, trained("base_stock", state, review_days=7), review_days=7)


def test_nodes_that_supply_others_go_by_formula():
    """Stores are tuned, the warehouse is not, even where it sells."""
    state = world(1, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 60.0}, **COSTS)
    nodes = ("W1", "T1", "T2")
    plugin = trained("base_stock", state, shop(state, (5.0,), nodes))

    orders = plan(state, poisson_forecast(state, dict.fromkeys(nodes, 5.0)), plugin=plugin).orders

    tuned = {order.to_node_id: "tuned" in order.lines.reasons[0] for order in orders}
    assert tuned == {"W1": False, "T1": True, "T2": True}


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_found_is_saved(kind, tmp_path):
    """A loaded plugin plans as the trained one, with or without a forecast."""
    state = world(1, STORE, [LANE], **COSTS)
    plugin = trained(kind.value, state)
    plugin.save(tmp_path)
    loaded = HeuristicInventory(kind=kind.value, **EFFORT)
    loaded.load(tmp_path)

    for forecast in (None, poisson_forecast(state, {"T1": 8.0})):
        assert plan(state, forecast, plugin=loaded) == plan(state, forecast, plugin=plugin)


def test_what_was_found_for_another_kind_is_not_used(tmp_path):
    """The parameters of one kind mean nothing to another."""
    state = world(1, STORE, [LANE], **COSTS)
    trained("base_stock", state).save(tmp_path)
    loaded = HeuristicInventory(kind="newsvendor", **EFFORT)
    loaded.load(tmp_path)

    assert " by formula: " in first_reason(state, loaded)


def test_nothing_is_searched_where_nothing_is_to_be():
    """With no item-nodes only the statistics of demand are learned."""
    state = world(1, STORE, [LANE], **COSTS)

    assert " by formula: " in first_reason(state, trained("base_stock", state, item_nodes=0))


def test_progress_is_told():
    """Before the first policies and after the last."""
    state, told = world(1, STORE, [LANE], **COSTS), []

    HeuristicInventory(kind="base_stock", **EFFORT).train(shop(state), lambda *step: told.append(step))

    assert told == [("demand statistics", 1, 1), ("policies", 0, 1), ("policies", 1, 1)]


def test_demand_that_waits_is_held_more_for():
    """Waiting costs its loss every day, a lost sale pays it once: more is held where demand waits."""
    state = world(1, STORE, [LANE], **COSTS)
    levels = [
        sum(ordered(plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=plugin)).values())
        for plugin in (trained("base_stock", state, lost_sales=lost) for lost in (True, False))
    ]

    assert levels[0] < levels[1]


def test_items_of_few_sales_and_no_margin_are_no_trouble():
    """A record that is too short, none at all, nothing earned, holding that costs nothing: a valid plan."""
    state = world(3, STORE, [LANE], price=np.array([5.0, 6.0, 9.0]), unit_cost=np.array([5.0, 6.0, 0.0]))
    data = shop(state, (5.0, 0.0, 5.0))
    panel = data.demand_panel()
    panel = SimpleNamespace(**(vars(panel) | {"units": np.where(np.arange(182) < 170, 0.0, panel.units)}))
    short = SimpleNamespace(demand_panel=lambda: panel, state=lambda: state)

    for tables in (data, short):
        answer = plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=trained("capped_base_stock", state, tables))
        assert ordered(answer)


def test_uncertain_lead_times_hold_more():
    """The search meets the lead times that the formula does."""
    certain = world(1, STORE, [LANE], **COSTS)
    uncertain = attrs.evolve(certain, lanes=attrs.evolve(certain.lanes, lead_time_sd_days=np.array([2.0])))

    levels = [
        sum(ordered(plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=trained("base_stock", state))).values())
        for state in (certain, uncertain)
    ]

    assert levels[0] < levels[1]
