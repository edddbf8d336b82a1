"""The figures of recommenders on the terminal: overall, by segment, calibration, and where one of them loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from shelfwise.cli.evaluate.figures import grid
from shelfwise.evaluation.recommender_row import EVERYBODY

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.evaluation.recommender_comparison import RecommenderEvaluation
    from shelfwise.evaluation.recommender_row import RecommenderRow
    from shelfwise.evaluation.recommender_seeds import SeedStudy, Spread
    from shelfwise.evaluation.report import Interval

_ACCURACY = ("hit_rate", "ndcg", "precision", "recall", "mrr")
_REACH = ("coverage", "novelty", "gini", "train_seconds", "recommend_seconds")


def show_evaluation(console: Console, evaluation: RecommenderEvaluation, plugin: str) -> None:
    """Print every table of an evaluation, and where ``plugin`` is behind the best other row."""
    rows = evaluation.rows
    customers = rows[0].customers["hit_rate"].size
    overall = grid(f"{customers:,} customers", *_ACCURACY)
    for row in rows:
        overall.add_row(row.plugin, *(_interval(row.metrics[name]) for name in _ACCURACY))
    console.print(overall)
    reach = grid("", *_REACH)
    for row in rows:
        reach.add_row(row.plugin, *(f"{getattr(row, name):.4g}" for name in _REACH))
    console.print(reach)
    _by_segment(
        console,
        rows[0],
        [row.plugin for row in rows],
        lambda name, segment, metric: _interval(evaluation.row(name).intervals[segment][metric]),
    )
    for row in rows:
        if row.calibration is not None:
            _show_calibration(console, row)
    _show_differences(console, evaluation, plugin)
    _show_losses(console, plugin, [evaluation])


def show_seeds(console: Console, study: SeedStudy, plugin: str) -> None:
    """Print means over seeds with their standard deviations, and where ``plugin`` is behind with which seed."""
    first = study.evaluations[0].rows[0]
    overall = grid(f"{len(study.evaluations)} seeds", *_ACCURACY)
    for name in study.plugins:
        overall.add_row(name, *(_spread(study.spread(name, metric)) for metric in _ACCURACY))
    console.print(overall)
    _by_segment(
        console, first, study.plugins, lambda name, segment, metric: _spread(study.spread(name, metric, segment))
    )
    _show_losses(console, plugin, study.evaluations)


def _by_segment(
    console: Console, first: RecommenderRow, plugins: Sequence[str], figure: Callable[[str, str, str], str]
) -> None:
    """Print a table per metric, a column per segment that ``first`` has; with single targets two metrics say all."""
    single = np.array_equal(first.customers["recall"], first.customers["hit_rate"])
    segments = {name: values["hit_rate"].size for name, values in first.segments.items() if name != EVERYBODY}
    for metric in ("hit_rate", "ndcg") if single else ("hit_rate", "ndcg", "precision", "recall"):
        console.print(f"\n{metric} by the number of items had before (customers)", style="italic")
        table = grid("", *(f"{name}\n({count:,})" for name, count in segments.items()))
        for plugin in plugins:
            table.add_row(plugin, *(figure(plugin, segment, metric) for segment in segments))
        console.print(table)


def _show_calibration(console: Console, row: RecommenderRow) -> None:
    curve = row.calibration
    assert curve is not None
    title = f"\npurchase probabilities of {row.plugin} within {curve.window_days:g} days: error {curve.error:.4f}"
    console.print(title, style="italic")
    table = grid("", *("" for _ in curve.count))
    table.add_row("expected", *(f"{share:.3f}" for share in curve.expected))
    table.add_row("observed", *(f"{share:.3f}" for share in curve.observed))
    table.add_row("shown", *(f"{count:,}" for count in curve.count))
    console.print(table)


def _show_differences(console: Console, evaluation: RecommenderEvaluation, plugin: str) -> None:
    """Print by how much ``plugin`` is above each other row, with paired intervals."""
    console.print(f"\n{plugin} less each other, customer by customer", style="italic")
    table = grid("", "hit_rate", "ndcg")
    for row in evaluation.rows:
        if row.plugin != plugin:
            found = (evaluation.difference(plugin, row.plugin, metric) for metric in ("hit_rate", "ndcg"))
            table.add_row(row.plugin, *(f"{one.estimate:+.4f} ({one.low:+.4f} to {one.high:+.4f})" for one in found))
    console.print(table)


def _show_losses(console: Console, plugin: str, evaluations: Sequence[RecommenderEvaluation]) -> None:
    """Print where ``plugin`` is behind the best other row of a segment, with each seed."""
    lost = [(one.seed, standing) for one in evaluations for standing in one.standings(plugin) if standing.lost]
    if not lost:
        console.print(f"\n{plugin} is behind no other row in any segment")
        return
    console.print(f"\nwhere {plugin} loses", style="italic")
    table = grid("segment", "customers", "metric", "best other", "difference", "seed")
    for seed, one in lost:
        error = "" if one.standard_error is None else f" ± {one.standard_error:.4f}"
        difference = f"{one.difference:.4f}{error}"
        table.add_row(one.segment, f"{one.customers:,}", one.metric, one.best_other, difference, str(seed))
    console.print(table)


def _interval(figure: Interval) -> str:
    low, high = (f"{end:.3f}".removeprefix("0") for end in (figure.low, figure.high))
    return f"{figure.estimate:.4f}\n{low}-{high}"


def _spread(figure: Spread) -> str:
    deviation = "" if figure.standard_deviation is None else f"\n± {figure.standard_deviation:.4f}"
    return f"{figure.mean:.4f}{deviation}"
