"""``shelfwise evaluate off-policy``: what other recommenders would have earned with the slates that were logged."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.evaluation.off_policy import OffPolicyEvaluation


@click.command()
@options.data
@options.config
@click.option(
    "--split-days", type=click.IntRange(min=1), required=True, help="Learn from what was before the last so many days."
)
@click.option(
    "--window-days",
    type=click.FloatRange(min=0, min_open=True),
    default=7.0,
    show_default=True,
    help="Days after a slate in which purchases count.",
)
@options.plugin_names
@options.seed
@options.json_file
def off_policy(
    data: Path,
    config: Path | None,
    split_days: int,
    window_days: float,
    plugin_names: tuple[str, ...],
    seed: int,
    json_path: Path | None,
) -> None:
    """Estimate what recommenders would earn, from slates that another one showed and what was bought from them.

    Needs the table impressions with propensities, of slates with some exploration. Each plugin learns from what was
    before the split and is asked what it would have shown since then: by inverse propensity, self-normalised, and
    doubly robust with a model of outcomes.
    """
    from shelfwise.cli.choice import build_many, options_of
    from shelfwise.cli.configuration import configuration
    from shelfwise.cli.evaluate.figures import tell_with
    from shelfwise.dataset import read_dataset
    from shelfwise.evaluation.off_policy import evaluate

    settings, _ = configuration(config, data)
    plugins = build_many("recommender", plugin_names, settings)
    with progress_bar("reading") as progress:
        dataset = read_dataset(settings.data, data, progress)
        midnight = datetime.combine(dataset.as_of.date(), time(), UTC)
        split = midnight + timedelta(days=1 - split_days)
        evaluation = evaluate(dataset, plugins, split=split, window_days=window_days, seed=seed, progress=progress)
    used = {"options": {name: options_of("recommender", name, settings) for name in plugin_names}}
    tell_with(evaluation.to_json() | used, json_path, lambda console: _show(console, evaluation))


def _show(console: Console, evaluation: OffPolicyEvaluation) -> None:
    """Print a table for each figure, and below what the log does not carry."""
    from shelfwise.cli.evaluate.figures import grid

    protocol = evaluation.protocol
    console.print(
        f"{protocol['slates']:,} slates for {protocol['customers']:,} customers,"
        f" {protocol['explored']:.1%} of the slots drawn at random"
    )
    for figure in evaluation.rows[0].figures:
        table = grid(figure.replace("_", " "), "ips", "self-normalised", "doubly robust", "against logged", "slots")
        for row in evaluation.rows:
            value = row.figures[figure]
            cells = (value.ips, value.snips, value.dr, value.dr_against_logged)
            slots = f"{row.support.effective_slots:,.0f}"
            table.add_row(row.plugin, *("-" if cell is None else _cell(cell) for cell in cells), slots)
        console.print(table)
    for row in evaluation.rows:
        for warning in row.warnings:
            console.print(f"{row.plugin}: {warning}")


def _cell(interval: object) -> str:
    estimate, low, high = (getattr(interval, name) for name in ("estimate", "low", "high"))
    return f"{estimate:.3g} ({low:.3g} to {high:.3g})"
