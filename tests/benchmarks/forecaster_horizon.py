"""How errors grow with how far ahead is looked: a table and a plot."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from shelfwise.cli.evaluate.forecaster_tables import AHEAD, show_horizon
from shelfwise.evaluation.forecaster_comparison import ForecasterEvaluation
from tests.benchmarks.forecaster_bench import Bench
from tests.benchmarks.forecaster_retail import beside_slow, retail

SMOOTHED = 7


def horizon(bench: Bench) -> None:
    """Errors 1 to 90 days ahead on Online Retail: all rows over all series, and beside ARIMA over some."""
    study = retail(bench)
    if study is None:
        return
    compared = {"horizon": study.evaluations[0], "horizon, some series": beside_slow(bench)}
    for title, evaluation in compared.items():
        if evaluation is None:
            continue
        print(
            f"\nerrors by days ahead, {evaluation.protocol['series']:,} series: days further ahead are later dates, so "
            "hold rows against each other, not columns"
        )
        show_horizon(bench.console, evaluation, ("wape", "wql"))
        if bench.json is not None:
            path = bench.json / f"{title.replace(', ', '-').replace(' ', '-')}.svg"
            plot(evaluation, path)
            print(f"plot: {path}")


def plot(evaluation: ForecasterEvaluation, path: Path) -> None:
    """Draw WAPE and WQL over the days ahead as means over a week, and each day's, marked where the table tells it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    marks = [day - 1 for day in AHEAD if day <= evaluation.protocol["horizon"]]
    for axes, metric in zip(figure.subplots(1, 2), ("wape", "wql"), strict=True):
        for row in evaluation.rows:
            errors = row.by_horizon[metric]
            days = np.arange(1, len(errors) + 1)
            (line,) = axes.plot(days, errors, linewidth=0.5, marker="o", markersize=4, markevery=marks, alpha=0.5)
            half = min(SMOOTHED, len(errors)) // 2
            smooth = np.convolve(errors, np.full(2 * half + 1, 1 / (2 * half + 1)), "valid")
            axes.plot(days[half : len(days) - half], smooth, label=row.plugin, color=line.get_color())
        axes.set(xlabel="days ahead", ylabel=metric.upper(), xticks=[day + 1 for day in marks])
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside right upper", frameon=False)
    figure.suptitle(
        f"Online Retail: {evaluation.protocol['series']:,} series, {len(evaluation.protocol['origins'])} origins"
    )
    figure.savefig(path, metadata={"Date": None})
