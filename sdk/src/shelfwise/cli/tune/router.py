"""``shelfwise tune router``: the cost of plans for benchmark instances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.evaluate.router import instance_options
from shelfwise.cli.tune.search import Search, run, search_options

if TYPE_CHECKING:
    from shelfwise.hookspecs import Progress
    from shelfwise.tuning import Objective


@click.command()
@options.config
@instance_options
@search_options
def router(
    config: Path | None,
    first: tuple[Path, ...],
    more: tuple[Path, ...],
    seconds: float,
    rounding: str | None,
    **search: Unpack[Search],
) -> None:
    """Tune a router by its gap to the best known, or by cost where some instance has none.

    Give other instances than those by which the router is to be measured.
    """
    from shelfwise.config import load_config
    from shelfwise.evaluation.instances import Rounding, read_instance
    from shelfwise.tuning.router import RouterObjective

    rule = None if rounding is None else Rounding(rounding)

    def read(_: Progress) -> Objective:
        instances = [read_instance(path, rule) for path in (*first, *more)]
        return RouterObjective(instances, seconds, search["seed"])

    run("router", load_config(config), read, search)
