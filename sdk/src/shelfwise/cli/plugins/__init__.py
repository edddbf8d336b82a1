"""``shelfwise plugins``: what is installed, and whether it keeps the contract."""

from __future__ import annotations

import rich_click as click

from shelfwise.cli.group import CommandGroup


@click.group(
    cls=CommandGroup,
    commands_at={
        "list": "shelfwise.cli.plugins.listing:list_plugins",
        "check": "shelfwise.cli.plugins.check:check",
    },
)
def plugins() -> None:
    """Look at the installed plugins."""
