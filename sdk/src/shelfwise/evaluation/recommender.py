"""Recommenders compared on what customers bought next: hits, ranking and reach, with confidence intervals."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import PluginError
from shelfwise.evaluation.recommender_calibration import Calibration
from shelfwise.evaluation.recommender_comparison import RecommenderEvaluation
from shelfwise.evaluation.recommender_metrics import Slates, gini, history_bin, per_customer
from shelfwise.evaluation.recommender_references import REFERENCE, references
from shelfwise.evaluation.recommender_row import RecommenderRow, Values, by_segment
from shelfwise.evaluation.recommender_task import RecommenderTask
from shelfwise.plugins import call
from shelfwise.types import Customer, Deadline, Progress, RecommendRequest, Slate, State, silent

__all__ = ["REFERENCE", "RecommenderEvaluation", "RecommenderRow", "evaluate", "evaluate_recommender"]

_BATCH = 500
"""Customers of one request."""


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
    checkpoints: Path | None = None,
    with_references: bool = True,
) -> RecommenderEvaluation:
    """Train each plugin on the task's data set and ask it for a slate of ``slate_size`` for each customer.

    Plugins are called as in production: trained once, then asked in batches of customers. An item that the task says
    cannot be shown is struck from a slate, and what follows moves up. The references that fit the task come first, if
    ``with_references``.
    Where the task has a window, plugins (not references) are also asked for all customers on record, whether they came
    back or not, and their purchase probabilities compared with what was bought within the window, or within the
    ``exposure_days`` of the plugin if these are fewer.

    ``checkpoints`` is a folder that all plugins are given to keep checkpoints in: those made of the same parts, with
    the same settings, then fit each part once, and the training time of the later ones leaves it out.

    Raises:
        PluginError: A plugin gave no answer, or not one for each customer.
    """
    started = time.perf_counter()
    made = references(task) if with_references else {}
    scene = _Scene.of(task, slate_size, seed, progress or silent, checkpoints)
    rows = [scene.row(name, plugin, calibrate=False) for name, plugin in made.items()]
    rows += [scene.row(name, plugin, calibrate=True) for name, plugin in plugins.items()]
    protocol = dict(task.protocol) | {"slate_size": slate_size, "intervals": "95 % percentile bootstrap over customers"}
    return RecommenderEvaluation(tuple(rows), protocol, seed, time.perf_counter() - started)


@attrs.frozen(eq=False)
class _Scene:
    """What all plugins of an evaluation are measured against.

    ``owners`` maps an item to the customers who had it in the training data, of whom there are ``people``.
    """

    task: RecommenderTask
    state: State
    histories: Mapping[str, set[str]]
    bins: NDArray[np.str_]
    new_targets: Sequence[frozenset[str]]
    owners: Mapping[str, int]
    people: int
    slate_size: int
    seed: int
    progress: Progress
    checkpoints: Path | None

    @classmethod
    def of(
        cls, task: RecommenderTask, slate_size: int, seed: int, progress: Progress, checkpoints: Path | None
    ) -> _Scene:
        histories = task.histories()
        new, events = task.new_items(), task.dataset.events
        return cls(
            task=task,
            state=task.dataset.state(),
            histories=histories,
            bins=np.array([history_bin(len(histories[customer])) for customer in task.targets]),
            new_targets=[items & new for items in task.targets.values()],
            owners={str(item): int(n) for item, n in events.groupby("item_id")["customer_id"].nunique().items()},
            people=max(1, events["customer_id"].nunique()),
            slate_size=slate_size,
            seed=seed,
            progress=progress,
            checkpoints=checkpoints,
        )

    def row(self, name: str, plugin: object, *, calibrate: bool) -> RecommenderRow:
        """Train, ask and measure one plugin."""
        begin = time.perf_counter()
        call(plugin, "train", dataset=self.task.dataset, progress=self.progress, checkpoints=self.checkpoints)
        trained = time.perf_counter()
        slates = self._ask(name, plugin, list(self.task.targets))
        finished = time.perf_counter()
        shown = [self._allowed(slate) for slate in slates]
        values = per_customer(Slates.of(shown, list(self.task.targets.values()), self.slate_size))
        segments, intervals = by_segment(values, self.bins, self._on_new_items(shown), seed=self.seed)
        items = self.task.dataset.items["item_id"]
        count = Counter(item for slate in shown for item in slate)
        return RecommenderRow(
            plugin=name,
            segments=segments,
            intervals=intervals,
            coverage=len(count) / max(1, len(items)),
            novelty=self._novelty(count),
            gini=gini(np.array([count.get(item, 0) for item in items])),
            train_seconds=trained - begin,
            recommend_seconds=finished - trained,
            calibration=self._calibration(name, plugin) if calibrate else None,
        )

    def _ask(self, name: str, plugin: object, customers: Sequence[str]) -> list[Slate]:
        slates: list[Slate] = []
        events, zones = self.task.events, self.task.zones
        for start in range(0, len(customers), _BATCH):
            some = customers[start : start + _BATCH]
            request = RecommendRequest(
                customers=tuple(Customer(c, events=events.get(c, ()), zone=zones.get(c, "")) for c in some),
                slate_size=self.slate_size,
                exclude_purchased=self.task.exclude_purchased,
                seed=self.seed,
            )
            arguments = {"state": self.state, "stock_outlook": None, "delivery_costs": None, "deadline": Deadline()}
            answer = call(plugin, "recommend", request=request, **arguments)
            if answer is None or [slate.customer_id for slate in answer.slates] != some:
                raise PluginError(f"recommender {name}: expected one slate for each of {len(some)} customers, in order")
            slates += answer.slates
            self.progress(f"{name}: slates", len(slates), len(customers))
        return slates

    def _allowed(self, slate: Slate) -> list[str]:
        had = self.histories[slate.customer_id] if self.task.exclude_purchased else set()
        return [item.item_id for item in slate.items if item.item_id not in had]

    def _on_new_items(self, shown: Sequence[Sequence[str]]) -> Values | None:
        rows = [row for row, items in enumerate(self.new_targets) if items]
        if not rows:
            return None
        return per_customer(
            Slates.of([shown[row] for row in rows], [self.new_targets[row] for row in rows], self.slate_size)
        )

    def _calibration(self, name: str, plugin: object) -> Calibration | None:
        window = self.task.window
        if window is None:
            return None
        on_record = [customer for customer in self.task.dataset.events["customer_id"].unique() if customer]
        days = min(window.days, float(getattr(plugin, "exposure_days", window.days)))
        return Calibration.of_slates(self._ask(name, plugin, on_record), window, days)

    def _novelty(self, count: Mapping[str, int]) -> float:
        owners = self.owners
        bits = [times * -np.log2(max(owners.get(item, 0), 0.5) / self.people) for item, times in count.items()]
        return float(sum(bits) / max(1, sum(count.values())))
