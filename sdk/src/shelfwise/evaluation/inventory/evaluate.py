"""The evaluation itself: every plugin and reference policy against the same demand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.intervals import half_width
from shelfwise.evaluation.inventory.plugin_policy import PluginPolicy
from shelfwise.evaluation.inventory.references import references as tuned_references
from shelfwise.evaluation.inventory.run import BATCHES, Run, run
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.evaluation.report import envelope
from shelfwise.hookspecs import Progress
from shelfwise.simulation import Policy

Floats = NDArray[np.float64]

ALL_ITEMS = "all"

DEFINITIONS = {
    "cost": "mean cost of a period: holding, shortage and ordering, per item; over all items their mean",
    "cost_half_width": f"half the width of the 95 % confidence interval of cost, from {BATCHES} batches a replication",
    "holding_cost": "mean cost per period of the units left at its end",
    "shortage_cost": "mean cost per period of unmet demand",
    "ordering_cost": "mean fixed cost of orders per period",
    "fill_rate": "units of demand met at once from stock, as a share of all",
    "cycle_service": "share of review periods in which all demand was met at once",
    "gap_percent": "how far cost lies above the item's known optimal cost; over all items the mean of the gaps",
    "gap_half_width": "half the width of the 95 % confidence interval of gap_percent",
    "seconds": "time to simulate, with all calls of the plugin",
}


@attrs.frozen(eq=False)
class InventoryEvaluation:
    """What an evaluation found: one row for all items of each policy, and one for each item."""

    scenario: Scenario
    rows: tuple[dict[str, Any], ...]
    seconds: float

    def row(self, plugin: str, item_id: str = ALL_ITEMS) -> dict[str, Any]:
        """Return the row of a plugin or reference policy, for all items or for one."""
        return next(row for row in self.rows if row["plugin"] == plugin and row["item_id"] == item_id)

    def to_json(self) -> dict[str, Any]:
        """Return the rows with definitions, protocol, seed, versions and machine, ready for JSON."""
        scenario = self.scenario
        protocol = {
            "scenario": scenario.name,
            "items": len(scenario.items),
            "periods": scenario.periods,
            "warmup": scenario.warmup,
            "replications": scenario.replications,
            "review_periods": scenario.review_periods,
            "unmet_demand": "lost" if scenario.lost_sales else "backordered",
            "references": "base_stock, capped_base_stock and reorder_point are tuned by search on demand drawn apart",
        }
        return envelope(
            "inventory",
            seed=scenario.seed,
            seconds=self.seconds,
            rows=self.rows,
            definitions=DEFINITIONS,
            protocol=protocol,
        )


def evaluate(
    scenario: Scenario,
    plugins: Mapping[str, object],
    *,
    references: bool = True,
    progress: Progress = lambda *_: None,
) -> InventoryEvaluation:
    """Simulate each plugin (name -> instance) through its ``replenish`` hook, and the tuned reference policies.

    All meet the same demand. ``progress`` is told of each policy's periods.

    Raises:
        PluginError: a plugin gives no plan, or quantities that are no orders.
    """
    started = time.perf_counter()
    policies: dict[str, Policy] = {**tuned_references(scenario)} if references else {}
    for name, plugin in plugins.items():
        policies[name] = PluginPolicy.of(plugin, scenario)
    rows: list[dict[str, Any]] = []
    for name, policy in policies.items():
        before = time.perf_counter()
        found = run(scenario, policy, name=name, progress=progress)
        rows += _rows(name, scenario, found, time.perf_counter() - before)
    return InventoryEvaluation(scenario, tuple(rows), time.perf_counter() - started)


def _rows(name: str, scenario: Scenario, found: Run, seconds: float) -> list[dict[str, Any]]:
    outcome, optimal = found.outcome, scenario.column("optimal_cost")
    batches = found.batch_cost.reshape(len(scenario.items), -1)
    cost = {key: terms.mean(axis=1) for key, terms in outcome.costs.items()}
    met, demand = outcome.met.sum(axis=1), np.maximum(outcome.demand.sum(axis=1), 1e-12)
    columns = {
        "cost": outcome.cost.mean(axis=1),
        "holding_cost": cost["holding"],
        "shortage_cost": cost["lost_sales"] + cost["backorders"],
        "ordering_cost": cost["ordering"],
        "fill_rate": met / demand,
        "cycle_service": outcome.cycle_service,
        "gap_percent": (outcome.cost.mean(axis=1) / optimal - 1.0) * 100.0,
    }
    total = {key: float(column.mean()) for key, column in columns.items()}
    total["fill_rate"] = float(met.sum() / demand.sum())
    gaps = (batches / optimal[:, None]).mean(axis=0) * 100.0
    widths = {"cost_half_width": half_width(batches.mean(axis=0)), "gap_half_width": half_width(gaps)}
    rows = [{"plugin": name, "item_id": ALL_ITEMS, **total, **widths, "seconds": seconds}]
    for row, item in enumerate(scenario.items):
        figures = {key: float(column[row]) for key, column in columns.items()}
        width = half_width(batches[row])
        figures |= {"cost_half_width": width, "gap_half_width": width / optimal[row] * 100.0}
        rows.append({"plugin": name, "item_id": item.item_id, **figures})
    return rows
