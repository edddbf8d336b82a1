"""Plans of the plugin: learned quantities within every limit, in words, and never twice."""

import attrs
import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, poisson_forecast, with_orders, world
from shelfwise_inventory_ppo import PPOInventory
from shelfwise_inventory_ppo.evidence import Evidence
from shelfwise_inventory_ppo.gate import Gate
from shelfwise_inventory_ppo.heuristics import Heuristics
from shelfwise_inventory_ppo.verdicts import Verdicts

from shelfwise.invariants import check_replenishment
from shelfwise.plugins import call
from shelfwise.types import Deadline, Index, ReplenishRequest, ServiceMeasure


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
            share = f"{100 * target:g}%"
            for _, reason in found.values():
                assert reason.startswith("learned policy for ")
                assert share in reason.partition(",")[0]
            ordered.append(sum(units for units, _ in found.values()))

    assert ordered[0] < ordered[1] < ordered[2]
    assert ordered[3] < ordered[4] < ordered[5]
    assert ordered[:3] != ordered[3:]


def test_what_cannot_be_promised_is_reached_by_formula(proven):
    """A target beyond all ratios that were learned leaves the learned policy out."""
    state, forecast = store()

    found = lines(plan(state, forecast, service_target=0.99999, service_measure=ServiceMeasure.CYCLE_SERVICE))

    assert found
    for _, reason in found.values():
        assert reason.startswith("order-up-to formula for cycle service of 99.999%, as no such service can be promised")


def test_more_than_a_week_between_orders_is_decided_by_formula(proven):
    """Nothing longer was learned."""
    state, forecast = store()

    assert lines(plan(state, forecast, review_days=7))["T1", "i0"][1].startswith("learned policy for least cost, ")
    assert lines(plan(state, forecast, review_days=8))["T1", "i0"][1].startswith(
        "order-up-to formula for least cost, as orders are more than 7 days apart; "
    )


@pytest.mark.parametrize("lead", [0.0, 9.0, 40.0])
def test_lead_times_that_were_not_learned_are_decided_by_formula(proven, lead):
    """Orders that come at once, or after more than eight days."""
    state, forecast = store(lead=lead)

    found = lines(plan(state, forecast))

    assert found
    for _, reason in found.values():
        assert reason.startswith("order-up-to formula for least cost, as orders do not take 1 to 8 days; ")


def test_demand_that_waits_is_decided_by_formula(proven):
    """The policy was learned where unmet demand is lost."""
    state, forecast = store()

    for _, reason in lines(plan(state, forecast, PPOInventory(lost_sales=False))).values():
        assert reason.startswith("order-up-to formula for least cost, as unmet demand waits; ")


def tried(low, items=2):
    """Return a plugin with a trial of every item at the store, of which the lower end of the saving is ``low``."""
    some = np.full(items, low)
    verdicts = Verdicts(Heuristics(np.zeros(items, np.int64), some * 0 + 1.0, some * 0 + 2.0), some + 0.01, some, some)
    ids, every = Index([f"i{row}" for row in range(items)]), np.ones(items, np.int64)
    gate = Gate(ids, Index(["T1"]), np.arange(items), every * 0, every, verdicts, Evidence.shipped())
    plugin = PPOInventory()
    plugin._learned = attrs.evolve(plugin._learned, gate=gate)
    return plugin


@pytest.mark.parametrize(
    ("low", "request_", "said"),
    [
        (0.01, {}, "learned policy for least cost, 2.0% (1.0% to 1.0%) cheaper than the best capped base-stock in its"),
        (-0.02, {}, "capped base-stock for least cost, as the learned policy was dearer in its trial: -1.0% ("),
        (
            -0.02,
            {"service_target": 0.9},
            "order-up-to formula for cycle service of 90%, as at its own costs the learned policy was dearer",
        ),
        (
            0.01,
            {"service_target": 0.9},
            "learned policy for cycle service of 90%, at its own costs 2.0% (1.0% to 1.0%) cheaper than the best",
        ),
    ],
)
def test_every_line_says_which_policy_decided_and_why(low, request_, said):
    """The learned one, the best simple one, or the formula, each with what it is for."""
    state, forecast = store(items=2)

    found = lines(plan(state, forecast, tried(low), **request_))

    assert len(found) == 2
    assert all(reason.startswith(said) for _, reason in found.values())


def test_lines_of_a_chain_say_so_too(proven):
    """A warehouse goes by formula, what a lane of its own costs does so too, and stores by the learned policy."""
    lanes = [*CHAIN_LANES, {"from_node": "W1", "to_node": "T2", "item": 1, "lead_time_days": 1.0, "fixed_cost": 90.0}]
    state = world(2, CHAIN, lanes, on_hand={(row, "W1"): 30.0 for row in range(2)})

    found = lines(plan(state, poisson_forecast(state, {"T1": 4.0, "T2": 4.0})))

    formula = "order-up-to formula for least cost, as "
    assert found["W1", "i0"][1].startswith(formula + "others are supplied from here; ")
    assert found["T2", "i1"][1].startswith(formula + "an order has a cost of its own; ")
    assert found["T2", "i0"][1].startswith("learned policy for least cost, ")


@pytest.mark.parametrize("measure", list(ServiceMeasure))
def test_the_figures_of_a_learned_line_fit_its_order(proven, measure):
    """On an empty shelf what sells until the order comes is lost; what it brings lasts until the next as asked."""
    state, forecast = store(items=1)

    (order,) = plan(state, forecast, service_target=0.95, service_measure=measure).orders

    (reason,), (units,), lead = order.lines.reasons, order.lines.quantity, 2
    assert "; 4.0 expected to sell until the next order can arrive and " in reason
    assert f"{4.0 * lead:.1f} lost before this one can" in reason
    assert order.lines.safety_stock[0] == pytest.approx(units - 4.0)
    assert 0.95 / (lead + 1) <= order.lines.expected_fill_rate[0] <= 1.0 / (lead + 1)


def test_no_demand_orders_nothing(proven):
    """A forecast of zeros is no reason to buy."""
    state, _ = store()

    assert plan(state, poisson_forecast(state, {"T1": 0.0})).orders == ()


def test_what_is_owed_is_ordered_on_top(proven):
    """The rest is ordered as from an empty shelf."""
    state, forecast = store(items=2)
    below = attrs.evolve(state, on_hand=np.array([[0.0, -5.0], [0.0, 0.0]]))

    found = lines(plan(below, forecast))

    assert found["T1", "i0"][0] == found["T1", "i1"][0] + 5.0 > 5.0


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
