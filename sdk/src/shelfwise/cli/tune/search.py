"""What the tune commands of all stages share: their options, the search, and what is told of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.failures import INTERRUPTED
from shelfwise.cli.files import STANDARD_OUTPUT, OutputFile, write_json
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from shelfwise.config import Config
    from shelfwise.hookspecs import Progress
    from shelfwise.tuning import Objective

F = TypeVar("F", bound=Callable[..., Any])


class Search(TypedDict):
    """The values of the options that :func:`search_options` adds."""

    plugin_name: str
    only: tuple[str, ...]
    minutes: float
    trials: int | None
    seed: int
    study: Path | None
    json_path: Path | None


def search_options(command: F) -> F:
    """Add the options of the search to a command."""
    for option in reversed(
        (
            click.option("--plugin", "plugin_name", required=True, help="Name of the plugin to tune."),
            click.option("--only", type=options.Names(), default=(), help="Options to search.  [default: all]"),
            click.option(
                "--minutes", type=click.FloatRange(min=0, min_open=True), required=True, help="Time for the search."
            ),
            click.option("--trials", type=click.IntRange(min=1), help="Candidates to try at most."),
            options.seed,
            click.option("--study", type=OutputFile(), help="File that keeps the search, so that it can go on later."),
            options.json_file,
        )
    ):
        command = option(command)
    return command


def run(stage: str, config: Config, read: Callable[[Progress], Objective], search: Search) -> None:
    """Search and tell what was found; ``read`` makes the objective, once all else is known to be right."""
    from shelfwise.cli.choice import build_one, options_of
    from shelfwise.cli.tune.told import tell
    from shelfwise.tuning import SearchSpace
    from shelfwise.tuning.search import tune

    name = search["plugin_name"]
    build_one(stage, name, config)
    space = SearchSpace.of(stage, name, options_of(stage, name, config), only=search["only"])
    with progress_bar("reading") as progress:
        objective = read(progress)
        tuning = tune(
            space,
            objective,
            seconds=60.0 * search["minutes"],
            trials=search["trials"],
            seed=search["seed"],
            study=search["study"],
            progress=progress,
        )
    path = search["json_path"]
    if path is not None:
        write_json(path, tuning.to_json())
    if path != STANDARD_OUTPUT:
        tell(tuning)
    if tuning.interrupted:
        click.echo("interrupted; this is the best that was found until then", err=True)
        sys.exit(INTERRUPTED)
