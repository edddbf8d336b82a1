"""Progress on standard error, driven by the one way in which the library tells of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shelfwise.cli.progress_lines import progress_lines

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.hookspecs import Progress


@contextmanager
def progress_bar(step: str) -> Iterator[Progress]:
    """Show ``step``, then whatever is told of, and how far it is: by a bar, or by lines in a pipe.

    What is printed meanwhile appears above the bar, of which nothing stays.
    """
    from rich.console import Console

    console = Console(stderr=True)
    with _bar(step, console) if console.is_terminal else progress_lines(step) as progress:
        yield progress


@contextmanager
def _bar(step: str, console: Console) -> Iterator[Progress]:
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[parts]}", markup=False),
        TimeElapsedColumn(),
    )
    # What goes to a file meanwhile must go there, and not above the bar.
    with Bars(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bars:
        task = bars.add_task(step, total=None, parts="")

        def tell(step: str, done: int, total: int) -> None:
            parts = f"{done:,} of {total:,}" if total > 1 else ""
            bars.update(task, description=step, completed=done, total=total or None, parts=parts)

        yield tell
