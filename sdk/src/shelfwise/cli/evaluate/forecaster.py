"""``shelfwise evaluate forecaster``: forecasts from rolling origins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from shelfwise.config import Config
    from shelfwise.dataset import Dataset
    from shelfwise.hookspecs import Progress

_COUNT = click.IntRange(min=1)
F = TypeVar("F", bound=Callable[..., Any])


def protocol_options(command: F) -> F:
    """Add the options that say which forecasts are scored."""
    for option in (
        click.option("--gap", type=click.IntRange(min=0), help="Periods after an origin not scored.  [default: 0]"),
        click.option("--step", type=_COUNT, help="Periods between two origins.  [default: the horizon]"),
        click.option("--origins", type=_COUNT, help="How many origins; the last one's forecast ends with the data."),
        click.option("--horizon", type=_COUNT, help="Periods to forecast from each origin."),
    ):
        command = option(command)
    return command


@click.command()
@options.config
@options.data
@protocol_options
@options.plugin_names
@options.seed
@options.json_file
def forecaster(
    config: Path | None,
    data: Path,
    horizon: int | None,
    origins: int | None,
    step: int | None,
    gap: int | None,
    plugin_names: tuple[str, ...],
    seed: int,
    json_path: Path | None,
) -> None:
    """Train before each origin, forecast after it, and compare with what was sold.

    A folder that holds the file of a published protocol (orange juice, car parts) is measured by it: what is not
    given here is as published.
    """
    from shelfwise.cli.choice import build_many, options_of
    from shelfwise.cli.configuration import configuration
    from shelfwise.cli.evaluate.figures import tell_with
    from shelfwise.cli.evaluate.forecaster_tables import show_evaluation
    from shelfwise.evaluation.forecaster import evaluate

    settings, _ = configuration(config, data)
    plugins = build_many("forecaster", plugin_names, settings)
    given = {"horizon": horizon, "origins": origins, "step": step, "gap": gap}
    with progress_bar("reading") as progress:
        dataset, arguments = protocol(settings, data, given, progress)
        evaluation = evaluate(dataset, plugins, seed=seed, progress=progress, **arguments)
    document = evaluation.to_json() | {"options": {name: options_of("forecaster", name, settings) for name in plugins}}
    tell_with(document, json_path, lambda console: show_evaluation(console, evaluation))


def protocol(
    config: Config, data: Path, given: Mapping[str, int | None], progress: Progress
) -> tuple[Dataset, dict[str, Any]]:
    """Return the data and the arguments of its evaluation: those given, the others as its protocol has them."""
    dataset, arguments = _read(config, data, progress)
    arguments |= {name: value for name, value in given.items() if value is not None}
    missing = [f"--{name}" for name in ("horizon", "origins") if name not in arguments]
    if missing:
        raise click.UsageError(f"{data} has no protocol of its own: give {' and '.join(missing)}")
    return dataset, arguments


def _read(config: Config, data: Path, progress: Progress) -> tuple[Dataset, dict[str, Any]]:
    """Return the data and what its protocol, if it has one, says of the evaluation.

    A configuration that says how tables are to be read has tables of its own in mind.
    """
    from shelfwise.dataset import DataConfig, read_dataset
    from shelfwise.evaluation.forecaster_protocols import read_protocol

    published = read_protocol(data) if config.data == DataConfig() else None
    if published is not None:
        return published.dataset, dict(published.arguments)
    return read_dataset(config.data, data, progress), {}
