"""Evaluation of inventory plugins: their real hook in a small simulator, beside the best simple policies."""

from shelfwise.evaluation.inventory.evaluate import ALL_ITEMS, DEFINITIONS, InventoryEvaluation, evaluate
from shelfwise.evaluation.inventory.scenario import (
    Scenario,
    ScenarioItem,
)
from shelfwise.evaluation.inventory.scenario_file import lost_sales_example, read_scenario

__all__ = [
    "ALL_ITEMS",
    "DEFINITIONS",
    "InventoryEvaluation",
    "Scenario",
    "ScenarioItem",
    "evaluate",
    "lost_sales_example",
    "read_scenario",
]
