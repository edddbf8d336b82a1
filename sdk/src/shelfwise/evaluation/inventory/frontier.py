"""Cost against service: what holding and ordering cost at each target, by family of policies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.evaluate import ALL_ITEMS
from shelfwise.evaluation.inventory.frontier_optimum import OptimalFrontier
from shelfwise.evaluation.inventory.intervals import of_mean, of_share
from shelfwise.evaluation.inventory.plugin_policy import PluginPolicy
from shelfwise.evaluation.inventory.run import BATCHES, Run, run
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.evaluation.report import Interval, envelope
from shelfwise.hookspecs import Progress
from shelfwise.simulation import Policy
from shelfwise.simulation.tuning import Service, best, tuned
from shelfwise.types import ServiceMeasure

__all__ = ["DEFINITIONS", "OPTIMUM", "TARGETS", "YARDSTICK", "Frontier", "frontier"]

Floats = NDArray[np.float64]

TARGETS = (0.90, 0.95, 0.975, 0.99, 0.995)
YARDSTICK = "tuned_eoq"
"""The family whose cost is 100 in the index."""
OPTIMUM = "optimum"
_BUDGET = 300_000
"""Periods of each item that a search for one kind and target simulates."""

DEFINITIONS = {
    "target": "share of the measure that each item is to reach by itself",
    "measure": "fill_rate: units of demand met at once from stock, as a share of all; "
    "cycle_service: share of review periods in which all demand was met at once",
    "service": f"what was reached, with its 95 % interval from {BATCHES} batches a replication; the optimum's is exact",
    "cost": "mean holding and ordering cost of a period, without that of shortage, with its 95 % interval; "
    "per item, over all items their mean",
    "holding_cost": "mean cost per period of the units left at its end",
    "ordering_cost": "mean fixed cost of orders per period",
    "reached": "whether the interval of service does not end below the target",
    "index": f"cost, that of {YARDSTICK} at the same target being 100",
    "holding_index": f"holding_cost, that of {YARDSTICK} at the same target being 100",
    "plugin": "eoq: (r, Q) by formula; tuned_eoq: the same Q with the least r that reaches the target; "
    "best: the cheapest of the tuned heuristics, chosen item by item; optimum: exact, where it can be computed; "
    "others: plugins, asked for the target",
}


@attrs.frozen(eq=False)
class Frontier:
    """What was found: a row for each family and target, for all items and for each."""

    scenario: Scenario
    measure: ServiceMeasure
    rows: tuple[dict[str, Any], ...]
    seconds: float

    def points(self, plugin: str) -> list[dict[str, Any]]:
        """Return the rows of a family over all items, by rising target."""
        return [row for row in self.rows if row["plugin"] == plugin and row["item_id"] == ALL_ITEMS]

    @property
    def families(self) -> list[str]:
        """The families that have a row over all items."""
        return list(dict.fromkeys(row["plugin"] for row in self.rows if row["item_id"] == ALL_ITEMS))

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
            "measure": self.measure.value,
            "targets": TARGETS,
            "tuning": "on draws of their own, by least holding and ordering cost at which each item reaches the target",
        }
        rows = [
            {name: value.to_json() if isinstance(value, Interval) else value for name, value in row.items()}
            for row in self.rows
        ]
        return envelope(
            "inventory",
            seed=scenario.seed,
            seconds=self.seconds,
            rows=rows,
            definitions=DEFINITIONS,
            protocol=protocol,
        )


def frontier(
    scenario: Scenario,
    plugins: Mapping[str, object],
    *,
    measure: ServiceMeasure = ServiceMeasure.FILL_RATE,
    targets: Sequence[float] = TARGETS,
    progress: Progress = lambda *_: None,
) -> Frontier:
    """Let each family reach each target, all on the same demand, and see what it reaches and what that costs.

    Raises:
        PluginError: a plugin gives no plan, or quantities that are no orders.
    """
    started = time.perf_counter()
    rows: list[dict[str, Any]] = []
    optima = [OptimalFrontier.of(scenario, row) for row in range(len(scenario.items))]
    families = _families(scenario, plugins)
    steps = len(targets) * (len(families) + 1)
    for target in targets:
        service, found = Service(target, measure), []
        for name, make in families.items():
            progress(f"{name} at {target:.1%}", len(rows) // (len(scenario.items) + 1), steps)
            told = list(_told(scenario, run(scenario, make(service)), service))
            found += [{"plugin": name, **row} for row in told]
            rows += found[-len(told) :]
        progress(f"{OPTIMUM} at {target:.1%}", len(rows) // (len(scenario.items) + 1), steps)
        exact = [{"plugin": OPTIMUM, **row} for row in _exact(scenario, optima, service)]
        rows += exact
        _index(found + exact)
    return Frontier(scenario, measure, tuple(rows), time.perf_counter() - started)


def _families(scenario: Scenario, plugins: Mapping[str, object]) -> dict[str, Callable[[Service], Policy]]:
    """Return what makes a policy of a family for a service, by the family's name."""
    options: dict[str, Any] = {
        "lead_times": scenario.lead_times,
        "review_periods": scenario.review_periods,
        "seed": scenario.seed,
        "budget": _BUDGET,
    }
    families: dict[str, Callable[[Service], Policy]] = {
        kind: lambda service, kind=kind: tuned(  # type: ignore[misc]
            kind, scenario.network, scenario.laws, service=service, **options
        )
        for kind in ("eoq", YARDSTICK)
    }
    families["best"] = lambda service: best(scenario.network, scenario.laws, service=service, **options)
    for name, plugin in plugins.items():
        families[name] = lambda service, plugin=plugin: PluginPolicy.of(plugin, scenario, service)  # type: ignore[misc]
    return families


def _told(scenario: Scenario, found: Run, service: Service) -> Iterator[dict[str, Any]]:
    """Yield the row of all items, then one for each."""
    items = len(scenario.items)

    def batches(of: Callable[[Any], Floats]) -> Floats:
        return np.stack([of(batch) for batch in found.batches], axis=2).reshape(items, -1)

    holding = batches(lambda batch: batch.costs["holding"])
    ordering = batches(lambda batch: batch.costs["ordering"])
    if service.measure is ServiceMeasure.FILL_RATE:
        reached, of = batches(lambda batch: batch.met), batches(lambda batch: batch.demand)
    else:
        reached = batches(lambda batch: batch.served)
        of = batches(lambda batch: np.full_like(batch.served, max(batch.reviews, 1)))
    rows = np.arange(items)
    for item_id, some in (
        (ALL_ITEMS, rows),
        *zip((item.item_id for item in scenario.items), rows[:, None], strict=True),
    ):
        held, paid = holding[some].mean(axis=0), ordering[some].mean(axis=0)
        served = of_share(reached[some].sum(axis=0), of[some].sum(axis=0))
        yield {
            "item_id": item_id,
            "target": service.target,
            "measure": service.measure.value,
            "service": served,
            "cost": of_mean(held + paid),
            "holding_cost": float(held.mean()),
            "ordering_cost": float(paid.mean()),
            "reached": bool(served.high >= service.target),
        }


def _exact(scenario: Scenario, optima: Sequence[OptimalFrontier | None], service: Service) -> Iterator[dict[str, Any]]:
    """Yield the rows of the optimum: one for all items if it is known of each, then one for each of which it is."""
    found = [None if one is None else one.reaching(service) for one in optima]
    measures = [one for one in found if one is not None]
    weights = np.array([law.mean for law in scenario.laws])
    if service.measure is ServiceMeasure.CYCLE_SERVICE:
        weights = np.ones_like(weights)
    listed = [(item.item_id, [one], [1.0]) for item, one in zip(scenario.items, found, strict=True) if one is not None]
    if len(measures) == len(found):
        listed.insert(0, (ALL_ITEMS, measures, weights.tolist()))
    for item_id, some, weight in listed:
        held, paid = (
            float(np.mean([getattr(one, name) for one in some])) for name in ("holding_cost", "ordering_cost")
        )
        served = float(np.average([getattr(one, service.measure.value) for one in some], weights=weight))
        yield {
            "item_id": item_id,
            "target": service.target,
            "measure": service.measure.value,
            "service": Interval(served, served, served),
            "cost": Interval(held + paid, held + paid, held + paid),
            "holding_cost": held,
            "ordering_cost": paid,
            "reached": served >= service.target - 1e-9,
        }


def _index(rows: Sequence[dict[str, Any]]) -> None:
    """Add to rows of one target what they cost beside the yardstick."""
    yardstick = {row["item_id"]: row for row in rows if row["plugin"] == YARDSTICK}
    for row in rows:
        beside = yardstick[row["item_id"]]
        cost, held = beside["cost"].estimate, beside["holding_cost"]
        row["index"] = 100.0 * row["cost"].estimate / cost if cost > 0 else float("nan")
        row["holding_index"] = 100.0 * row["holding_cost"] / held if held > 0 else float("nan")
