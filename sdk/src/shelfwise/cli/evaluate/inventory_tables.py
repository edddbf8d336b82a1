"""Tables of the inventory evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelfwise.cli.evaluate.figures import grid

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.evaluation.inventory.frontier import Frontier

__all__ = ["show_frontier"]


def show_frontier(console: Console, found: Frontier) -> None:
    """Print the cost of each family at each target with half its interval, and below it the service it reached."""
    measure = found.measure.value.replace("_", " ")
    console.print(f"holding and ordering cost a period, and the {measure} it buys; all items, 95 % intervals")
    targets = sorted({row["target"] for row in found.rows})
    lines = grid("", *(f"{target:.1%}" for target in targets))
    for family in found.families:
        points = {point["target"]: point for point in found.points(family)}
        costs, services = [], []
        for target in targets:
            point = points[target]
            cost, service = point["cost"], point["service"]
            costs.append(
                f"{cost.estimate:.4g} ±{cost.high - cost.estimate:.2g}"
                if cost.high > cost.low
                else f"{cost.estimate:.4g}"
            )
            services.append(f"{service.estimate:.2%}" + ("" if point["reached"] else " missed"))
        lines.add_row(family, *costs)
        lines.add_row("", *services)
    console.print(lines)
