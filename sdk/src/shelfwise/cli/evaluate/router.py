"""``shelfwise evaluate router``: benchmark instances, and how far plans are from the best known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.progress import progress_bar

ROUNDINGS = ("round", "dimacs", "exact")
F = TypeVar("F", bound=Callable[..., Any])


def instance_options(command: F) -> F:
    """Add the options that say what is to be planned, and in how much time."""
    for option in (
        click.option(
            "--rounding",
            type=click.Choice(ROUNDINGS),
            help="How distances become numbers.  [default: as the format does]",
        ),
        click.option(
            "--seconds", type=click.FloatRange(min=0, min_open=True), required=True, help="Time for each instance."
        ),
        click.argument("more", type=options.existing_file, nargs=-1, metavar="[FILE]..."),
        click.option(
            "--instances",
            "first",
            type=options.existing_file,
            multiple=True,
            required=True,
            metavar="FILE...",
            help="Instances in VRPLIB or Solomon format.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@options.config
@instance_options
@options.plugin_names
@options.seed
@options.json_file
def router(
    config: Path | None,
    first: tuple[Path, ...],
    more: tuple[Path, ...],
    seconds: float,
    rounding: str | None,
    plugin_names: tuple[str, ...],
    seed: int,
    json_path: Path | None,
) -> None:
    """Plan routes for benchmark instances, check every plan independently, and compare costs with the best known."""
    from shelfwise.cli.choice import build_many, options_of
    from shelfwise.cli.evaluate.figures import tell
    from shelfwise.config import load_config
    from shelfwise.evaluation.instances import Rounding, read_instance
    from shelfwise.evaluation.router import evaluate

    settings = load_config(config)
    plugins = build_many("router", plugin_names, settings)
    rule = None if rounding is None else Rounding(rounding)
    instances = [read_instance(path, rule) for path in (*first, *more)]
    with progress_bar("routing") as progress:
        evaluation = evaluate(instances, plugins, seconds=seconds, seed=seed, progress=progress)
    document = evaluation.to_json() | {"options": {name: options_of("router", name, settings) for name in plugins}}
    tell(document, json_path, _table(document))


def _table(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return each plugin's gap on each instance, or the cost where no best is known, and what they come to."""
    table: dict[str, dict[str, Any]] = {}
    for row in document["rows"]:
        measure = "cost" if row["best_known"] is None else "gap_percent"
        table.setdefault(row["plugin"], {})[f"{row['instance']} {measure}"] = row[measure]
    for row in document["overall"]:
        table[row["plugin"]] |= {f"all {name}": row[name] for name in ("mean_gap_percent", "feasible", "in_time")}
    return table
