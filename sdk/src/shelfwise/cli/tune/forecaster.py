"""``shelfwise tune forecaster``: forecasts from origins before those of the evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.evaluate.forecaster import protocol, protocol_options
from shelfwise.cli.tune.search import Search, run, search_options

if TYPE_CHECKING:
    from shelfwise.hookspecs import Progress
    from shelfwise.tuning import Objective


@click.command()
@options.config
@options.data
@protocol_options
@search_options
def forecaster(
    config: Path | None,
    data: Path,
    horizon: int | None,
    origins: int | None,
    step: int | None,
    gap: int | None,
    **search: Unpack[Search],
) -> None:
    """Tune a forecaster by the weighted quantile loss from origins before those of the evaluation.

    Give what `shelfwise evaluate forecaster` is given: what its origins forecast is left out of sight, and as many
    origins are laid before. A folder with the file of a published protocol needs nothing more.
    """
    from shelfwise.cli.configuration import configuration
    from shelfwise.tuning.forecaster import ForecasterObjective

    settings, _ = configuration(config, data)
    given = {"horizon": horizon, "origins": origins, "step": step, "gap": gap}

    def read(progress: Progress) -> Objective:
        dataset, arguments = protocol(settings, data, given, progress)
        return ForecasterObjective.of_dataset(dataset, seed=search["seed"], **arguments)

    run("forecaster", settings, read, search)
