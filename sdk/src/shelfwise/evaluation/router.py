"""Routers compared on benchmark instances: every plan checked independently, its cost against the best known."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from shelfwise.errors import PluginError
from shelfwise.evaluation.instances import Instance
from shelfwise.evaluation.report import envelope
from shelfwise.plugins import call
from shelfwise.routing.checker import check_routes
from shelfwise.types import Deadline, RoutePlan

if TYPE_CHECKING:
    from shelfwise.hookspecs import Progress

__all__ = ["DEFINITIONS", "RouterEvaluation", "RouterRow", "evaluate"]

DEFINITIONS = {
    "cost": "objective of the benchmark: the cost of all routes, recomputed by the checker; none where not feasible",
    "gap_percent": "100 (cost / best_known - 1)",
    "routes": "vehicles used",
    "feasible": "whether every delivery is served and the independent checker finds nothing wrong",
    "seconds": "wall-clock time from the call to its answer",
    "in_time": "whether the answer came within the time given, plus a twentieth and a tenth of a second",
    "mean_gap_percent": "mean of the gaps over the instances with a feasible plan and a best-known cost",
}


@attrs.frozen
class RouterRow:
    """How one plugin did on one instance."""

    plugin: str
    instance: str
    deliveries: int
    cost: float | None
    best_known: float | None
    gap_percent: float | None
    routes: int
    skipped: int
    feasible: bool
    seconds: float
    in_time: bool
    rounding: str
    violations: tuple[str, ...] = ()
    """The first few things that the checker found."""


@attrs.frozen
class RouterEvaluation:
    """The rows of all plugins and instances; ``limit_seconds`` is the time given for each."""

    rows: tuple[RouterRow, ...]
    limit_seconds: float
    seed: int
    seconds: float

    def mean_gap_percent(self, plugin: str) -> float:
        """Return the mean gap of one plugin, NaN where no instance has one."""
        gaps = [row.gap_percent for row in self.rows if row.plugin == plugin and row.gap_percent is not None]
        return float(np.mean(gaps)) if gaps else float("nan")

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation with its definitions, versions and machine; ``overall`` has one row a plugin."""
        document = envelope(
            "router",
            seed=self.seed,
            seconds=self.seconds,
            rows=[attrs.asdict(row) for row in self.rows],
            definitions=DEFINITIONS,
            protocol={"seconds_per_instance": self.limit_seconds, "objective": "as the instance states it"},
        )
        return document | {"overall": [self._overall(name) for name in dict.fromkeys(row.plugin for row in self.rows)]}

    def _overall(self, plugin: str) -> dict[str, Any]:
        rows = [row for row in self.rows if row.plugin == plugin]
        gap = self.mean_gap_percent(plugin)
        return {
            "plugin": plugin,
            "instances": len(rows),
            "feasible": sum(row.feasible for row in rows),
            "in_time": sum(row.in_time for row in rows),
            "mean_gap_percent": None if np.isnan(gap) else gap,
        }


def evaluate(
    instances: Sequence[Instance],
    plugins: Mapping[str, object],
    *,
    seconds: float,
    seed: int = 0,
    progress: Progress | None = None,
) -> RouterEvaluation:
    """Have every plugin plan every instance in ``seconds`` each, and check what comes back.

    Raises :class:`~shelfwise.errors.PluginError` where a plugin has no answer.
    """
    started = time.perf_counter()
    rows = []
    for number, instance in enumerate(instances):
        for place, (name, plugin) in enumerate(plugins.items()):
            rows.append(_row(instance, name, plugin, seconds, seed))
            if progress is not None:
                progress("plans", number * len(plugins) + place + 1, len(instances) * len(plugins))
    return RouterEvaluation(tuple(rows), seconds, seed, time.perf_counter() - started)


def _row(instance: Instance, name: str, plugin: object, seconds: float, seed: int) -> RouterRow:
    request = attrs.evolve(instance.request, seed=seed)
    started = time.perf_counter()
    plan: RoutePlan | None = call(
        plugin,
        "route",
        request=request,
        state=instance.state,
        deliveries=instance.deliveries,
        deadline=Deadline.after(seconds),
    )
    took = time.perf_counter() - started
    if plan is None:
        raise PluginError(f"{name}: no answer for {instance.name}")
    violations = check_routes(request, instance.state, instance.deliveries, plan)
    feasible = not violations and not plan.skipped
    cost = plan.cost if feasible else None
    known = instance.best_known
    return RouterRow(
        plugin=name,
        instance=instance.name,
        deliveries=len(instance.deliveries),
        cost=cost,
        best_known=known,
        gap_percent=None if cost is None or not known else 100.0 * (cost / known - 1.0),
        routes=len(plan.routes),
        skipped=len(plan.skipped),
        feasible=feasible,
        seconds=took,
        in_time=took <= 1.05 * seconds + 0.1,
        rounding=str(instance.rounding),
        violations=violations[:3],
    )
