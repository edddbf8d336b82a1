"""``shelfwise tune``: better options for a plugin, searched on a validation split, one command a stage."""

from __future__ import annotations

import rich_click as click

from shelfwise.cli.group import CommandGroup


@click.group(
    cls=CommandGroup,
    commands_at={
        stage: f"shelfwise.cli.tune.{stage}:{stage}" for stage in ("recommender", "forecaster", "inventory", "router")
    },
)
def tune() -> None:
    """Search for better options of a plugin, judged on a validation split and never on the test."""
