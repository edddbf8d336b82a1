"""The frontier drawn: cost against service, with the bands of both."""

from __future__ import annotations

import math

from shelfwise.evaluation.inventory.drawing import COLOURS, Drawing
from shelfwise.evaluation.inventory.frontier import Frontier
from shelfwise.report.charts import round_steps

__all__ = ["frontier_plot"]

_LEFT, _TOP, _WIDE, _HIGH, _RIGHT, _BELOW = 70.0, 40.0, 640.0, 400.0, 170.0, 50.0
_MOST_SERVICE = 0.9995


def frontier_plot(found: Frontier) -> Drawing:
    """Draw a line for each family; the closer to full service, the wider apart the same distance is drawn."""
    drawing = Drawing(
        _LEFT + _WIDE + _RIGHT,
        _TOP + _HIGH + _BELOW,
        f"{found.scenario.name}: holding and ordering cost against {found.measure.value.replace('_', ' ')}",
    )
    lines = {family: found.points(family) for family in found.families}
    points = [point for line in lines.values() for point in line]
    nines = [_nines(point["service"].estimate) for point in points]
    first, last = min(nines), max(nines) * 1.02
    steps = round_steps(
        max(point["cost"].high if math.isfinite(point["cost"].high) else point["cost"].estimate for point in points)
    )

    def x(service: float) -> float:
        # Intervals may reach beyond the last point, and even to full service.
        return _LEFT + _WIDE * min(max((_nines(service) - first) / max(last - first, 1e-9), 0.0), 1.0)

    def y(cost: float) -> float:
        return _TOP + _HIGH * (1.0 - cost / steps[-1])

    drawing.text((_LEFT, 22.0), drawing.title, size=15.0)
    drawing.line([(_LEFT, _TOP), (_LEFT, _TOP + _HIGH), (_LEFT + _WIDE, _TOP + _HIGH)], "#999", 1.0)
    for service in (0.5, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999):
        if first <= _nines(service) <= last:
            drawing.line([(x(service), _TOP), (x(service), _TOP + _HIGH)], "#ddd", 1.0)
            drawing.text((x(service), _TOP + _HIGH + 20.0), f"{service:.1%}", "middle")
    for step in steps:
        drawing.text((_LEFT - 8.0, y(step) + 4.0), f"{step:g}", "end")
    for number, (family, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        sure = [point for point in line if math.isfinite(point["cost"].high)]
        upper = [(x(point["service"].estimate), y(point["cost"].high)) for point in sure]
        lower = [(x(point["service"].estimate), y(point["cost"].low)) for point in sure]
        drawing.band([*upper, *lower[::-1]], colour)
        drawing.line([(x(point["service"].estimate), y(point["cost"].estimate)) for point in line], colour)
        for point in line:
            served, cost = point["service"], point["cost"]
            if math.isfinite(served.high):
                drawing.line([(x(served.low), y(cost.estimate)), (x(served.high), y(cost.estimate))], colour, 1.0)
            told = f"{family}, target {point['target']:.1%}: {served.estimate:.2%} at {cost.estimate:.4g}"
            drawing.dot((x(served.estimate), y(cost.estimate)), colour, told)
        drawing.text((_LEFT + _WIDE + 16.0, _TOP + 16.0 + 20.0 * number), family, colour=colour)
    return drawing


def _nines(service: float) -> float:
    """Return how many nines a service has, so that 90, 99 and 99.9 % are equally far apart."""
    return -math.log10(1.0 - min(service, _MOST_SERVICE))
