"""Routers are tuned on instances of their own, by the cost of plans that an independent checker finds feasible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import PluginError
from shelfwise.evaluation.instances import Instance
from shelfwise.evaluation.router import evaluate
from shelfwise.fingerprint import fingerprint
from shelfwise.tuning.objective import Watch

__all__ = ["RouterObjective"]


@attrs.frozen(eq=False)
class RouterObjective:
    """Gap to the best known, or the cost where an instance has none, an instance a unit.

    Nothing tells validation from test here: give other instances than those of the evaluation.
    """

    instances: Sequence[Instance]
    seconds: float
    seed: int = 0
    maximize = False

    @property
    def metric(self) -> str:
        """Gaps where all instances have one."""
        return "gap_percent" if all(instance.best_known for instance in self.instances) else "cost"

    @property
    def definition(self) -> str:
        """The figure in a sentence."""
        if self.metric == "cost":
            return "mean over instances of the cost of all routes"
        return "mean over instances of 100 (cost / best_known - 1)"

    @property
    def protocol(self) -> Mapping[str, Any]:
        """What is planned, in how much time."""
        return {
            "instances": [instance.name for instance in self.instances],
            "seconds_per_instance": self.seconds,
            "seed": self.seed,
            "data": fingerprint(*self.instances),
        }

    def score(self, plugin: object, watch: Watch) -> NDArray[np.float64]:
        """Return the figure of each instance.

        Raises:
            PluginError: A plan is not feasible.
        """
        figures: list[float] = []
        for number, instance in enumerate(self.instances):
            watch.progress("instances", number, len(self.instances))
            (row,) = evaluate([instance], {"candidate": plugin}, seconds=self.seconds, seed=self.seed).rows
            figure = row.cost if self.metric == "cost" else row.gap_percent
            if figure is None:
                told = "; ".join(row.violations) or f"{row.skipped} deliveries are in no route"
                raise PluginError(f"no feasible plan for {instance.name}: {told}")
            figures.append(figure)
            if number + 1 < len(self.instances):
                watch.so_far(number, float(np.mean(figures)))
        return np.array(figures)
