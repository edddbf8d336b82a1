"""What is told of a search: the best candidates, what they gain, and what to write into the configuration."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shelfwise.tuning import Tuning

_SHOWN = 5


def tell(tuning: Tuning) -> None:
    """Print a search."""
    from rich.console import Console
    from rich.table import Table

    metric = tuning.objective.metric
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("trial", metric, *tuning.space.ranges):
        grid.add_column(title, justify="right", overflow="fold")
    shown = tuning.ranked()[:_SHOWN]
    for one in shown if tuning.start in shown else (*shown, tuning.start):
        name = f"{one.trial} (start)" if one == tuning.start else str(one.trial)
        grid.add_row(name, f"{one.value:.5g}", *(_figure(one.options[option]) for option in tuning.space.ranges))
    console = Console(markup=False, emoji=False, highlight=False)
    console.print(grid)
    counts = Counter(str(one.state) for one in tuning.candidates)
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    console.print(f"{len(tuning.candidates)} trials ({told}) in {tuning.seconds:.0f} s, seed {tuning.seed}")
    gain = tuning.improvement
    if tuning.best == tuning.start:
        console.print(f"Nothing better than the start was found; its {metric} is {tuning.start.value:.5g}.")
        return
    console.print(
        f"{metric} {tuning.best.value:.5g}, {gain.estimate:.3g} better than the start ({gain.low:.3g} to "
        f"{gain.high:.3g}, 95 % over {tuning.units:,} units of the validation on which it was chosen)"
    )
    if gain.low <= 0.0:
        console.print("The interval holds 0, so this may be chance.")
    console.print()
    console.print(tuning.to_toml(), end="", soft_wrap=True)


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
