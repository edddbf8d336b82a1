"""Inventory plugins are tuned in the simulator, on demand that the evaluation of the scenario never draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory import Scenario
from shelfwise.evaluation.inventory.plugin_policy import PluginPolicy
from shelfwise.evaluation.inventory.run import run
from shelfwise.fingerprint import fingerprint
from shelfwise.tuning.objective import Watch

__all__ = ["InventoryObjective"]

_STUDY = "validation"
"""Names the draws; the evaluation's go by another name, whatever the seed."""


@attrs.frozen(eq=False)
class InventoryObjective:
    """Mean cost of a period, a batch of periods of an item in a replication a unit."""

    scenario: Scenario
    metric = "cost"
    maximize = False
    definition = "mean cost of a period over items: holding, shortage and ordering"

    @classmethod
    def of_scenario(cls, scenario: Scenario) -> InventoryObjective:
        """Take the scenario's items and laws; a replay, which is the test, gives way to the law of its warm-up."""
        return cls(attrs.evolve(scenario, trace=None))

    @property
    def protocol(self) -> Mapping[str, Any]:
        """What is simulated."""
        scenario = self.scenario
        return {
            "scenario": scenario.name,
            "items": [attrs.asdict(item) for item in scenario.items],
            "periods": scenario.periods,
            "warmup": scenario.warmup,
            "replications": scenario.replications,
            "review_periods": scenario.review_periods,
            "unmet_demand": "lost" if scenario.lost_sales else "backordered",
            "scenario_seed": scenario.seed,
            "laws": fingerprint(scenario.laws),
            "demand": "drawn from the laws of the scenario, apart from what the evaluation draws",
        }

    def score(self, plugin: object, watch: Watch) -> NDArray[np.float64]:
        """Return the mean cost of a period in each batch of each row of the simulation."""
        policy = PluginPolicy.of(plugin, self.scenario)
        return run(self.scenario, policy, study=_STUDY, progress=watch.progress).batch_cost.ravel()
