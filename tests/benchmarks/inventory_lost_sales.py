"""Sixteen items whose unmet demand is lost: how far policies stay above the optimum, exactly and simulated."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import attrs
import numpy as np

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.evaluation.inventory import Scenario, ScenarioItem, evaluate
from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, optimal_cost, policy_cost
from shelfwise.evaluation.inventory.plugin_policy import PluginPolicy
from shelfwise.simulation import State, laws

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "inventory" / "lost_sales_poisson.csv"


def cells() -> list[dict[str, float]]:
    """Return the 16 items with their published costs and gaps."""
    with DATA.open(encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def lost_sales() -> None:
    """Print the table: Poisson demand of 5, and the plan of the baseline asked for in every period."""
    if not DATA.exists():
        print(f"no {DATA.name} beside the checkout: the table of lost-sales items is left out")
        return
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
    one = attrs.evolve(scenario, items=(scenario.items[number],), laws=(scenario.laws[number],), replications=1)
    empty = State.first(one.world())
    empty.on_hand[:] = 0.0
    return int(PluginPolicy.of(BaselineInventory(), one).order(empty)[0, 0])
