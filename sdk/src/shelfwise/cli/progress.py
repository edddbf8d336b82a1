"""Progress bars on standard error, driven by the one way in which the library tells of progress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shelfwise.hookspecs import Progress


@contextmanager
def progress_bar(step: str) -> Iterator[Progress]:
    """Show ``step``, then whatever is told of, and how far it is; nothing of it stays, and nothing goes to a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[parts]}", markup=False),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(step, total=None, parts="")

        def tell(step: str, done: int, total: int) -> None:
            parts = f"{done:,} of {total:,}" if total > 1 else ""
            bars.update(task, description=step, completed=done, total=total or None, parts=parts)

        yield tell
