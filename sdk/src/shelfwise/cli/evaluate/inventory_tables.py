"""Tables of the inventory evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelfwise.cli.evaluate.figures import grid

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.evaluation.inventory.frontier import Frontier
    from shelfwise.evaluation.inventory.resilience import Resilience

__all__ = ["show_frontier", "show_resilience"]


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


def show_resilience(console: Console, found: Resilience) -> None:
    """Print for each policy what is kept of the service, and how long it survives and takes to recover."""
    plan = found.plan
    console.print(
        f"{plan.periods} periods of disruption, {plan.scenarios} scenarios: % of the undisturbed fill rate over "
        f"{plan.window} periods with 95 % interval, then periods to survive / to recover"
    )
    kinds = list(dict.fromkeys(row["kind"] for row in found.rows))
    for policy in found.policies:
        lines = grid(policy, *(kind.replace("_", " ") for kind in kinds))
        for region in dict.fromkeys(row["region"] for row in found.rows):
            cells = [found.cell(policy, region, kind) for kind in kinds]
            scores = [cell["score"] for cell in cells]
            lines.add_row(region, *(f"{one.estimate:.1f} ±{one.high - one.estimate:.1f}" for one in scores))
            times = [(cell["time_to_survive"].estimate, cell["time_to_recover"].estimate) for cell in cells]
            lines.add_row("", *(f"{survive:.1f} / {recover:.1f}" for survive, recover in times))
        console.print(lines)
