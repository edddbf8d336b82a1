"""Chains of a warehouse and its stores: what is shared out, what is tried, and who decides."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_world import CHAIN, CHAIN_LANES, ordered, plan, poisson_forecast, with_orders, world
from shelfwise_inventory_ppo import PPOInventory
from shelfwise_inventory_ppo.chain.allocation import allocate
from shelfwise_inventory_ppo.chain.gate import ChainGate
from shelfwise_inventory_ppo.chain.numbers import Numbers
from shelfwise_inventory_ppo.chain.policy import ChainPolicy
from shelfwise_inventory_ppo.chain.simulated import SimulatedChains
from shelfwise_inventory_ppo.chain.terms import ChainTerms
from shelfwise_inventory_ppo.chain.training import ChainTrials
from shelfwise_inventory_ppo.chain.trial import Shop, try_chains
from shelfwise_inventory_ppo.chain.tuning import tuned_chains
from shelfwise_inventory_ppo.chain.verdicts import ChainVerdicts
from shelfwise_inventory_ppo.gate import Gate
from shelfwise_inventory_ppo.learned import Learned
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Effort
from shelfwise_inventory_ppo.terms import Terms

from shelfwise.ordering import ObservedDemand, assess, steady
from shelfwise.simulation import OUTSIDE, Network, World, simulate
from shelfwise.simulation.laws import poisson
from shelfwise.types import Index, ReplenishRequest

MEANS = np.array([2.0, 5.0, 3.0, 4.0, 1.0])
CHAINS = np.array([0, 0, 0, 1, 1])
EFFORT = Effort(scenarios=12, periods=120, warmup=30, chain_scenarios=2)


def terms(order=slice(None)):
    """Return a chain of three stores and one of two; stores in another order if asked."""
    mean, chain = MEANS[order], CHAINS[order]
    rate = np.bincount(chain, mean)
    return ChainTerms(
        Terms.of(
            mean=np.repeat(mean[:, None], 3, axis=1),
            variance=np.repeat(mean[:, None], 3, axis=1),
            skewness=1.0 / np.sqrt(mean),
            none=np.exp(-mean),
            lead_time=np.full(len(mean), 2),
            lead_deviation=np.zeros(len(mean)),
            shortage_ratio=np.full(len(mean), 19.0),
        ),
        ratio=np.full(len(mean), 19.0),
        chain=chain,
        batch=rate,
        cover=7.0 * rate,
        spread=np.sqrt(7.0 * rate),
        lot=5.0 * rate,
    )


def shop():
    """Return these chains in the simulator."""
    network = Network(
        names=("W0", "W1", "a", "b", "c", "d", "e"),
        source=[OUTSIDE, OUTSIDE, *CHAINS],
        lead_time=[4, 4, *[2] * 5],
        order_cost=[40.0, 40.0, *[0.0] * 5],
        holding_cost=[0.5, 0.5, *[1.0] * 5],
        lost_cost=[0.0, 0.0, *[19.0] * 5],
        initial_stock=[60.0, 30.0, *np.ceil(3.0 * MEANS)],
    )
    demand = [None, None, *(poisson(mean) for mean in MEANS)]
    return Shop(terms(), network, demand, [None] * 7)


def test_what_is_short_is_shared_so_that_all_lack_alike():
    """Stores that get something lack equally many of their deviations, and one that wants little gets nothing."""
    wanted, scale = np.array([6.0, 4.0, 0.5]), np.array([2.0, 1.0, 1.0])

    plenty, short = (allocate(wanted, scale, np.zeros(3, int), np.array([held])) for held in (20.0, 4.0))

    assert plenty.tolist() == [6.0, 4.0, 0.5]
    assert short.sum() == pytest.approx(4.0)
    assert (wanted[0] - short[0]) / 2.0 == pytest.approx(wanted[1] - short[1])
    assert short[2] == 0.0


def test_no_chain_is_sent_more_than_its_warehouse_has():
    """Whatever stores want, in whatever order they come, and all of it where they want more."""
    random = np.random.default_rng(0)
    chain = random.permutation(np.repeat(np.arange(40), random.integers(1, 9, 40)))
    wanted, scale = 30.0 * random.random(len(chain)), 0.1 + random.random(len(chain))
    held = np.where(np.arange(40) % 4, 60.0 * random.random(40), 0.0)

    sent = allocate(wanted, scale, chain, held)

    assert (sent >= 0.0).all()
    assert (sent <= wanted + 1e-9).all()
    assert np.allclose(np.bincount(chain, sent), np.minimum(np.bincount(chain, wanted), held))


def test_more_stock_upstream_sends_more_to_the_stores():
    """An empty warehouse sends nothing, a short one all that it has, a full one more than stores need themselves."""
    policy = ChainPolicy(LearnedPolicy.shipped(), terms(), Numbers.usual(2))
    on_hand, due = MEANS, np.zeros((5, 2))
    held = (0.0, 10.0, 40.0, 200.0)

    nothing, short, some, plenty = (policy.send(on_hand, due, np.full(2, units)) for units in held)
    alone = LearnedPolicy.shipped().order(terms().stores, on_hand, due)

    assert nothing.tolist() == [0.0] * 5
    assert short[:3].sum() == pytest.approx(10.0)
    assert (plenty > some).all()
    assert (plenty > alone).all()


def test_stores_may_come_in_any_order():
    """A store is sent the same when others change places."""
    random, turned = np.random.default_rng(0), np.array([3, 1, 4, 0, 2])
    on_hand, due, held = 8.0 * random.random(5), 4.0 * random.random((5, 2)), np.array([9.0, 4.0])

    units, again = (
        ChainPolicy(LearnedPolicy.shipped(), terms(order), Numbers.usual(2)).send(on_hand[order], due[order], held)
        for order in (np.arange(5), turned)
    )

    assert np.allclose(again, units[turned], atol=1e-4)


def test_another_network_is_refused():
    """Stores that are supplied from outside are no chain."""
    one = shop()
    other = attrs.evolve(one.network, source=OUTSIDE)
    drawn = World.draw(other, one.demand, periods=2, scenarios=1, seed=0)

    with pytest.raises(ValueError, match="must have its warehouses first"):
        simulate(drawn, SimulatedChains(LearnedPolicy.shipped(), one.terms, Numbers.usual(2)))


def test_the_numbers_that_are_found_cost_no_more_than_the_usual():
    """On the draws that they are sought on; what they are told to cost is what they cost."""
    one, policy = shop(), LearnedPolicy.unlearned()
    drawn = one.world(EFFORT, 2, 0, "tuning")

    found, told = tuned_chains(policy, one.terms, drawn, warmup=30)

    def cost(numbers):
        outcome = simulate(drawn, SimulatedChains(policy, one.terms, numbers), warmup=30)
        return one.network.echelon(outcome.cost)[:2].mean(axis=1)

    assert (cost(found) <= cost(Numbers.usual(2))).all()
    assert np.allclose(cost(found), told)


def test_a_trial_is_of_what_costs_less_and_proves_nothing_against_itself():
    """Of a learned policy that orders nothing the other is tried, and its equal is no cheaper than it."""

    class Nothing:
        def order(self, terms, on_hand, due):
            return np.zeros(len(on_hand))

    one, policy = shop(), LearnedPolicy.unlearned()
    numbers, _ = tuned_chains(policy, one.terms, one.world(EFFORT, 2, 0, "tuning of chains"), warmup=30)

    equal = try_chains(Nothing(), SimulatedChains(policy, one.terms, numbers), one, EFFORT, 0)
    worse = try_chains(policy, SimulatedChains(Nothing(), one.terms, numbers), one, EFFORT, 0)

    assert not equal.learned.any()
    assert np.allclose(equal.saved, 0.0)
    assert not equal.cheaper.any()
    assert worse.cheaper.all()


# What follows is of plans: two items at a warehouse that sells nothing itself, and its two stores.


def together(*, low=0.01, learned=True, size=2, items=2):
    """Return a plugin with a trial of every item at the warehouse, of which the lower end of the saving is told."""
    some = np.full(items, low)
    verdicts = ChainVerdicts(np.full(items, learned), Numbers.usual(items), some + 0.01, some, some + 0.02)
    every = np.full(items, size)
    ids = Index([f"i{row}" for row in range(items)])
    gate = ChainGate(ids, Index(["W1"]), np.arange(items), np.zeros(items, int), every, every, verdicts)
    plugin = PPOInventory()
    plugin._learned = attrs.evolve(plugin._learned, chains=gate)
    return plugin


def situation(warehouse=40.0, **columns):
    """Return a chain with so many units at the warehouse, and its forecast."""
    stock = {(row, node): 3.0 for row in range(2) for node in ("T1", "T2")}
    stock |= {(row, "W1"): warehouse for row in range(2)}
    state = world(2, CHAIN, CHAIN_LANES, on_hand=stock, **columns)
    return state, poisson_forecast(state, {"T1": 4.0, "T2": 2.0})


def reasons(answer):
    """Return (node, item) -> reason."""
    return {
        (order.to_node_id, item): reason
        for order in answer.orders
        for item, reason in zip(order.lines.item_ids, order.lines.reasons, strict=True)
    }


@pytest.mark.parametrize(("learned", "name"), [(True, "learned policy"), (False, "projected inventory level")])
def test_every_line_of_a_chain_says_that_it_was_decided_together(learned, name):
    """Who decided, and by how much that was cheaper."""
    found = reasons(plan(*situation(), plugin=together(learned=learned)))

    why = "was 2.0% (1.0% to 3.0%) cheaper than each by itself in their trial; "
    assert len(found) == 6
    for (node, _), reason in found.items():
        who = "reorder point" if node == "W1" else name
        other = "all stores" if node == "W1" else "its warehouse"
        assert reason.startswith(f"{who} for least cost, as deciding with {other} {why}")


@pytest.mark.parametrize(
    ("plugin", "request_", "said"),
    [
        (together(low=-0.02), {}, "as deciding with all stores was not proven cheaper in their trial: -1.0% ("),
        (together(size=3), {}, "as others are supplied from here"),
        (together(), {"service_target": 0.9}, "as others are supplied from here"),
        (together(), {"node_ids": ("W1", "T1")}, "as others are supplied from here"),
    ],
)
def test_where_that_is_not_proven_each_node_decides_by_itself(plugin, request_, said):
    """A trial says nothing of a chain of another size, of a service target, or of a plan of a part of its stores."""
    found = reasons(plan(*situation(warehouse=0.0), plugin=plugin, **request_))

    assert all("order-up-to formula for " in reason for (node, _), reason in found.items() if node == "W1")
    assert all(said in reason for (node, _), reason in found.items() if node == "W1")
    assert not any("as deciding with its warehouse" in reason for reason in found.values())


def test_stores_are_given_what_there_is_upstream():
    """Nothing of nothing, all of what is short, and no less where there is more."""
    given = []
    for warehouse in (0.0, 6.0, 13.0, 80.0):
        found = ordered(plan(*situation(warehouse=warehouse), plugin=together()))
        given.append(sum(units for (source, _, item), units in found.items() if (source, item) == ("W1", "i0")))

    assert given[0] == 0.0
    assert given[1] == 6.0
    assert given == sorted(given)
    assert given[3] > given[2]


@st.composite
def chain_worlds(draw):
    """A retailer whose chains can all be decided together, in any state, and what is asked of its plan."""
    units, packs = st.integers(0, 60).map(float), st.sampled_from([1.0, 4.0, 12.0])
    cells = [(item, node) for item in range(2) for node in CHAIN[1:]]
    own = [CHAIN_LANES[0] | {"item": 0, "fixed_cost": draw(st.sampled_from([0.0, 3.0]))}]
    state = world(
        2,
        CHAIN,
        [*CHAIN_LANES, *own],
        on_hand={cell: draw(units) for cell in cells},
        open_orders=draw(
            st.lists(st.tuples(st.integers(0, 1), st.sampled_from(CHAIN[1:]), units, st.integers(-3, 12)), max_size=4)
        ),
        pack_size=np.array([draw(packs), draw(packs)]),
        minimum_order=np.array([draw(st.sampled_from([0.0, 10.0])), 0.0]),
        capacity=np.array([np.inf, *(draw(st.sampled_from([np.inf, 90.0])) for _ in CHAIN[1:])]),
    )
    forecast = poisson_forecast(state, {node: [draw(st.sampled_from([0.1, 2.0, 9.0]))] * 2 for node in ("T1", "T2")})
    return state, forecast, draw(st.sampled_from([None, None, 0.0, 60.0, 400.0]))


@pytest.mark.parametrize("learned", [True, False])
@settings(max_examples=100, deadline=None, derandomize=True)
@given(chain_worlds(), st.booleans())
def test_asked_again_with_its_orders_open_it_orders_nothing_more(learned, drawn, left):
    """Every limit is kept, nothing is given away that is not there, and nothing is ordered twice."""
    state, forecast, budget = drawn
    first = plan(state, forecast, plugin=together(learned=learned), budget=budget)

    again = plan(with_orders(state, first, left=left), forecast, plugin=together(learned=learned), budget=budget)

    given_away = np.zeros(2)
    for (source, _, item), units in ordered(first).items():
        given_away[state.items.index.position(item)] += units * (source == "W1")
    assert all("as deciding with" in reason for reason in reasons(first).values())
    assert (given_away <= state.on_hand[:, state.nodes.index.position("W1")]).all()
    assert ordered(again) == {}


def test_verdicts_are_read_as_they_were_written(tmp_path):
    """Another plugin that loads them decides alike."""
    plugin, other = together(), PPOInventory()
    ids = attrs.evolve(plugin._learned.gate, items=plugin._learned.chains.items, nodes=plugin._learned.chains.nodes)
    plugin._learned = attrs.evolve(plugin._learned, gate=ids)
    plugin._learned.save(tmp_path)

    other._learned = Learned.load(tmp_path)

    assert reasons(plan(*situation(), plugin=other)) == reasons(plan(*situation(), plugin=plugin))


@pytest.mark.parametrize(("shared", "tried"), [(0.0, [0, 1]), (500.0, [])])
def test_trials_are_of_chains_that_can_be_decided_together(shared, tried):
    """Not of those whose warehouse shares the cost of an order among items."""
    lanes = [CHAIN_LANES[0] | {"fixed_cost": shared}, *CHAIN_LANES[1:]]
    state = world(2, CHAIN, lanes)
    random = np.random.default_rng(0)
    mean = np.array([[0.0, 0.0, 4.0, 2.0], [0.0, 0.0, 2.0, 1.0]])
    units = random.poisson(mean[..., None], (2, 4, 90)).astype(float)
    request = ReplenishRequest(state.items.index.ids, state.nodes.index.ids)
    seen = assess(
        request,
        state,
        steady(mean, mean, 14),
        None,
        holding_rate_per_year=0.25,
        goodwill_cost=0.0,
        lost_sales=True,
    )
    observed = ObservedDemand(state.items.index, state.nodes.index, units, np.ones_like(units, bool))
    effort = attrs.evolve(EFFORT, periods=100, chain_scenarios=1)
    trials = ChainTrials(seen, observed, LearnedPolicy.unlearned(), Gate.untried(), 0.995, effort, 0)

    found = trials.run(9, lambda *_: None)

    assert found.item.tolist() == tried
    assert found.size.tolist() == [2] * len(tried)
    assert (found.verdicts.low <= found.verdicts.high).all()
