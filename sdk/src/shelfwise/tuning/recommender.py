"""Recommenders are tuned by the ranking of what customers bought next, before the last that is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.dataset.digest import dataset_digest
from shelfwise.errors import DataError
from shelfwise.evaluation.baskets import predict_basket
from shelfwise.evaluation.recommender import evaluate
from shelfwise.evaluation.recommender_task import RecommenderTask, next_basket
from shelfwise.evaluation.sequences import leave_one_out
from shelfwise.tuning.objective import Watch

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["RecommenderObjective"]


@attrs.frozen(eq=False)
class RecommenderObjective:
    """NDCG of slates of ten, a customer a unit."""

    task: RecommenderTask
    seed: int = 0
    metric = "ndcg"
    maximize = True
    definition = "mean over customers of the NDCG@10 of their slate against what they bought next"

    @classmethod
    def of_sequences(
        cls,
        sequences: Path,
        attributes: Path | None = None,
        *,
        refit: bool = False,
        customers: int | None = None,
        seed: int = 0,
    ) -> RecommenderObjective:
        """Leave each customer's last item out of sight, and predict the one before.

        See :func:`~shelfwise.evaluation.sequences.leave_one_out`; ``customers`` bounds how many are asked.
        """
        task = leave_one_out(sequences, attributes, refit=refit, split="validation", seed=seed)
        return cls(_some(task, customers, seed), seed)

    @classmethod
    def of_baskets(
        cls, history: Path, future: Path, *, customers: int | None = None, seed: int = 0
    ) -> RecommenderObjective:
        """Predict the last basket of each history; see :func:`~shelfwise.evaluation.baskets.predict_basket`."""
        return cls(_some(predict_basket(history, future, split="validation", seed=seed), customers, seed), seed)

    @classmethod
    def of_dataset(
        cls, dataset: Dataset, *, days: int, customers: int | None = None, seed: int = 0
    ) -> RecommenderObjective:
        """Leave the last ``days`` out of sight, which are the test's, and predict baskets in the ``days`` before.

        The last day is the one on which the data ends.

        Raises:
            DataError: nobody bought anything in these days, or nothing is known before them.
        """
        window = timedelta(days=days)
        test = datetime.combine(dataset.as_of.date(), time(), UTC) + timedelta(days=1) - window
        task = next_basket(dataset.before(test), test - window, days=days, seed=seed)
        if not task.targets or task.dataset.events.empty:
            raise DataError(
                f"events: there are no purchases to predict in the {days} days before {test:%Y-%m-%d}, or none before "
                "these to learn from; give fewer days"
            )
        return cls(_some(task, customers, seed), seed)

    @property
    def protocol(self) -> Mapping[str, Any]:
        """What is predicted, from what."""
        return {
            **self.task.protocol,
            "slate_size": 10,
            "scored_customers": len(self.task.targets),
            "seed": self.seed,
            "data": dataset_digest(self.task.dataset),
        }

    def score(self, plugin: object, watch: Watch) -> NDArray[np.float64]:
        """Return the NDCG@10 of each customer."""
        name = "candidate"
        evaluation = evaluate(
            self.task, {name: plugin}, slate_size=10, seed=self.seed, progress=watch.progress, with_references=False
        )
        return evaluation.row(name).customers["ndcg"]


def _some(task: RecommenderTask, customers: int | None, seed: int) -> RecommenderTask:
    """Keep ``customers`` of those asked, drawn by ``seed``; the plugin learns from all, and is not calibrated."""
    asked = list(task.targets)
    count = len(asked) if customers is None else min(customers, len(asked))
    drawn = np.sort(np.random.default_rng(seed).choice(len(asked), count, replace=False))
    return attrs.evolve(task, targets={asked[row]: task.targets[asked[row]] for row in drawn}, window=None)
