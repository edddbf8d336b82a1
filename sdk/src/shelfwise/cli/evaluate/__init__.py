"""``shelfwise evaluate``: plugins measured by public protocols, one command a stage."""

from __future__ import annotations

import rich_click as click

from shelfwise.cli.group import CommandGroup


@click.group(
    cls=CommandGroup,
    commands_at={
        stage: f"shelfwise.cli.evaluate.{stage}:{stage}"
        for stage in ("recommender", "forecaster", "inventory", "router")
    }
    | {"off-policy": "shelfwise.cli.evaluate.off_policy:off_policy"},
)
def evaluate() -> None:
    """Measure plugins against each other on the same data, with the options that a configuration gives them."""
