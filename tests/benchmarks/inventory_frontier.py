"""Cost at equal service: order quantities, the best heuristic, every installed plugin and the optimum."""

from __future__ import annotations

from importlib.metadata import entry_points

import attrs

from shelfwise.evaluation.inventory import Scenario, ScenarioItem
from shelfwise.evaluation.inventory import frontier as frontiers
from shelfwise.simulation.laws import negative_binomial, poisson
from shelfwise.types import ServiceMeasure

TARGETS = (0.95, 0.975, 0.99)


def scenario() -> Scenario:
    """Return items of steady and of lumpy demand, with and without a fixed order cost."""
    steady, lumpy = poisson(5.0), negative_binomial(5.0, 20.0)
    items, laws = [], []
    for law in (steady, lumpy):
        for lead_time, fixed in ((1, 0.0), (2, 0.0), (2, 20.0)):
            items.append(ScenarioItem(5.0, lead_time, item_id=f"item {len(items)}", fixed_order_cost=fixed))
            laws.append(law)
    return Scenario("equal service", tuple(items), tuple(laws), periods=2000, replications=8, seed=7)


def frontier() -> None:
    """Print service, cost and its index (the tuned order quantity is 100) for both measures."""
    plugins = {}
    for entry in sorted(entry_points(group="shelfwise.inventory"), key=lambda entry: entry.name):
        try:
            plugins[entry.name] = entry.load()()
        except Exception as error:  # noqa: BLE001 - a plugin that does not load is printed, the others go on
            print(f"{entry.name}: {error}")
    made = scenario()
    for measure in ServiceMeasure:
        found = frontiers.frontier(made, plugins, measure=measure, targets=TARGETS)
        print(
            f"\n{measure.value}, {len(made.items)} items: reached, cost of holding and ordering, index, holding index"
        )
        for row in found.rows:
            if row["item_id"] != "all":
                continue
            low, high = (getattr(row["cost"], end) for end in ("low", "high"))
            served = attrs.astuple(row["service"])
            print(
                f"{row['target']:6.1%} {row['plugin']:14}{served[0]:8.2%} ({served[1]:.2%} to {served[2]:.2%})"
                f"{row['cost'].estimate:9.3f} +- {(high - low) / 2:.3f}{row['index']:8.1f}{row['holding_index']:8.1f}"
                f"{'' if row['reached'] else '  missed'}"
            )
        print(f"{measure.value}: {found.seconds:.0f} s")
