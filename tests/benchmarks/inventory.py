"""The inventory baseline: ``python -m tests.benchmarks.inventory``.

Lost sales, 16 items (Poisson demand of 5; the plan is asked for through the ``replenish`` hook in every period):
how far the best base-stock, the best capped base-stock and the baseline stay above the optimum. The references are
exact, by Markov chains; so is the baseline's level, once it is known which one it orders up to. Then the time of a
plan for 15,360 items at nodes: 3,840 items at a warehouse and three stores.
"""

from __future__ import annotations

import csv
import os
import platform
import time
from pathlib import Path

import attrs
import numpy as np

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.evaluation.inventory import Scenario, ScenarioItem, evaluate
from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, optimal_cost, policy_cost
from shelfwise.plugins import call
from shelfwise.simulation import laws
from shelfwise.types import Deadline, ReplenishRequest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "inventory" / "lost_sales_poisson.csv"


def cells() -> list[dict[str, float]]:
    """Return the 16 items with their published costs and gaps."""
    with DATA.open(encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def lost_sales() -> None:
    """Print the table of the 16 items."""
    rows = cells()
    items = tuple(
        ScenarioItem(
            cell["demand_mean"],
            int(cell["lead_time"]),
            cell["penalty"],
            cell["holding"],
            item_id=str(number),
            optimal_cost=cell["optimal_cost"],
        )
        for number, cell in enumerate(rows)
    )
    law = laws.poisson(5.0)
    scenario = Scenario("lost sales", items, tuple(law for _ in items), periods=2000, replications=8)
    evaluation = evaluate(scenario, {"baseline": BaselineInventory()}, references=False)
    gaps = []
    print("                      optimal cost           gap to it, %: exact                        simulated")
    print("lead time  penalty  computed  published   base-stock  capped   baseline (level)   baseline   seconds")
    for number, cell in enumerate(rows):
        item = LostSalesItem(law, items[number].lead_time, cell["holding"], cell["penalty"])
        started = time.perf_counter()
        optimal = optimal_cost(item, most=40, largest_order=12)
        seconds = time.perf_counter() - started
        level = baseline_level(scenario, number)
        costs = (
            policy_cost(item, base_stock_rule(int(cell["best_base_stock"]))),
            policy_cost(item, base_stock_rule(int(cell["capped_level"]), int(cell["capped_max_order"]))),
            policy_cost(item, base_stock_rule(level)),
        )
        gaps.append([(cost / optimal - 1) * 100 for cost in costs])
        row = evaluation.row("baseline", str(number))
        print(
            f"{item.lead_time:9}{cell['penalty']:9.0f}{optimal:10.4f}{cell['optimal_cost']:11.4f}"
            f"{gaps[-1][0]:13.2f}{gaps[-1][1]:8.2f}{gaps[-1][2]:11.2f} ({level})"
            f"{row['gap_percent']:13.2f} +- {row['gap_half_width']:.2f}{seconds:6.1f}"
        )
    mean, worst = np.mean(gaps, axis=0), np.max(gaps, axis=0)
    total = evaluation.row("baseline")
    print(f"mean {' ' * 38}{mean[0]:8.2f}{mean[1]:8.2f}{mean[2]:11.2f}", end="")
    print(f"{total['gap_percent']:18.2f} +- {total['gap_half_width']:.2f}")
    print(f"max  {' ' * 38}{worst[0]:8.2f}{worst[1]:8.2f}{worst[2]:11.2f}")
    periods = scenario.periods + scenario.warmup
    print(
        f"baseline: {periods} plans of {len(items) * scenario.replications} items in {total['seconds']:.1f} s,"
        f" {total['seconds'] / periods * 1e3:.1f} ms a plan"
    )


def baseline_level(scenario: Scenario, number: int) -> int:
    """Return the level that the baseline orders an item up to: what it orders for empty shelves."""
    from shelfwise.evaluation.inventory.plugin_policy import PluginPolicy
    from shelfwise.simulation import State

    one = attrs.evolve(scenario, items=(scenario.items[number],), laws=(scenario.laws[number],), replications=1)
    empty = State.first(one.world())
    empty.on_hand[:] = 0.0
    return int(PluginPolicy.of(BaselineInventory(), one).order(empty)[0, 0])


def whole_plan() -> None:
    """Print the time of a plan of 15,360 items at nodes, with and without a budget."""
    from inventory_world import CHAIN_LANES, poisson_forecast, world

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


def main() -> None:
    """Measure and print."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"inventory: {platform.machine()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    if DATA.exists():
        lost_sales()
    else:
        print(f"no {DATA.name} beside the checkout: the table of lost-sales items is left out")
    whole_plan()


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main()
