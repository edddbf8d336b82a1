"""The same evaluation with several seeds: what of a figure is the plugin, and what is luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from shelfwise.evaluation.recommender import evaluate
from shelfwise.evaluation.recommender_comparison import RecommenderEvaluation
from shelfwise.evaluation.recommender_metrics import DEFINITIONS
from shelfwise.evaluation.recommender_row import EVERYBODY
from shelfwise.evaluation.recommender_task import RecommenderTask
from shelfwise.evaluation.report import envelope
from shelfwise.types import Progress

__all__ = ["SeedStudy", "Spread", "evaluate_seeds", "with_seed"]


@attrs.frozen
class Spread:
    """A figure over seeds: its mean, the standard deviation (None of a single seed), and the value of each."""

    mean: float
    standard_deviation: float | None
    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Sum up the values of all seeds."""
        deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
        return cls(float(np.mean(values)), deviation, tuple(values))


@attrs.frozen(eq=False)
class SeedStudy:
    """One evaluation per seed, with the same rows in each."""

    evaluations: tuple[RecommenderEvaluation, ...]

    @property
    def plugins(self) -> tuple[str, ...]:
        """The names of the rows."""
        return tuple(row.plugin for row in self.evaluations[0].rows)

    def spread(self, plugin: str, metric: str, segment: str = EVERYBODY) -> Spread:
        """Return a metric of one plugin in a segment of customers, over the seeds."""
        rows = [evaluation.row(plugin) for evaluation in self.evaluations]
        return Spread.of([row.intervals[segment][metric].estimate for row in rows if segment in row.intervals])

    def to_json(self) -> dict[str, Any]:
        """Return the spreads, and the evaluation of each seed in full under ``evaluations``."""
        first = self.evaluations[0]
        document = envelope(
            "recommender",
            seed=first.seed,
            seconds=sum(evaluation.seconds for evaluation in self.evaluations),
            rows=[self._row(plugin) for plugin in self.plugins],
            definitions=DEFINITIONS | {"standard_deviation": "of the figure over the seeds"},
            protocol=first.protocol | {"seeds": [evaluation.seed for evaluation in self.evaluations]},
        )
        return document | {"evaluations": [evaluation.to_json() for evaluation in self.evaluations]}

    def _row(self, plugin: str) -> dict[str, Any]:
        segments = self.evaluations[0].row(plugin).intervals
        spreads = {
            segment: {metric: attrs.asdict(self.spread(plugin, metric, segment)) for metric in metrics}
            for segment, metrics in segments.items()
        }
        return {"plugin": plugin, **spreads.pop(EVERYBODY), "segments": spreads}


def evaluate_seeds(
    make_task: Callable[[int], RecommenderTask],
    make_plugins: Callable[[], Mapping[str, object]],
    seeds: Sequence[int],
    *,
    slate_size: int = 10,
    progress: Progress | None = None,
    checkpoints: Path | None = None,
) -> SeedStudy:
    """Run :func:`~shelfwise.evaluation.recommender.evaluate` with each seed, on new plugins and a task of that seed.

    The seed decides the order of customers and items, what the protocol draws, the resampling, and whatever plugins do
    with an option ``seed``. ``checkpoints`` is a folder for those of all plugins, see there; each seed has its own.

    Raises:
        DataError: What a task is made of cannot be read.
        PluginError: A plugin gave no answer, or not one for each customer.
    """
    evaluations = [
        evaluate(
            make_task(seed),
            {name: with_seed(plugin, seed) for name, plugin in make_plugins().items()},
            slate_size=slate_size,
            seed=seed,
            progress=progress,
            checkpoints=_of_seed(checkpoints, seed),
        )
        for seed in seeds
    ]
    return SeedStudy(tuple(evaluations))


def _of_seed(checkpoints: Path | None, seed: int) -> Path | None:
    if checkpoints is None:
        return None
    folder = checkpoints / str(seed)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def with_seed(plugin: Any, seed: int) -> object:
    """Return the plugin with its option ``seed`` set, if it has one."""
    if hasattr(plugin, "seed"):
        plugin.seed = seed
    return plugin
