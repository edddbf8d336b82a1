"""How long a whole plan takes: 15,360 items at nodes, 3,840 items at a warehouse and three stores."""

from __future__ import annotations

import time

import attrs
import numpy as np
from inventory_world import CHAIN_LANES, poisson_forecast, world

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.plugins import call
from shelfwise.types import Deadline, ReplenishRequest


def whole_plan() -> None:
    """Print the time of a plan of 15,360 items at nodes, with and without a budget."""
    random = np.random.default_rng(0)
    items, nodes = 3840, ("S1", "W1", "T1", "T2", "T3")
    lanes = [lane | {"fixed_cost": 20.0} for lane in CHAIN_LANES]
    state = world(
        items,
        nodes,
        [*lanes, lanes[1] | {"to_node": "T3"}],
        pack_size=random.integers(1, 7, items).astype(float),
        minimum_order=random.integers(0, 30, items).astype(float),
        shelf_life_days=np.where(random.random(items) < 0.2, 6.0, np.nan),
    )
    on_hand = np.column_stack([np.zeros(items), random.integers(0, 60, items), random.integers(0, 8, (items, 3))])
    state = attrs.evolve(state, on_hand=on_hand)
    forecast = poisson_forecast(state, {store: random.gamma(1.0, 2.0, items) for store in nodes[2:]}, days=28)
    for budget in (None, 100_000.0):
        request = ReplenishRequest(state.items.index.ids, nodes[1:], budget=budget)
        times = []
        for _ in range(5):
            started = time.perf_counter()
            plan = call(
                BaselineInventory(),
                "replenish",
                request=request,
                state=state,
                forecast=forecast,
                delivery_costs=None,
                deadline=Deadline(),
            )
            times.append(time.perf_counter() - started)
        lines = sum(len(order.lines) for order in plan.orders)
        print(
            f"plan of {items * (len(nodes) - 1):,} item-nodes over 28 days, budget {budget}:"
            f" best of 5 {min(times):.2f} s, median {sorted(times)[2]:.2f} s, {lines:,} order lines"
        )
