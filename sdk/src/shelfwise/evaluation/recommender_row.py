"""The figures of one recommender, overall and by segment of customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.recommender_calibration import Calibration
from shelfwise.evaluation.recommender_metrics import HISTORY_BINS
from shelfwise.evaluation.report import Interval, bootstrap_means

__all__ = ["EVERYBODY", "NEW_ITEMS", "RecommenderRow", "Values", "by_segment"]

EVERYBODY, NEW_ITEMS = "all", "new items"
"""Segments beside the bins of history: all customers, and those who next bought an item nobody had bought before."""
_OF_A_SEGMENT = ("hit_rate", "ndcg", "precision", "recall")

Values = Mapping[str, NDArray[np.float64]]
"""Accuracy metrics to their values, of shape (customers,)."""


@attrs.frozen(eq=False)
class RecommenderRow:
    """The figures of one plugin.

    ``segments`` maps :data:`EVERYBODY`, each bin of history with customers in it and :data:`NEW_ITEMS`, if there are
    any, to the values of their customers in the task's order. ``intervals`` holds the means of those. ``coverage``,
    ``novelty`` and ``gini`` are of all slates.
    """

    plugin: str
    segments: Mapping[str, Values]
    intervals: Mapping[str, Mapping[str, Interval]]
    coverage: float
    novelty: float
    gini: float
    train_seconds: float
    recommend_seconds: float
    calibration: Calibration | None = None

    @property
    def customers(self) -> Values:
        """Each accuracy metric of every customer."""
        return self.segments[EVERYBODY]

    @property
    def metrics(self) -> Mapping[str, Interval]:
        """The mean of each accuracy metric over all customers."""
        return self.intervals[EVERYBODY]

    @property
    def by_history(self) -> dict[str, dict[str, Any]]:
        """The means in each bin of history that has customers, and how many."""
        return {name: self._segment(name) for name in HISTORY_BINS if name in self.segments}

    @property
    def new_items(self) -> dict[str, Any] | None:
        """The means over those who next bought an item that nobody had bought before, and how many; None for none."""
        return self._segment(NEW_ITEMS) if NEW_ITEMS in self.segments else None

    def to_json(self) -> dict[str, Any]:
        """Return the row by name, without the values of single customers."""
        return {
            "plugin": self.plugin,
            **{name: interval.to_json() for name, interval in self.metrics.items()},
            "coverage": self.coverage,
            "novelty": self.novelty,
            "gini": self.gini,
            "train_seconds": self.train_seconds,
            "recommend_seconds": self.recommend_seconds,
            "by_history": {name: _plain(figures) for name, figures in self.by_history.items()},
            "new_items": None if self.new_items is None else _plain(self.new_items),
            "calibration": None if self.calibration is None else self.calibration.to_json(),
        }

    def _segment(self, name: str) -> dict[str, Any]:
        count = self.segments[name]["hit_rate"].size
        return {"customers": count} | {metric: self.intervals[name][metric] for metric in _OF_A_SEGMENT}


def by_segment(
    values: Values, history: NDArray[np.str_], new: Values | None, *, seed: int
) -> tuple[dict[str, Values], dict[str, dict[str, Interval]]]:
    """Divide ``values`` by the bin of ``history`` of each customer, and return the segments and their means.

    ``new`` holds the values of those who bought new items, looking for these alone.
    """
    segments: dict[str, Values] = {EVERYBODY: values}
    for name in HISTORY_BINS:
        if (rows := history == name).any():
            segments[name] = {metric: column[rows] for metric, column in values.items()}
    if new is not None:
        segments[NEW_ITEMS] = new
    means = {}
    for name, columns in segments.items():
        found = bootstrap_means(np.column_stack(list(columns.values())), seed=seed)
        means[name] = dict(zip(columns, found, strict=True))
    return segments, means


def _plain(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.to_json() if isinstance(value, Interval) else value for name, value in figures.items()}
