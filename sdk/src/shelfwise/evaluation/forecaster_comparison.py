"""Forecasters beside each other: the rows of an evaluation, and where one of them stands against the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.forecaster_groups import DEFINITION
from shelfwise.evaluation.forecaster_intervals import cuts, differences, estimates
from shelfwise.evaluation.forecaster_metrics import DEFINITIONS, ForecastScores
from shelfwise.evaluation.report import Interval, envelope

__all__ = ["EVERYTHING", "JUDGED", "ForecasterEvaluation", "ForecasterRow", "ForecasterStanding"]

EVERYTHING = "all"
"""The group of all series."""
JUDGED = ("wape", "wape_relative", "mape_relative", "wql", "rmsse")
"""Figures of which less is better, by which standings are told."""
_OF_A_GROUP = (
    "wape",
    "wape_relative",
    "wql",
    "rmsse",
    "bias",
    "coverage_50",
    "coverage_80",
    "coverage_95",
    "pit_coverage_80",
)


@attrs.frozen(eq=False)
class ForecasterRow:
    """The figures of one plugin, with the seconds its trainings and forecasts took in all.

    ``by_horizon`` holds a figure for each period ahead. ``by_group`` maps a grouping to its groups, and these to their
    figures and the number of their ``series``.
    """

    plugin: str
    metrics: dict[str, Interval]
    by_horizon: dict[str, list[float]]
    by_group: dict[str, dict[str, dict[str, float]]]
    count: int
    train_seconds: float
    forecast_seconds: float
    scores: ForecastScores

    @classmethod
    def of(
        cls,
        plugin: str,
        scores: ForecastScores,
        groups: Mapping[str, NDArray[np.str_]],
        seconds: tuple[float, float],
        seed: int,
    ) -> ForecasterRow:
        """Sum up the scores of a plugin, over all series and in each group."""
        by_group = {
            grouping: {str(name): _of_group(scores, labels == name) for name in np.unique(labels)}
            for grouping, labels in groups.items()
        }
        return cls(plugin, scores.overall(seed), scores.by_horizon(), by_group, scores.count, *seconds, scores)

    def to_json(self) -> dict[str, Any]:
        """Return the row by name, without the sums of single series."""
        return attrs.asdict(self, filter=lambda attribute, _: attribute.name != "scores")


@attrs.frozen
class ForecasterStanding:
    """By how much a row is above the best other one in a group of series; more is worse."""

    plugin: str
    group: str
    series: int
    metric: str
    best_other: str
    figure: float
    difference: Interval

    @property
    def lost(self) -> bool:
        """Whether the other row is better."""
        return self.difference.estimate > 0.0


@attrs.frozen(eq=False)
class ForecasterEvaluation:
    """The rows of all plugins and the protocol they were measured by.

    ``groups`` maps a grouping to the label of each series, shape (series,); ``failures`` maps plugins that failed, and
    so have no row, to what they said.
    """

    rows: tuple[ForecasterRow, ...]
    protocol: dict[str, Any]
    seed: int
    seconds: float
    groups: dict[str, NDArray[np.str_]] = attrs.field(factory=dict)
    failures: dict[str, str] = attrs.field(factory=dict)

    def row(self, plugin: str) -> ForecasterRow:
        """Return the row of one plugin."""
        return next(row for row in self.rows if row.plugin == plugin)

    def difference(self, left: str, right: str, metric: str) -> Interval:
        """Return by how much ``left`` is above ``right``, paired over series."""
        return differences(self.row(left).scores.sums(), self.row(right).scores.sums(), self.seed)[metric]

    def cut(self, left: str, right: str, metric: str, steps: int | None = None) -> Interval:
        """Return the share of the error of ``right`` that ``left`` saves in the first ``steps`` periods."""
        ours, theirs = (self.row(name).scores.sums(steps=steps) for name in (left, right))
        return cuts(ours, theirs, self.seed)[metric]

    def among(self, series: NDArray[np.bool_]) -> ForecasterEvaluation:
        """Return the figures of some of the series, out of the same trainings and forecasts."""
        groups = {grouping: labels[series] for grouping, labels in self.groups.items()}
        rows = tuple(
            ForecasterRow.of(
                row.plugin, row.scores.take(series), groups, (row.train_seconds, row.forecast_seconds), self.seed
            )
            for row in self.rows
        )
        return attrs.evolve(self, rows=rows, groups=groups, protocol=self.protocol | {"series": int(series.sum())})

    def beside(self, other: ForecasterEvaluation) -> ForecasterEvaluation:
        """Return the rows of both, those that both have from this one.

        Raises:
            ValueError: They do not judge the same demand by the same protocol.
        """
        ours, theirs = (one.rows[0].scores for one in (self, other))
        if self.protocol != other.protocol or not ours.of_same_demand(theirs):
            raise ValueError("evaluations of other demand, or by another protocol, cannot stand beside each other")
        own = {row.plugin for row in self.rows}
        further = tuple(row for row in other.rows if row.plugin not in own)
        return attrs.evolve(self, rows=self.rows + further, failures=self.failures | other.failures)

    def standings(self, plugin: str, metrics: tuple[str, ...] = JUDGED) -> list[ForecasterStanding]:
        """Return for all series and each group where ``plugin`` stands against the best other row."""
        everything = np.ones(len(next(iter(self.groups.values()), self.rows[0].scores.sums().top)), dtype=bool)
        members = {EVERYTHING: everything} | {
            str(name): labels == name for labels in self.groups.values() for name in np.unique(labels)
        }
        found = (self._standings(plugin, group, rows, metrics) for group, rows in members.items())
        return [standing for some in found for standing in some]

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation with its definitions, versions and machine."""
        document = envelope(
            "forecaster",
            seed=self.seed,
            seconds=self.seconds,
            rows=[row.to_json() for row in self.rows],
            definitions=DEFINITIONS,
            protocol=self.protocol | {"groups": DEFINITION},
        )
        return document | {"failures": self.failures}

    def _standings(
        self, plugin: str, group: str, rows: NDArray[np.bool_], metrics: tuple[str, ...]
    ) -> list[ForecasterStanding]:
        sums = {row.plugin: row.scores.sums(rows) for row in self.rows}
        figures = {name: estimates(table) for name, table in sums.items()}
        found = []
        for metric in metrics:
            others = [name for name in sums if name != plugin and np.isfinite(figures[name][metric])]
            if not others or not np.isfinite(figures[plugin][metric]):
                continue
            best = min(others, key=lambda name: figures[name][metric])
            above = differences(sums[plugin], sums[best], self.seed)[metric]
            found.append(
                ForecasterStanding(plugin, group, int(rows.sum()), metric, best, figures[plugin][metric], above)
            )
        return found


def _of_group(scores: ForecastScores, rows: NDArray[np.bool_]) -> dict[str, float]:
    figures = estimates(scores.sums(rows))
    return {"series": float(rows.sum())} | {name: figures[name] for name in _OF_A_GROUP}
