"""What service costs: arms that plan for different fill rates, by the service that customers meet."""

from __future__ import annotations

import numpy as np

from shelfwise.evaluation.inventory.drawing import COLOURS, Drawing
from shelfwise.twin.findings import Findings
from shelfwise.twin.plots.frame import BELOW, LEFT, RIGHT, TOP, WIDE, span, ticks, words

__all__ = ["frontier"]

_HIGH = 320.0
_SERVICE, _COST = "latent_service", "total_cost_per_unit"


def frontier(found: Findings) -> Drawing | None:
    """Draw a line an arm through its fill rates, cost of a unit over latent service; None where there are no rates."""
    lines: dict[str, list[str]] = {}
    for arm in found.mean:
        lines.setdefault(arm.partition("@")[0], []).append(arm)
    lines = {base: arms for base, arms in lines.items() if any("@" in arm for arm in arms)}
    if not lines:
        return None
    points = {
        arm: (found.mean[arm][_SERVICE].estimate, found.mean[arm][_COST].estimate)
        for arms in lines.values()
        for arm in arms
    }
    lines = {base: [arm for arm in arms if np.isfinite(points[arm]).all()] for base, arms in lines.items()}
    (left, right), (low, high) = span(x for x, _ in points.values()), span(y for _, y in points.values())
    title = f"{words(_COST)}, in currency, over {words(_SERVICE)}; right and below is better"
    drawing = Drawing(LEFT + WIDE + RIGHT, TOP + _HIGH + BELOW, title)

    def at(service: float, cost: float) -> tuple[float, float]:
        return LEFT + WIDE * (service - left) / (right - left), TOP + _HIGH * (high - cost) / (high - low)

    drawing.text((8.0, 22.0), title, size=15.0)
    for tick in ticks(low, high):
        drawing.line([at(left, tick), at(right, tick)], "#e2e2dd", 1.0)
        drawing.text((LEFT - 8.0, at(left, tick)[1] + 4.0), f"{tick:g}", "end")
    for tick in ticks(left, right):
        drawing.line([at(tick, low), at(tick, high)], "#e2e2dd", 1.0)
        drawing.text((at(tick, low)[0], TOP + _HIGH + 20.0), f"{tick:.3g}", "middle")
    for number, (base, arms) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        drawing.line([at(*point) for point in sorted(points[arm] for arm in arms)], colour)
        for arm in arms:
            service, cost = points[arm]
            x, y = at(service, cost)
            drawing.dot((x, y), colour, f"{arm}: {cost:,.3f} a unit at a service of {service:.3f}")
            rate = arm.partition("@")[2]
            drawing.text((x, y - 8.0 if rate else y + 16.0), rate or "own", "middle", colour, 11.0, "white")
        drawing.text((LEFT + WIDE + 14.0, TOP + 16.0 + 18.0 * number), words(base), colour=colour)
    return drawing
