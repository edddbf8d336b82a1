"""The figures of an evaluation: tables on the terminal, all of it in a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelfwise.cli.files import STANDARD_OUTPUT, write_json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDTH = 120
"""Columns of what is written to a file or a pipe."""


def tell(document: Mapping[str, Any], path: Path | None, table: Mapping[str, Mapping[str, Any]]) -> None:
    """Write ``document`` to ``path`` if there is one, and print ``table``: plugin -> what was measured -> figure."""
    tell_with(document, path, lambda console: _print(console, table))


def tell_with(document: Mapping[str, Any], path: Path | None, show: Callable[[Console], None]) -> None:
    """Write ``document`` to ``path`` if there is one, and let ``show`` print unless the document was printed."""
    if path is not None:
        write_json(path, document)
    if path == STANDARD_OUTPUT:
        return
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH
    console = Console(markup=False, emoji=False, highlight=False, width=width)
    show(console)
    console.print(f"seed {document['seed']}, {document['seconds']:.1f} s on {document['machine']['cores']} cores")


def by_plugin(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Pick the figures called ``names`` out of rows of one plugin each."""
    flat = {row["plugin"]: {**row, **row.get("metrics", {})} for row in rows}
    return {plugin: {name: row[name] for name in names if name in row} for plugin, row in flat.items()}


def grid(*headers: str) -> Table:
    """Return an empty table without lines; its first column holds names, the others numbers."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(headers[0], no_wrap=True)
    for header in headers[1:]:
        table.add_column(header, justify="right", overflow="fold")
    return table


def _print(console: Console, table: Mapping[str, Mapping[str, Any]]) -> None:
    lines = grid("", *table)
    for measure in dict.fromkeys(measure for figures in table.values() for measure in figures):
        lines.add_row(measure, *(_figure(figures.get(measure)) for figures in table.values()))
    console.print(lines)


def _figure(value: Any) -> str:
    """Write a number, or an estimate with the ends of its interval, with four significant digits."""
    if isinstance(value, Mapping):
        low, high = _figure(value.get("low")), _figure(value.get("high"))
        return f"{_figure(value.get('estimate'))} ({low} to {high})"
    if value is None:
        return "-"
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
