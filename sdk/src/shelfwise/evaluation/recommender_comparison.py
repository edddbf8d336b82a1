"""Recommenders beside each other: the rows of an evaluation, and where each stands against the best of the others."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from shelfwise.evaluation.recommender_metrics import DEFINITIONS
from shelfwise.evaluation.recommender_row import RecommenderRow
from shelfwise.evaluation.report import Interval, bootstrap_difference, bootstrap_means, envelope

__all__ = ["RecommenderEvaluation", "Standing"]

_COMPARED = ("hit_rate", "ndcg", "recall")


@attrs.frozen
class Standing:
    """How far a row is above the best other one in a segment of customers.

    ``standard_error`` is that of the paired difference, None of a single customer.
    """

    plugin: str
    segment: str
    customers: int
    metric: str
    best_other: str
    difference: float
    standard_error: float | None

    @property
    def lost(self) -> bool:
        """Whether the other row is better."""
        return self.difference < 0.0


@attrs.frozen(eq=False)
class RecommenderEvaluation:
    """The rows of all plugins, the references first, and the protocol they were measured by."""

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

    def standings(self, plugin: str, metrics: tuple[str, ...] = ("hit_rate", "ndcg")) -> list[Standing]:
        """Return for each segment and metric where ``plugin`` stands against the best other row."""
        ours = self.row(plugin)
        others = [row for row in self.rows if row is not ours]
        return [
            _standing(ours, max(others, key=lambda row: row.intervals[segment][metric].estimate), segment, metric)
            for segment in ours.segments
            for metric in metrics
            if others
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation with its definitions, versions and machine."""
        document = envelope(
            "recommender",
            seed=self.seed,
            seconds=self.seconds,
            rows=[row.to_json() for row in self.rows],
            definitions=DEFINITIONS,
            protocol=self.protocol,
        )
        standings = [attrs.asdict(standing) for row in self.rows for standing in self.standings(row.plugin)]
        return document | {"comparisons": self._comparisons(), "standings": standings}

    def _comparisons(self) -> list[dict[str, Any]]:
        pairs = [(left, right) for place, left in enumerate(self.rows) for right in self.rows[:place]]
        if not pairs:
            return []
        columns = [left.customers[name] - right.customers[name] for left, right in pairs for name in _COMPARED]
        found = iter(bootstrap_means(np.column_stack(columns), seed=self.seed))
        return [
            {"plugin": left.plugin, "against": right.plugin} | {name: next(found).to_json() for name in _COMPARED}
            for left, right in pairs
        ]


def _standing(ours: RecommenderRow, theirs: RecommenderRow, segment: str, metric: str) -> Standing:
    difference = ours.segments[segment][metric] - theirs.segments[segment][metric]
    count = difference.size
    error = float(difference.std(ddof=1) / np.sqrt(count)) if count > 1 else None
    return Standing(ours.plugin, segment, count, metric, theirs.plugin, float(difference.mean()), error)
