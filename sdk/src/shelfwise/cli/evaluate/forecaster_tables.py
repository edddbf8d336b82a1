"""The figures of forecasters on the terminal: overall, by horizon, by group, and where one of them loses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shelfwise.cli.evaluate.figures import grid

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.evaluation.forecaster_comparison import ForecasterEvaluation
    from shelfwise.evaluation.forecaster_seeds import ForecasterSeedStudy
    from shelfwise.evaluation.report import Interval

AHEAD = (1, 3, 7, 14, 21, 30, 45, 60, 90)
"""Periods ahead at which the horizon curve is told."""
_ERRORS = ("mape", "mape_relative", "wape", "wape_relative", "wql", "mase", "rmsse")
_COVERAGES = ("coverage_50", "coverage_80", "coverage_95")
_TRUST = ("bias", *_COVERAGES, *(f"pit_{name}" for name in _COVERAGES))
_SECONDS = ("train s", "forecast s")
_OF_A_GROUP = ("wape", "wql", "rmsse", "bias")
_MOST_GROUPS = 12


def show_evaluation(console: Console, evaluation: ForecasterEvaluation) -> None:
    """Print every table of an evaluation."""
    show_overall(console, evaluation)
    show_horizon(console, evaluation)
    show_groups(console, evaluation)


def show_overall(console: Console, evaluation: ForecasterEvaluation) -> None:
    """Print the errors with their 95 % intervals, then bias, coverage and seconds, and what failed."""
    errors = grid(f"{evaluation.rows[0].count:,} scored", *_ERRORS)
    for row in evaluation.rows:
        errors.add_row(row.plugin, *(_interval(row.metrics[name]) for name in _ERRORS))
    console.print(errors)
    trust = grid("", *(name.replace("coverage_", "cover\n").replace("pit_", "pit ") for name in _TRUST), *_SECONDS)
    for row in evaluation.rows:
        figures = (_figure(row.metrics[name].estimate) for name in _TRUST)
        trust.add_row(row.plugin, *figures, f"{row.train_seconds:.1f}", f"{row.forecast_seconds:.1f}")
    console.print(trust)
    for name, problem in evaluation.failures.items():
        console.print(f"\n{name} failed: {problem}", style="bold")


def show_horizon(console: Console, evaluation: ForecasterEvaluation, metrics: tuple[str, ...] = ("wape",)) -> None:
    """Print errors by how far ahead is looked, in periods; nothing where that is one alone."""
    periods = evaluation.protocol["horizon"]
    ahead = sorted({*(period for period in AHEAD if period <= periods), periods})
    if len(ahead) < 2:
        return
    for metric in metrics:
        console.print(f"\n{metric} by periods ahead", style="italic")
        table = grid("", *(str(period) for period in ahead))
        for row in evaluation.rows:
            table.add_row(row.plugin, *(_figure(row.by_horizon[metric][period - 1]) for period in ahead))
        console.print(table)


def show_groups(console: Console, evaluation: ForecasterEvaluation) -> None:
    """Print a table per grouping and metric, with the largest groups."""
    for grouping, groups in evaluation.rows[0].by_group.items():
        sizes = {name: figures["series"] for name, figures in groups.items()}
        largest = sorted(sizes, key=sizes.__getitem__, reverse=True)[:_MOST_GROUPS]
        for metric in _OF_A_GROUP:
            console.print(f"\n{metric} by {grouping} (series)", style="italic")
            table = grid("", *(f"{name}\n({groups[name]['series']:,.0f})" for name in largest))
            for row in evaluation.rows:
                table.add_row(row.plugin, *(_figure(row.by_group[grouping][name][metric]) for name in largest))
            console.print(table)


def show_differences(console: Console, evaluation: ForecasterEvaluation, plugin: str, metrics: tuple[str, ...]) -> None:
    """Print by how much ``plugin`` is above each other row, with intervals paired over series; below 0 it is better."""
    console.print(f"\n{plugin} less each other, paired over series; below 0 {plugin} is better", style="italic")
    table = grid("", *metrics)
    for row in evaluation.rows:
        if row.plugin != plugin:
            found = (evaluation.difference(plugin, row.plugin, metric) for metric in metrics)
            table.add_row(row.plugin, *(_signed(one) for one in found))
    console.print(table)


def show_losses(console: Console, evaluation: ForecasterEvaluation, plugin: str) -> None:
    """Print where ``plugin`` is behind the best other row, over all series and in each group."""
    lost = [standing for standing in evaluation.standings(plugin) if standing.lost]
    if not lost:
        console.print(f"\n{plugin} is behind no other row in any group")
        return
    console.print(f"\nwhere {plugin} loses", style="italic")
    table = grid("group", "series", "metric", plugin, "best other", "above it by")
    for one in lost:
        row = (f"{one.series:,}", one.metric, _figure(one.figure), one.best_other, _signed(one.difference))
        table.add_row(one.group, *row)
    console.print(table)


def show_seeds(console: Console, study: ForecasterSeedStudy) -> None:
    """Print means over seeds with standard deviations, which rows that no seed changes do not have."""
    table = grid(f"{len(study.evaluations)} seeds", *_ERRORS, "bias")
    for name in study.plugins:
        spreads = (study.spread(name, metric) for metric in (*_ERRORS, "bias"))
        table.add_row(
            name,
            *(
                _figure(one.mean) + ("" if one.standard_deviation is None else f"\n± {_figure(one.standard_deviation)}")
                for one in spreads
            ),
        )
    console.print(table)


def _figure(value: float) -> str:
    """Write a number with three digits after the point, fewer where it is large, and nothing for none."""
    if not math.isfinite(value):
        return "-"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.2f}" if abs(value) < 1000 else f"{value:,.0f}"


def _interval(figure: Interval) -> str:
    return f"{_figure(figure.estimate)}\n{_figure(figure.low)}-{_figure(figure.high)}"


def _signed(figure: Interval) -> str:
    digits = 3 if abs(figure.estimate) < 10 else 2
    estimate, low, high = (f"{value:+.{digits}f}" for value in (figure.estimate, figure.low, figure.high))
    return f"{estimate}\n{low} to {high}"
