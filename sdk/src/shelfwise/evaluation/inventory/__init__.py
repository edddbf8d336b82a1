"""Evaluation of inventory plugins: their real hook in a small simulator, beside the best simple policies."""

from shelfwise.evaluation.inventory.evaluate import DEFINITIONS, InventoryEvaluation, evaluate
from shelfwise.evaluation.inventory.scenario import (
    DemandSpec,
    Scenario,
    ScenarioItem,
    lost_sales_example,
    read_scenario,
)

__all__ = [
    "DEFINITIONS",
    "DemandSpec",
    "InventoryEvaluation",
    "Scenario",
    "ScenarioItem",
    "evaluate",
    "lost_sales_example",
    "read_scenario",
]
