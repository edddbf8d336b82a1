"""``shelfwise plugins list``: every installed plugin, the broken ones with the reason."""

from __future__ import annotations

import rich_click as click


@click.command("list")
def list_plugins() -> None:
    """List the installed plugins by stage."""
    from rich.console import Console
    from rich.table import Table

    from shelfwise.plugins import available

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("stage", "name", "distribution", "version", "description"):
        table.add_column(column, overflow="fold")
    for info in available():
        told = f"BROKEN: {info.error}" if info.error else info.description
        table.add_row(info.stage, info.name, info.distribution, info.version, told)
    Console(markup=False, emoji=False, highlight=False).print(table)
