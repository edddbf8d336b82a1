"""How errors grow with how far ahead is looked: a table and a plot."""

from __future__ import annotations

from pathlib import Path

from shelfwise.cli.evaluate.forecaster_tables import AHEAD, show_horizon
from shelfwise.evaluation.forecaster_comparison import ForecasterEvaluation
from tests.benchmarks import forecaster_data as data
from tests.benchmarks.forecaster_bench import Bench

TITLE = "Online Retail, horizon"
PROTOCOL = {"horizon": 90, "origins": 7, "step": 10}
"""Ten days are three more than a week: each day ahead falls on each day of the week once."""


def horizon(bench: Bench) -> None:
    """Errors 1 to 90 days ahead on Online Retail, for the ensemble, ARIMA, and networks alone."""
    if data.missing(data.RETAIL):
        return
    contestants = bench.among("ensemble", "lstm", "temporal", "baseline", "ARIMA")
    study = bench.compare(TITLE, data.online_retail(bench.most), PROTOCOL, contestants=contestants)
    evaluation = study.evaluations[0]
    show_horizon(bench.console, evaluation, ("wape", "wql"))
    if bench.json is not None:
        path = bench.json / "horizon.svg"
        plot(evaluation, path)
        print(f"plot: {path}")


def plot(evaluation: ForecasterEvaluation, path: Path) -> None:
    """Draw WAPE and WQL over the days ahead, marked where the table tells them."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    marks = [day - 1 for day in AHEAD if day <= evaluation.protocol["horizon"]]
    for axes, metric in zip(figure.subplots(1, 2), ("wape", "wql"), strict=True):
        for row in evaluation.rows:
            errors = row.by_horizon[metric]
            days = range(1, len(errors) + 1)
            axes.plot(days, errors, label=row.plugin, linewidth=1, marker="o", markersize=4, markevery=marks)
        axes.set(xlabel="days ahead", ylabel=metric.upper(), xticks=[day + 1 for day in marks])
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    figure.axes[0].legend(frameon=False)
    figure.suptitle(f"{TITLE}: {evaluation.protocol['series']:,} series, {len(evaluation.protocol['origins'])} origins")
    figure.savefig(path, metadata={"Date": None})
