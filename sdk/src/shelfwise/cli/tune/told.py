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
    ranked = tuning.ranked()[:_SHOWN]
    shown = ranked if tuning.start in ranked else (*ranked, tuning.start)
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    grid.add_column("trial", no_wrap=True)
    for one in shown:
        grid.add_column(f"{one.trial} (start)" if one == tuning.start else str(one.trial), justify="right")
    grid.add_row(metric, *(f"{one.value:.5g}" for one in shown))
    for option in tuning.space.ranges:
        grid.add_row(option, *(_figure(one.options[option]) for one in shown))
    console = Console(markup=False, emoji=False, highlight=False)
    console.print(grid)
    counts = Counter(str(one.state) for one in tuning.candidates)
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    console.print(f"{len(tuning.candidates)} trials ({told}) in {tuning.seconds:.0f} s, seed {tuning.limits.seed}")
    gain = tuning.improvement
    if tuning.best == tuning.start:
        console.print(f"Nothing better than the start was found; its {metric} is {tuning.start.value:.5g}.")
        return
    better = f"{metric} {tuning.best.value:.5g}, {gain.estimate:.3g} better than the start"
    if tuning.units > 1:
        better += f" ({gain.low:.3g} to {gain.high:.3g}, 95 % over {tuning.units:,} units)"
    console.print(f"{better} on the validation on which it was chosen,")
    console.print(
        f"which flatters it: see what `shelfwise evaluate {tuning.space.stage} --config` says of these options."
    )
    if gain.low <= 0.0:
        console.print("The interval holds 0, so this may be chance.")
    console.print()
    console.print(tuning.to_toml(), end="", soft_wrap=True)


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
