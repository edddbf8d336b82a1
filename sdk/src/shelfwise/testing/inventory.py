"""Checks of inventory plugins."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.testing.common import valid
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject, demand_forecast
from shelfwise.types import OpenOrders, ReplenishmentPlan, ServiceMeasure, Stage, State


def _units(plan: ReplenishmentPlan) -> float:
    return sum(float(order.lines.quantity.sum()) for order in plan.orders)


def _with_orders(state: State, plan: ReplenishmentPlan) -> State:
    """Return the state with a plan's orders placed: on order where they go, and gone from where they leave."""
    rows = [
        (item, order.from_node_id, order.to_node_id, quantity, order.arrives_on)
        for order in plan.orders
        for item, quantity in zip(order.lines.item_ids, order.lines.quantity, strict=True)
    ]
    items = state.items.index.positions(row[0] for row in rows)
    to = state.nodes.index.positions(row[2] for row in rows)
    quantity = np.array([row[3] for row in rows], dtype=float)
    arrives = np.array([row[4] for row in rows], dtype="datetime64[D]")
    orders = state.open_orders
    on_hand = np.array(state.on_hand)
    suppliers = state.nodes.supplier_ids
    for item, origin, _, units, _ in rows:
        if origin not in suppliers:
            on_hand[state.items.index.position(item), state.nodes.index.position(origin)] -= units
    return attrs.evolve(
        state,
        on_hand=on_hand,
        open_orders=OpenOrders(
            item=np.concatenate([orders.item, items]),
            node=np.concatenate([orders.node, to]),
            quantity=np.concatenate([orders.quantity, quantity]),
            arrives_on=np.concatenate([orders.arrives_on, arrives]),
        ),
    )


def _scarce(state: State) -> State:
    """Return the state with empty stores and nothing on order, so that much must be ordered."""
    return attrs.evolve(state, on_hand=state.on_hand * 0.0, open_orders=OpenOrders())


@check(Stage.INVENTORY)
def scarcity_is_ordered_against(subject: Subject) -> None:
    """With nothing on hand and demand ahead, something is ordered."""
    state, request = _scarce(subject.state), subject.request()
    plan = subject.ask(request, state=state, forecast=demand_forecast(state, 3.0))
    valid(subject, request, plan, state=state)
    assert _units(plan) > 0, "nothing is ordered though nothing is on hand"


@check(Stage.INVENTORY)
def plenty_orders_nothing(subject: Subject) -> None:
    """With stock for years, nothing is ordered."""
    state = attrs.evolve(subject.state, on_hand=np.full_like(subject.state.on_hand, 1e6))
    plan = subject.ask(state=state, forecast=demand_forecast(state, 3.0))
    assert _units(plan) == 0, f"{_units(plan):g} units are ordered on top of stock for years"


@check(Stage.INVENTORY)
def no_demand_orders_nothing(subject: Subject) -> None:
    """Where no demand is expected and stock is there, nothing is ordered."""
    state = subject.state
    plan = subject.ask(state=state, forecast=demand_forecast(state, 0.0))
    assert _units(plan) == 0, f"{_units(plan):g} units are ordered for a demand of zero"


@check(Stage.INVENTORY)
def its_own_orders_are_enough(subject: Subject) -> None:
    """Asked again with its own orders placed, it orders nothing more."""
    for state in (subject.state, _scarce(subject.state)):
        forecast = demand_forecast(state, 2.0)
        first = subject.ask(state=state, forecast=forecast)
        again = subject.ask(state=_with_orders(state, first), forecast=forecast)
        assert _units(again) == 0, f"{_units(again):g} units more are ordered after {_units(first):g}"


@check(Stage.INVENTORY)
def no_budget_buys_nothing(subject: Subject) -> None:
    """A budget of nothing allows no purchase, and a small one is kept."""
    state = _scarce(subject.state)
    for budget in (0.0, 100.0):
        request = subject.request(budget=budget)
        plan = subject.ask(request, state=state, forecast=demand_forecast(state, 3.0))
        valid(subject, request, plan, state=state)


@check(Stage.INVENTORY)
def transfers_do_not_exceed_the_stock(subject: Subject) -> None:
    """What is moved out of a node was there."""
    state = attrs.evolve(subject.state, on_hand=np.minimum(subject.state.on_hand, 4.0), open_orders=OpenOrders())
    plan = subject.ask(state=state, forecast=demand_forecast(state, 5.0))
    moved = np.zeros_like(state.on_hand)
    for order in plan.orders:
        rows = state.items.index.positions(order.lines.item_ids)
        if order.from_node_id not in state.nodes.supplier_ids:
            moved[rows, state.nodes.index.position(order.from_node_id)] += order.lines.quantity
    assert (moved <= state.on_hand + 1e-6).all(), "more is moved out of a node than it has"


@check(Stage.INVENTORY)
def higher_service_never_orders_less(subject: Subject) -> None:
    """Both measures of service are understood, and more service needs at least as many units."""
    state = _scarce(subject.state)
    for measure in ServiceMeasure:
        ordered = []
        for target in (0.5, 0.99):
            request = subject.request(service_target=target, service_measure=measure)
            plan = subject.ask(request, state=state, forecast=demand_forecast(state, 3.0))
            valid(subject, request, plan, state=state)
            ordered.append(_units(plan))
        assert ordered[0] <= ordered[1], f"{measure}: {ordered[0]:g} units for 50 % but {ordered[1]:g} for 99 %"


@check(Stage.INVENTORY)
def works_without_a_forecast(subject: Subject) -> None:
    """With the forecast link off it plans from what it knows by itself."""
    request = subject.request()
    valid(subject, request, subject.ask(request, forecast=None))


@check(Stage.INVENTORY)
def every_line_explains_itself(subject: Subject) -> None:
    """Each order line has a reason, and its other columns have its length."""
    plan = subject.ask(state=_scarce(subject.state), forecast=demand_forecast(subject.state, 3.0))
    for order in plan.orders:
        for name in attrs.fields_dict(type(order.lines)):
            length = len(getattr(order.lines, name))
            assert length == len(order.lines), f"order {order.order_id}: {name} has {length} rows of {len(order.lines)}"
        assert all(order.lines.reasons), f"order {order.order_id} has a line without a reason"


@check(Stage.INVENTORY)
def scarce_units_are_worth_more(subject: Subject) -> None:
    """One more unit is worth at least as much where there is none as where there is plenty."""
    state = subject.state
    plenty = attrs.evolve(state, on_hand=np.full_like(state.on_hand, 1e6))
    forecast = demand_forecast(state, 3.0)
    poor = subject.ask(state=_scarce(state), forecast=forecast).stock_outlook.unit_value
    rich = subject.ask(state=plenty, forecast=forecast).stock_outlook.unit_value
    assert (poor >= rich - 1e-6).all(), "a unit is worth more where there is plenty"


@check(Stage.INVENTORY)
def no_lanes_no_orders(subject: Subject) -> None:
    """A network in which nobody supplies anybody has no orders and is no error."""
    from shelfwise.types import Lanes

    state = attrs.evolve(subject.state, lanes=Lanes())
    request = subject.request()
    plan = subject.ask(request, state=state, forecast=demand_forecast(state, 3.0))
    valid(subject, request, plan, state=state)
    assert not plan.orders
