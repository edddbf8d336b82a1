"""Plans of the plugin: learned quantities within every limit, in words, and never twice."""

import attrs
import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, poisson_forecast, with_orders, world
from shelfwise_inventory_ppo import PPOInventory
from shelfwise_inventory_ppo.evidence import Evidence

from shelfwise.invariants import check_replenishment
from shelfwise.plugins import call
from shelfwise.types import Deadline, ReplenishRequest, ServiceMeasure


@pytest.fixture
def proven(monkeypatch):
    """Let the learned policy be proven for every class."""
    shipped = Evidence.shipped()
    sure = Evidence(np.full_like(shipped.saved, 0.01), np.full_like(shipped.low, 0.005))
    monkeypatch.setattr(Evidence, "shipped", lambda: sure)


def plan(state, forecast, plugin=None, **request):
    """Ask for the orders of every node that a lane supplies, and check them."""
    nodes = tuple(node for node in state.nodes.index if not node.startswith("S"))
    asked = ReplenishRequest(state.items.index.ids, nodes, **request)
    answer = call(
        plugin or PPOInventory(),
        "replenish",
        request=asked,
        state=state,
        forecast=forecast,
        delivery_costs=None,
        deadline=Deadline(),
    )
    assert check_replenishment(asked, state, answer) == ()
    return answer


def lines(answer):
    """Return (node, item) -> (quantity, reason)."""
    return {
        (order.to_node_id, item): (units, reason)
        for order in answer.orders
        for item, units, reason in zip(order.lines.item_ids, order.lines.quantity, order.lines.reasons, strict=True)
    }


def store(items=6, lead=2.0, **lane):
    """Return a store that a supplier delivers to, with some stock, and its forecast."""
    state = world(
        items, ("S1", "T1"), [{"lead_time_days": lead, **lane}], on_hand={(row, "T1"): row for row in range(items)}
    )
    return state, poisson_forecast(state, {"T1": 4.0})


def test_the_learned_policy_decides_and_says_so(proven):
    """Where it is proven, its quantity is ordered and its reason given."""
    state, forecast = store()

    found = lines(plan(state, forecast))

    assert len(found) == 6
    assert all("learned policy" in reason for _, reason in found.values())
    assert [found["T1", f"i{row}"][0] for row in range(6)] == sorted((u for u, _ in found.values()), reverse=True)


@pytest.mark.parametrize("left", [True, False])
def test_asked_again_with_its_orders_open_it_orders_nothing_more(proven, left):
    """In a chain, with packs and a budget, with lanes that cost something, and with days of no orders."""
    random = np.random.default_rng(0)
    for case in range(12):
        state = world(
            5,
            CHAIN,
            [lane | {"fixed_cost": float(case % 3)} for lane in CHAIN_LANES],
            on_hand={(row, node): random.integers(0, 30) for row in range(5) for node in CHAIN[1:]},
            pack_size=random.integers(1, 5, 5).astype(float),
            minimum_order=random.integers(0, 9, 5).astype(float),
        )
        forecast = poisson_forecast(state, {"T1": random.gamma(2.0, 2.0, 5), "T2": random.gamma(1.0, 2.0, 5)})
        budget = None if case % 2 else 150.0
        first = plan(state, forecast, budget=budget)

        again = plan(with_orders(state, first, left=left), forecast, budget=budget)

        assert lines(again) == {}


def test_a_service_target_prices_shortage(proven):
    """The learned policy is told of the ratio that reaches the target: more service, more units, of either measure."""
    state, forecast = store()
    ordered = []
    for measure in ServiceMeasure:
        for target in (0.8, 0.9, 0.98):
            found = lines(plan(state, forecast, service_target=target, service_measure=measure))
            assert all("shortage priced for the target" in reason for _, reason in found.values())
            ordered.append(sum(units for units, _ in found.values()))

    assert ordered[0] < ordered[1] < ordered[2]
    assert ordered[3] < ordered[4] < ordered[5]
    assert ordered[:3] != ordered[3:]


def test_what_cannot_be_promised_is_reached_by_formula(proven):
    """A target beyond all ratios that were learned leaves the learned policy out."""
    state, forecast = store()

    found = lines(plan(state, forecast, service_target=0.99999, service_measure=ServiceMeasure.CYCLE_SERVICE))

    assert found
    assert not any("learned" in reason for _, reason in found.values())


def test_more_than_a_week_between_orders_is_decided_by_formula(proven):
    """Nothing longer was learned."""
    state, forecast = store()

    assert "learned" in lines(plan(state, forecast, review_days=7))["T1", "i0"][1]
    assert "learned" not in lines(plan(state, forecast, review_days=8))["T1", "i0"][1]


@pytest.mark.parametrize("lead", [0.0, 9.0, 40.0])
def test_lead_times_that_were_not_learned_are_decided_by_formula(proven, lead):
    """Orders that come at once, or after more than eight days."""
    state, forecast = store(lead=lead)

    found = lines(plan(state, forecast))

    assert found
    assert not any("learned" in reason for _, reason in found.values())


def test_demand_that_waits_is_decided_by_formula(proven):
    """The policy was learned where unmet demand is lost."""
    state, forecast = store()

    assert not any(
        "learned" in reason for _, reason in lines(plan(state, forecast, PPOInventory(lost_sales=False))).values()
    )


def test_no_demand_orders_nothing(proven):
    """A forecast of zeros is no reason to buy."""
    state, _ = store()

    assert plan(state, poisson_forecast(state, {"T1": 0.0})).orders == ()


def test_negative_stock_is_stock_of_nothing(proven):
    """What the record says is below zero is ordered for as if it were zero, or more."""
    state, forecast = store(items=2)
    below = attrs.evolve(state, on_hand=np.array([[0.0, -5.0], [0.0, 0.0]]))

    found = lines(plan(below, forecast))

    assert found["T1", "i0"][0] >= found["T1", "i1"][0] > 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"preset": "quick"}, "preset"),
        ({"steps": -1}, "steps"),
        ({"trials": -1}, "trials"),
        ({"quantile_ceiling": 1.0}, "quantile_ceiling"),
        ({"holding_rate_per_year": -0.1}, "holding_rate_per_year"),
    ],
)
def test_options_that_cannot_be_are_refused(options, said):
    """The message names the option."""
    with pytest.raises(ValueError, match=said):
        PPOInventory(**options)
