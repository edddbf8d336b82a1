"""The simulator against a slow one, closed forms, Markov chains and published costs."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_reference import Reference

from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, policy_cost
from shelfwise.simulation import (
    OUTSIDE,
    BaseStock,
    Disruption,
    EchelonBaseStock,
    Forecast,
    Kind,
    Network,
    Outcome,
    ReorderPoint,
    ReorderQuantity,
    Replay,
    World,
    simulate,
)
from shelfwise.simulation.laws import NormalLaw, empirical, geometric, poisson

SUMS = [field.name for field in attrs.fields(Outcome) if field.name not in ("network", "periods", "reviews")]


@st.composite
def networks(draw):
    """Draw networks of up to five item-nodes, in any order, with every kind of limit."""
    rows = draw(st.integers(1, 5))
    place = draw(st.permutations(range(rows)))
    source = np.full(rows, OUTSIDE)
    for position in range(1, rows):
        above = draw(st.integers(-1, position - 1))
        source[place[position]] = OUTSIDE if above < 0 else place[above]

    def column(*values):
        return draw(st.lists(st.sampled_from(values), min_size=rows, max_size=rows))

    return Network(
        tuple(f"n{row}" for row in range(rows)),
        source=source,
        lead_time=column(0, 1, 3),
        capacity=column(np.inf, np.inf, 6.0),
        minimum=column(0.0, 0.0, 4.0),
        pack=column(0.0, 1.0, 5.0),
        storage=column(np.inf, 14.0),
        shelf_life=column(np.inf, np.inf, 1.0, 4.0),
        backorder_share=column(0.0, 0.5, 1.0),
        initial_stock=column(0.0, 9.0),
        order_cost=column(0.0, 3.0),
    )


@st.composite
def worlds(draw):
    """Draw worlds with disruptions, random lead times and one to three scenarios."""
    network = draw(networks())
    rows, periods = len(network), draw(st.integers(1, 25))
    wrong = [
        Disruption(
            draw(st.sampled_from(list(Kind))),
            draw(st.integers(0, rows - 1)),
            draw(st.integers(0, 20)),
            draw(st.integers(1, 8)),
            draw(st.sampled_from([0.0, 0.5, 2.0])),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return World.draw(
        network,
        [draw(st.sampled_from([None, poisson(3.0), geometric(2.0)])) for _ in range(rows)],
        periods=periods,
        scenarios=draw(st.integers(1, 3)),
        seed=draw(st.integers(0, 9)),
        lead_times=draw(st.sampled_from([None, [empirical([0, 1, 1, 5])] * rows])),
        disruptions=wrong,
        crossing=draw(st.booleans()),
    )


@settings(max_examples=300, deadline=None)
@given(worlds(), st.integers(0, 30), st.integers(0, 3))
def test_it_agrees_exactly_with_the_slow_one(world, level, warmup):
    """Whatever the world and what goes wrong, each sum is the same to the last digit, and so is what was sent when."""
    warmup = min(warmup, world.periods - 1)
    levels = level + np.arange(len(world.network))
    policy, seen = BaseStock(levels.astype(float), cap=11.0), []

    class Watched:
        def order(self, state):
            seen.append(state.by_age)
            return policy.order(state)

    fast = simulate(world, Watched(), warmup=warmup)

    def order(places, period):
        for (row, age), units in np.ndenumerate(seen[period][:, :, scenario]):
            assert units == places[row].sent_ago(age)
        return [min(max(levels[row] - place.position, 0.0), 11.0) for row, place in enumerate(places)]

    for scenario in range(world.scenarios):
        slow = Reference(world, scenario, order).run(warmup)
        for row, sums in enumerate(slow):
            assert {name: getattr(fast, name)[row, scenario] for name in SUMS} == sums


@settings(max_examples=30, deadline=None)
@given(worlds(), st.integers(0, 30), st.integers(0, 30))
def test_copies_are_as_runs_of_their_own(world, level, other):
    """Two levels side by side on the same draws cost what each costs alone."""
    both = np.repeat([level, other], world.scenarios).astype(float)

    together = simulate(
        attrs.evolve(world, copies=2), BaseStock(np.broadcast_to(both, (len(world.network), len(both))))
    )

    alone = [simulate(world, BaseStock(np.full(len(world.network), float(one)))) for one in (level, other)]
    for name in SUMS:
        np.testing.assert_array_equal(getattr(together, name), np.hstack([getattr(one, name) for one in alone]))


@settings(max_examples=100, deadline=None)
@given(worlds(), st.integers(0, 30))
def test_no_unit_is_lost_or_made(world, level):
    """What was there and what came from outside is sold, thrown away, or still somewhere, in every period."""
    network, came, gone = world.network, 0.0, 0.0
    outside = network.source == OUTSIDE
    start = network.initial_stock.sum()

    def watch(happened):
        nonlocal came, gone
        state = happened.state
        came = came + happened.sent[outside].sum(axis=0)
        gone = gone + (happened.met + happened.wasted).sum(axis=0)
        there = (state.on_hand + state.gate + state.in_transit - state.backlog).sum(axis=0)
        # Demand that waited and was met later left without being met at once.
        waited = (happened.demand - happened.met - happened.lost).sum(axis=0)
        gone = gone + waited
        np.testing.assert_allclose(start + came - gone, there, atol=1e-9)
        assert (state.on_hand >= 0).all()
        assert (state.on_hand <= network.storage[:, None]).all()
        if state.aged is not None:
            np.testing.assert_allclose(state.aged.sum(axis=0), state.on_hand, atol=1e-9)
        np.testing.assert_allclose(state.lane.sum(axis=1), state.in_transit, atol=1e-9)
        np.testing.assert_allclose(state.pipeline.sum(axis=1), state.in_transit, atol=1e-9)
        np.testing.assert_allclose(state.by_age.sum(axis=1), state.in_transit, atol=1e-9)

    simulate(world, BaseStock(np.full(len(network), float(level))), watch=watch)


def test_lost_sales_cost_what_the_markov_chain_says():
    """A base-stock policy at lead times of 1 to 3 costs its stationary average, within the error of the simulation."""
    law, levels, leads = poisson(5.0), np.array([13.0, 19.0, 23.0]), np.array([1, 2, 3])
    network = Network(("a", "b", "c"), lead_time=leads, lost_cost=9.0, initial_stock=levels)
    world = World.draw(network, [law] * 3, periods=1_100, scenarios=400, seed=0)

    cost = simulate(world, BaseStock(levels), warmup=100).cost

    exact = [
        policy_cost(LostSalesItem(law, int(lead), 1.0, 9.0), base_stock_rule(int(level)))
        for lead, level in zip(leads, levels, strict=True)
    ]
    error = cost.std(axis=1) / np.sqrt(world.scenarios)
    assert (np.abs(cost.mean(axis=1) - exact) < 4 * error).all()
    assert (error < 0.01 * np.array(exact)).all()


@pytest.mark.parametrize(
    ("holding", "penalty", "law", "levels", "known"),
    [
        ([1.0, 4.0, 8.0], 40.0, NormalLaw(10.0, 2.0), [46.280, 23.497, 12.765], 86.025),
        ([2.0, 4.0, 7.0], 37.12, NormalLaw(5.0, 1.0), [22.71, 12.02, 6.49], 47.65),
    ],
    ids=["problem 6.1", "example 6.1"],
)
def test_series_cost_what_clark_and_scarf_say(holding, penalty, law, levels, known):
    """Snyder and Shen, Fundamentals of Supply Chain Theory, section 6.2: within 0.3 % of the optimal cost.

    There an order leaves at the end of a period, here at the beginning of the next: lanes are a period shorter into the
    last stage, and the units on that one have to be paid for beside.
    """
    network = Network(
        ("upstream", "middle", "downstream"),
        source=[OUTSIDE, 0, 1],
        lead_time=[2, 1, 0],
        holding_cost=holding,
        transit_cost=[0.0, *holding[:2]],
        backorder_cost=[0.0, 0.0, penalty],
        backorder_share=1.0,
        initial_stock=np.diff([0.0, *levels[::-1]])[::-1],
    )
    world = World.draw(network, [None, None, law], periods=1_100, scenarios=500, seed=0)

    cost = simulate(world, EchelonBaseStock(np.array(levels)), warmup=100).cost.sum(axis=0)

    assert cost.mean() + holding[1] * law.mean == pytest.approx(known, rel=0.003)


class Once:
    """A policy that orders in the first period alone."""

    def __init__(self, *quantities):
        self.quantities = np.array(quantities, float)[:, None]

    def order(self, state):
        """Return the quantities, and then nothing."""
        return np.where(state.period == 0, self.quantities, 0.0) * np.ones_like(state.on_hand)


def stock_over_time(network, policy, **options):
    """Return what is on hand at the end of each period in a world without demand, (periods, item-nodes)."""
    seen = []
    options = {"periods": 10, "scenarios": 1, "seed": 0} | options
    world = World.draw(network, [None] * len(network), **options)
    simulate(world, policy, watch=lambda happened: seen.append(happened.state.on_hand[:, 0].copy()))
    return np.array(seen)


@pytest.mark.parametrize(
    ("wrong", "arrives"),
    [
        ([], 3),
        ([Disruption(Kind.OUTAGE, 0, 0, 4)], 7),
        ([Disruption(Kind.INFLATION, 0, 0, 2, 2.0)], 6),
        ([Disruption(Kind.TRANSIT, 0, 1, 2)], 5),
        ([Disruption(Kind.RECEIVING, 0, 2, 3)], 5),
        ([Disruption(Kind.CUT, 0, 0, 2, 0.0)], 5),
    ],
)
def test_what_goes_wrong_delays_what_was_ordered(wrong, arrives):
    """An order of three periods arrives as much later as a disruption says."""
    network = Network(("a",), lead_time=3, capacity=100.0)

    stock = stock_over_time(network, Once(8.0), disruptions=wrong)[:, 0]

    assert stock.tolist() == [0.0] * arrives + [8.0] * (10 - arrives)


def test_a_surge_multiplies_demand():
    """Demand is twice what the same world has without it, in its periods alone."""
    network, law = Network(("a",)), [poisson(4.0)]
    options = {"periods": 6, "scenarios": 50, "seed": 3}
    calm = World.draw(network, law, **options)
    surge = World.draw(network, law, **options, disruptions=[Disruption(Kind.SURGE, 0, 2, 2, 2.0)])

    np.testing.assert_array_equal(surge.demand, calm.demand * np.array([1, 1, 2, 2, 1, 1])[:, None, None])


def test_without_crossing_nothing_overtakes():
    """An order that would be faster arrives with the one sent before it."""

    class Twice:
        def order(self, state):
            return np.where(state.period < 2, 5.0, 0.0) * np.ones_like(state.on_hand)

    class Faster:
        def quantile(self, probability):
            return np.where(np.arange(len(probability)) == 0, 5.0, 1.0)[:, None] * np.ones_like(probability)

    network = Network(("a",))
    crossing, kept = (
        stock_over_time(network, Twice(), lead_times=[Faster()], crossing=crossing)[:, 0] for crossing in (True, False)
    )

    assert crossing.tolist() == [0.0, 0.0, 5.0, 5.0, 5.0, 10.0, 10.0, 10.0, 10.0, 10.0]
    assert kept.tolist() == [0.0] * 5 + [10.0] * 5


def test_a_capacity_spreads_an_order_over_periods():
    """No more than the capacity leaves in a period; the rest is owed."""
    stock = stock_over_time(Network(("a",), lead_time=1, capacity=3.0), Once(8.0))[:, 0]

    assert stock[:5].tolist() == [0.0, 3.0, 6.0, 8.0, 8.0]


def test_a_source_shares_what_it_has():
    """Stores are sent shares in proportion to what they want, and the unit left over goes to the first."""
    network = Network(("w", "a", "b"), source=[OUTSIDE, 0, 0], lead_time=[1, 1, 1], initial_stock=[10.0, 0.0, 0.0])

    stock = stock_over_time(network, Once(0.0, 8.0, 5.0))

    assert stock[1].tolist() == [0.0, 7.0, 3.0]


def test_two_policies_face_the_same_world_and_longer_ones_begin_alike():
    """Draws hang on the seed, the purpose, the item-node and the time alone."""
    network, law = Network(("a", "b")), [poisson(4.0), poisson(2.0)]

    def drawn(names=network.names, periods=5, seed=1, scenarios=20):
        options = {"periods": periods, "seed": seed, "scenarios": scenarios}
        return World.draw(Network(names), law[-len(names) :], **options).demand

    short, long, other, alone, more = drawn(), drawn(periods=9), drawn(seed=2), drawn(names=("b",)), drawn(scenarios=30)

    np.testing.assert_array_equal(short, more[:, :, :20])
    np.testing.assert_array_equal(short, long[:5])
    np.testing.assert_array_equal(short[:, 1], alone[:, 0])
    assert (short != other).any()


@pytest.mark.parametrize("quantity", [-1.0, np.nan, np.inf])
def test_a_policy_that_orders_no_quantity_is_refused(quantity):
    """Negative, infinite and unknown quantities are an error that says what is allowed."""
    world = World.draw(Network(("a",)), [None], periods=1, scenarios=1, seed=0)
    with pytest.raises(ValueError, match="at least 0"):
        simulate(world, Once(quantity))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"source": [1, 0]}, "circle; see a, b"),
        ({"source": [OUTSIDE, 7]}, "source must be one of 2.*b"),
        ({"lead_time": [1, -1]}, "lead_time must be at least 0.*b"),
        ({"lead_time": [1, 1.5]}, "lead_time must be whole numbers"),
        ({"lead_time": [1, np.nan]}, "lead_time must be whole numbers"),
        ({"holding_cost": [np.nan, 1.0]}, "holding_cost.*a"),
        ({"minimum": 9.0, "storage": [5.0, 10.0]}, "minimum must fit into storage.*a"),
        ({"backorder_share": 1.5}, "backorder_share must be at most 1"),
    ],
)
def test_a_network_that_cannot_be_is_refused(wrong, told):
    """The error names what is wrong, what is allowed and the item-nodes."""
    with pytest.raises(ValueError, match=told):
        Network(("a", "b"), **wrong)


def test_items_of_one_name_are_refused():
    """They would see the same demand, as draws hang on the name."""
    with pytest.raises(ValueError, match="names must be distinct; see a"):
        Network(("a", "b", "a"))


@pytest.mark.parametrize("options", [{"warmup": 3}, {"warmup": -1}, {"review_periods": 0}])
def test_a_run_that_counts_nothing_is_refused(options):
    """The error names the argument and what it may be."""
    world = World.draw(Network(("a",)), [None], periods=3, scenarios=1, seed=0)
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        simulate(world, BaseStock(np.array([1.0])), **options)


def test_a_record_is_replayed_and_served_as_worked_by_hand():
    """Ordered up to 5 at once, demand of 2, 6 and 4 over and over is met but for a unit in each third period."""
    world = World.draw(Network(("a",), lead_time=0), [Replay([2.0, 6.0, 4.0])], periods=6, scenarios=2, seed=0)

    outcome = simulate(world, BaseStock(np.array([5.0])))

    assert world.demand[:, 0, 1].tolist() == [2.0, 6.0, 4.0] * 2
    assert outcome.fill_rate.tolist() == pytest.approx([22 / 24])
    assert outcome.cycle_service.tolist() == pytest.approx([4 / 6])
    assert outcome.costs["holding"][0].tolist() == pytest.approx([(3 + 0 + 1) / 3] * 2)


def test_demand_is_drawn_from_the_quantiles_of_a_forecast():
    """Between its levels linearly, period by period, and in whole units where they are."""
    levels, quantiles = [0.0, 0.5, 1.0], [[0.0, 10.0], [4.0, 20.0], [4.0, 30.0]]
    asked = np.array([[0.25, 0.5], [0.75, 1.0], [0.3, 0.3]])

    drawn = Forecast(levels, quantiles, whole=False).quantile(asked)

    np.testing.assert_allclose(drawn, [[2.0, 4.0], [25.0, 30.0], [2.4, 2.4]])
    assert Forecast(levels, quantiles).quantile(asked)[2].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("policy", "ordered"),
    [
        (ReorderPoint(np.array([3.0]), np.array([9.0])), [9.0, 0.0, 6.0, 0.0]),
        (ReorderQuantity(np.array([3.0]), np.array([5.0])), [5.0, 5.0, 0.0, 5.0]),
    ],
    ids=["(s, S)", "(r, nQ)"],
)
def test_orders_are_placed_at_the_reorder_point(policy, ordered):
    """With three units sold a period and orders that come at once, worked by hand."""
    seen = []
    world = World.draw(Network(("a",), lead_time=0), [Replay([3.0])], periods=4, scenarios=1, seed=0)

    simulate(world, policy, watch=lambda happened: seen.append(float(happened.ordered[0, 0])))

    assert seen == ordered
