"""Small retailers for the tests of inventory plugins."""

from datetime import UTC, datetime
from itertools import pairwise

import attrs
import numpy as np
from scipy import stats

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.invariants import check_replenishment
from shelfwise.plugins import call
from shelfwise.types import (
    DEFAULT_QUANTILES,
    Deadline,
    DemandForecast,
    Index,
    Items,
    Lanes,
    NodeKind,
    Nodes,
    OpenOrders,
    ReplenishmentPlan,
    ReplenishRequest,
    State,
)

AS_OF = datetime(2024, 1, 1, tzinfo=UTC)
KINDS = {"S": NodeKind.SUPPLIER, "W": NodeKind.WAREHOUSE, "T": NodeKind.STORE}


STORE = ("S1", "T1")
CHAIN = ("S1", "W1", "T1", "T2")
CHAIN_LANES = [
    {"from_node": "S1", "to_node": "W1", "lead_time_days": 5.0},
    {"from_node": "W1", "to_node": "T1", "lead_time_days": 1.0},
    {"from_node": "W1", "to_node": "T2", "lead_time_days": 1.0},
]


def world(items, nodes, lanes, *, on_hand=None, open_orders=(), **columns) -> State:
    """Make a state of ``items`` items and nodes named by kind (S1 supplier, W1 warehouse, T1 store).

    ``lanes`` are dicts of lane fields with node names; ``on_hand`` maps (item, node name) to units; ``open_orders``
    are (item, node name, quantity, day) with day 0 the first day; ``columns`` override columns of the items and
    ``capacity`` of the nodes.
    """
    index = Index(nodes)
    stock = np.zeros((items, len(nodes)))
    for (item, node), units in (on_hand or {}).items():
        stock[item, index.position(node)] = units
    capacity = np.broadcast_to(columns.pop("capacity", np.inf), len(nodes))
    rows = [_LANE | lane for lane in lanes]

    def column(name):
        return [row[name] for row in rows]

    days = [np.datetime64("2024-01-02") + day for *_, day in open_orders]
    return State(
        as_of=AS_OF,
        items=_items(items, columns),
        nodes=Nodes(
            index=index,
            kind=np.array([KINDS[node[0]] for node in nodes], dtype=object),
            latitude=np.full(len(nodes), np.nan),
            longitude=np.full(len(nodes), np.nan),
            capacity=capacity,
        ),
        lanes=Lanes(
            from_node=index.positions(column("from_node")),
            to_node=index.positions(column("to_node")),
            **{name: column(name) for name in _LANE if not name.endswith(("_node", "_weekdays"))},
            order_weekdays=np.reshape([[day in row["order_weekdays"] for day in range(7)] for row in rows], (-1, 7)),
        ),
        on_hand=stock,
        open_orders=OpenOrders(
            item=[item for item, *_ in open_orders],
            node=index.positions(node for _, node, *_ in open_orders),
            quantity=[quantity for *_, quantity, _ in open_orders],
            arrives_on=np.array(days, dtype="datetime64[D]"),
        ),
    )


_LANE = {
    "from_node": "S1",
    "to_node": "T1",
    "item": -1,
    "lead_time_days": 2.0,
    "lead_time_sd_days": 0.0,
    "fixed_cost": 0.0,
    "unit_cost": 0.0,
    "minimum": 0.0,
    "maximum": np.inf,
    "order_weekdays": range(7),
}


def _items(count, columns) -> Items:
    defaults = {
        "description": "",
        "category": "",
        "price": 10.0,
        "unit_cost": 6.0,
        "pack_size": 1.0,
        "minimum_order": 0.0,
        "supplier_id": "",
        "volume_l": 1.0,
        "weight_kg": 1.0,
        "shelf_life_days": np.nan,
    }
    values = {name: np.broadcast_to(np.asarray(v), count) for name, v in (defaults | columns).items()}
    return Items(index=Index(f"i{row}" for row in range(count)), **values)


def poisson_forecast(state: State, means, days=14) -> DemandForecast:
    """Forecast Poisson demand: ``means`` maps a node's name to the mean of a day, one number or one an item."""
    count = len(state.items.index)
    mean = np.stack([np.broadcast_to(np.asarray(m, dtype=float), count) for m in means.values()], axis=1)
    mean = np.repeat(mean[..., None], days, axis=2)
    quantiles = np.stack([np.maximum(stats.poisson.ppf(level, mean), 0) for level in DEFAULT_QUANTILES])
    return DemandForecast(state.items.index, Index(means), state.starts_on, DEFAULT_QUANTILES, mean, quantiles)


def with_orders(state: State, plan: ReplenishmentPlan, *, left: bool) -> State:
    """Return the state with the plan's orders under way, transfers having ``left`` the stock of their source or not."""
    lines = [
        (state.items.index.position(item), state.nodes.index.position(order.to_node_id), quantity, order.arrives_on)
        for order in plan.orders
        for item, quantity in zip(order.lines.item_ids, order.lines.quantity, strict=True)
    ]
    item, node, quantity, day = zip(*lines, strict=True) if lines else ((), (), (), ())
    old = state.open_orders
    on_hand = np.array(state.on_hand)
    for (source, _, name), units in ordered(plan).items():
        if left and not source.startswith("S"):
            on_hand[state.items.index.position(name), state.nodes.index.position(source)] -= units
    return attrs.evolve(
        state,
        on_hand=on_hand,
        open_orders=OpenOrders(
            item=np.append(old.item, np.array(item, dtype=np.int64)),
            node=np.append(old.node, np.array(node, dtype=np.int64)),
            quantity=np.append(old.quantity, np.array(quantity, dtype=float)),
            arrives_on=np.append(old.arrives_on, np.array(day, dtype="datetime64[D]")),
        ),
    )


def ordered(plan: ReplenishmentPlan) -> dict[tuple[str, str, str], float]:
    """Return the quantity of each (source, node, item) that is ordered."""
    return {
        (order.from_node_id, order.to_node_id, item): float(quantity)
        for order in plan.orders
        for item, quantity in zip(order.lines.item_ids, order.lines.quantity, strict=True)
    }


def decreasing(values) -> bool:
    """Tell whether no value exceeds the one before."""
    return all(later <= earlier + 1e-9 for earlier, later in pairwise(values))


def plan(state, forecast, *, plugin=None, delivery_costs=None, **request):
    """Call the hook for all items and all supplied nodes."""
    supplied = tuple(state.nodes.index[row] for row in np.unique(state.lanes.to_node))
    asked = ReplenishRequest(**({"item_ids": state.items.index.ids, "node_ids": supplied} | request))
    arguments = {
        "request": asked,
        "state": state,
        "forecast": forecast,
        "delivery_costs": delivery_costs,
        "deadline": Deadline(),
    }
    answer = call(plugin or BaselineInventory(), "replenish", **arguments)
    assert check_replenishment(asked, state, answer) == ()
    return answer
