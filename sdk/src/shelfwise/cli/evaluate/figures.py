"""The figures of an evaluation: a table on the terminal, all of it in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shelfwise.cli.files import STANDARD_OUTPUT, write_json


def tell(document: Mapping[str, Any], path: Path | None, table: Mapping[str, Mapping[str, Any]]) -> None:
    """Write ``document`` to ``path`` if there is one, and print ``table``: plugin -> what was measured -> figure."""
    if path is not None:
        write_json(path, document)
    if path != STANDARD_OUTPUT:
        _print(document, table)


def by_plugin(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Pick the figures called ``names`` out of rows of one plugin each."""
    flat = {row["plugin"]: {**row, **row.get("metrics", {})} for row in rows}
    return {plugin: {name: row[name] for name in names if name in row} for plugin, row in flat.items()}


def _print(document: Mapping[str, Any], table: Mapping[str, Mapping[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    grid.add_column("", no_wrap=True)
    for plugin in table:
        grid.add_column(plugin, justify="right", overflow="fold")
    for measure in dict.fromkeys(measure for figures in table.values() for measure in figures):
        grid.add_row(measure, *(_figure(figures.get(measure)) for figures in table.values()))
    console = Console(markup=False, emoji=False, highlight=False)
    console.print(grid)
    console.print(f"seed {document['seed']}, {document['seconds']:.1f} s on {document['machine']['cores']} cores")


def _figure(value: Any) -> str:
    """Write a number, or an estimate with the ends of its interval, with four significant digits."""
    if isinstance(value, Mapping):
        low, high = _figure(value.get("low")), _figure(value.get("high"))
        return f"{_figure(value.get('estimate'))} ({low} to {high})"
    if value is None:
        return "-"
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
