"""``shelfwise tune inventory``: the cost of a policy in the simulator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.tune.search import Search, run, search_options

if TYPE_CHECKING:
    from shelfwise.hookspecs import Progress
    from shelfwise.tuning import Objective


@click.command()
@options.config
@options.scenario
@search_options
def inventory(config: Path | None, scenario: Path, **search: Unpack[Search]) -> None:
    """Tune an inventory plugin by its cost on a scenario, with demand that the evaluation never draws."""
    from shelfwise.config import load_config
    from shelfwise.evaluation.inventory import read_scenario
    from shelfwise.tuning.inventory import InventoryObjective

    def read(_: Progress) -> Objective:
        return InventoryObjective.of_scenario(read_scenario(scenario))

    run("inventory", load_config(config), read, search)
