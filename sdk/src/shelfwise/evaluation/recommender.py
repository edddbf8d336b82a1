"""Recommenders compared on what customers bought next: hits, ranking and reach, with confidence intervals."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import PluginError
from shelfwise.evaluation.recommender_metrics import (
    DEFINITIONS,
    HISTORY_BINS,
    Slates,
    gini,
    history_bin,
    per_customer,
)
from shelfwise.evaluation.recommender_references import MostPopular
from shelfwise.evaluation.recommender_task import RecommenderTask
from shelfwise.evaluation.report import Interval, bootstrap_difference, bootstrap_mean, envelope
from shelfwise.plugins import call
from shelfwise.types import Customer, Deadline, Progress, RecommendRequest, State, silent

__all__ = ["REFERENCE", "RecommenderEvaluation", "RecommenderRow", "evaluate", "evaluate_recommender"]

REFERENCE = "most_popular"
_BATCH = 500
"""Customers of one request."""


@attrs.frozen(eq=False)
class RecommenderRow:
    """The figures of one plugin.

    ``metrics`` and ``by_history`` (one entry per bin with customers in it) hold means over customers with their
    intervals; ``customers`` maps each accuracy metric to its values, of shape (customers,) in the task's order.
    """

    plugin: str
    metrics: dict[str, Interval]
    by_history: dict[str, dict[str, Any]]
    coverage: float
    novelty: float
    gini: float
    train_seconds: float
    recommend_seconds: float
    customers: dict[str, NDArray[np.float64]]

    def to_json(self) -> dict[str, Any]:
        """Return the row by name, without the values of single customers."""
        bins = {
            name: {key: value.to_json() if isinstance(value, Interval) else value for key, value in row.items()}
            for name, row in self.by_history.items()
        }
        return {
            "plugin": self.plugin,
            **{name: interval.to_json() for name, interval in self.metrics.items()},
            "coverage": self.coverage,
            "novelty": self.novelty,
            "gini": self.gini,
            "train_seconds": self.train_seconds,
            "recommend_seconds": self.recommend_seconds,
            "by_history": bins,
        }


@attrs.frozen(eq=False)
class RecommenderEvaluation:
    """The rows of all plugins, the reference among them, and the protocol they were measured by."""

    rows: tuple[RecommenderRow, ...]
    protocol: dict[str, Any]
    seed: int
    seconds: float

    def row(self, plugin: str) -> RecommenderRow:
        """Return the row of one plugin."""
        return next(row for row in self.rows if row.plugin == plugin)

    def difference(self, left: str, right: str, metric: str = "ndcg") -> Interval:
        """Return by how much ``left`` is above ``right``, compared customer by customer."""
        ours, theirs = self.row(left).customers[metric], self.row(right).customers[metric]
        return bootstrap_difference(ours, theirs, seed=self.seed)

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation with its definitions, versions and machine."""
        names = [row.plugin for row in self.rows]
        comparisons = [
            {"plugin": left, "against": right}
            | {metric: self.difference(left, right, metric).to_json() for metric in ("hit_rate", "ndcg", "recall")}
            for place, left in enumerate(names)
            for right in names[:place]
        ]
        document = envelope(
            "recommender",
            seed=self.seed,
            seconds=self.seconds,
            rows=[row.to_json() for row in self.rows],
            definitions=DEFINITIONS | {"comparisons": "differences of means over the same customers"},
            protocol=self.protocol,
        )
        return document | {"comparisons": comparisons}


def evaluate_recommender(
    plugins: Mapping[str, object],
    sequences: Path,
    attributes: Path | None = None,
    *,
    refit: bool = False,
    split: Literal["test", "validation"] = "test",
    slate_size: int = 10,
    seed: int = 0,
    progress: Progress | None = None,
) -> RecommenderEvaluation:
    """Compare plugins on a sequences file, leaving one item of each customer out.

    See :func:`~shelfwise.evaluation.sequences.leave_one_out` for the protocol and :func:`evaluate` for the rest.

    Raises:
        DataError: A file cannot be read or is not in the format.
        PluginError: A plugin gave no answer, or not one for each customer.
    """
    from shelfwise.evaluation.sequences import leave_one_out

    task = leave_one_out(sequences, attributes, refit=refit, split=split, seed=seed)
    return evaluate(task, plugins, slate_size=slate_size, seed=seed, progress=progress)


def evaluate(
    task: RecommenderTask,
    plugins: Mapping[str, object],
    *,
    slate_size: int = 10,
    seed: int = 0,
    progress: Progress | None = None,
) -> RecommenderEvaluation:
    """Train each plugin on the task's data set and ask it for a slate of ``slate_size`` for each customer.

    Plugins are called as in production: trained once, then asked in batches of customers. An item that the task says
    cannot be shown is struck from a slate, and what follows moves up. Best sellers are added as the reference row.

    Raises:
        PluginError: A plugin gave no answer, or not one for each customer.
    """
    started = time.perf_counter()
    report = progress or silent
    contestants = {REFERENCE: MostPopular()} | dict(plugins)
    histories = task.histories()
    state = task.dataset.state()
    rows = []
    for name, plugin in contestants.items():
        begin = time.perf_counter()
        call(plugin, "train", dataset=task.dataset, progress=report)
        trained = time.perf_counter()
        shown = _shown(name, plugin, task, state, histories, slate_size, seed, report)
        finished = time.perf_counter()
        rows.append(_row(name, task, histories, shown, slate_size, seed, (trained - begin, finished - trained)))
    protocol = dict(task.protocol) | {"slate_size": slate_size, "intervals": "95 % percentile bootstrap over customers"}
    return RecommenderEvaluation(tuple(rows), protocol, seed, time.perf_counter() - started)


def _shown(
    name: str,
    plugin: object,
    task: RecommenderTask,
    state: State,
    histories: Mapping[str, set[str]],
    slate_size: int,
    seed: int,
    progress: Progress,
) -> list[list[str]]:
    customers = list(task.targets)
    shown: list[list[str]] = []
    for start in range(0, len(customers), _BATCH):
        some = customers[start : start + _BATCH]
        request = RecommendRequest(
            customers=tuple(Customer(customer, events=task.events.get(customer, ())) for customer in some),
            slate_size=slate_size,
            exclude_purchased=task.exclude_purchased,
            seed=seed,
        )
        arguments = {"state": state, "stock_outlook": None, "delivery_costs": None, "deadline": Deadline()}
        answer = call(plugin, "recommend", request=request, **arguments)
        if answer is None or [slate.customer_id for slate in answer.slates] != some:
            raise PluginError(f"recommender {name}: expected one slate for each of {len(some)} customers, in order")
        for slate in answer.slates:
            had = histories[slate.customer_id] if task.exclude_purchased else set()
            shown.append([item.item_id for item in slate.items if item.item_id not in had])
        progress(f"{name}: slates", len(shown), len(customers))
    return shown


def _row(
    name: str,
    task: RecommenderTask,
    histories: Mapping[str, set[str]],
    shown: Sequence[Sequence[str]],
    slate_size: int,
    seed: int,
    seconds: tuple[float, float],
) -> RecommenderRow:
    values = per_customer(Slates.of(shown, list(task.targets.values()), slate_size))
    bins = np.array([history_bin(len(histories[customer])) for customer in task.targets])
    items = task.dataset.items["item_id"]
    count = Counter(item for slate in shown for item in slate)
    return RecommenderRow(
        plugin=name,
        metrics={metric: bootstrap_mean(column, seed=seed) for metric, column in values.items()},
        by_history={
            label: {"customers": int((bins == label).sum())}
            | {metric: bootstrap_mean(values[metric][bins == label], seed=seed) for metric in ("hit_rate", "ndcg")}
            for label in HISTORY_BINS
            if (bins == label).any()
        },
        coverage=len(count) / max(1, len(items)),
        novelty=_novelty(task, count),
        gini=gini(np.array([count.get(item, 0) for item in items])),
        train_seconds=seconds[0],
        recommend_seconds=seconds[1],
        customers=values,
    )


def _novelty(task: RecommenderTask, count: Mapping[str, int]) -> float:
    events = task.dataset.events
    owners = events.groupby("item_id")["customer_id"].nunique().to_dict()
    customers = max(1, events["customer_id"].nunique())
    bits = [times * -np.log2(max(owners.get(item, 0), 0.5) / customers) for item, times in count.items()]
    return float(sum(bits) / max(1, sum(count.values())))
