"""Cumulative profit beside the siloed arm, and when it has paid for what coordination costs."""

from __future__ import annotations

from shelfwise.evaluation.inventory.drawing import COLOURS, Drawing
from shelfwise.twin.findings import Findings
from shelfwise.twin.plots.frame import BELOW, LEFT, MAIN, RIGHT, TOP, UNSURE, WIDE, span, ticks, words

__all__ = ["weekly"]

_HIGH, _LABEL, _YEAR = 300.0, 14.0, 52.0
_COSTS = "what it costs"


def weekly(found: Findings) -> Drawing:
    """Draw the difference of the main arms week by week with 95 % bands, and the costs of coordination as a line."""
    shown = {arm: found.gained[arm] for arm in MAIN if arm in found.gained} or dict([*found.gained.items()][:2])
    weeks = len(next(iter(shown.values())))
    begun, yearly = (found.scenario["operation"][name] for name in ("introduction_cost", "running_cost_per_year"))
    costs = [begun + yearly * week / _YEAR for week in range(weeks + 1)]
    low, high = span([0.0, *costs, *(end for band in shown.values() for one in band for end in (one.low, one.high))])
    title = "cumulative profit a customer, difference to siloed, beside what coordination costs"
    drawing = Drawing(LEFT + WIDE + RIGHT, TOP + _HIGH + BELOW, title)

    def at(week: int, value: float) -> tuple[float, float]:
        return LEFT + WIDE * week / weeks, TOP + _HIGH * (high - value) / (high - low)

    drawing.text((8.0, 22.0), title, size=15.0)
    for tick in ticks(low, high):
        left = at(0, tick)
        drawing.line([left, (LEFT + WIDE, left[1])], "#999" if tick == 0 else "#e2e2dd", 1.0)
        drawing.text((LEFT - 8.0, left[1] + 4.0), f"{tick:g}", "end")
    step = max(1, round(weeks / 8))
    for week in range(step, weeks + 1, step):
        drawing.text((at(week, 0.0)[0], TOP + _HIGH + 20.0), f"week {week}", "middle")
    drawing.line([at(week, cost) for week, cost in enumerate(costs)], UNSURE, 1.5)
    labels = [(at(weeks, costs[-1])[1], _COSTS, UNSURE)]
    for arm, band in shown.items():
        colour = COLOURS[MAIN.index(arm) if arm in MAIN else len(labels)]
        edges = [at(week, one.high) for week, one in enumerate(band, 1)]
        edges += [at(week, one.low) for week, one in enumerate(band, 1)][::-1]
        drawing.band([at(0, 0.0), *edges], colour)
        drawing.line([at(0, 0.0), *(at(week, one.estimate) for week, one in enumerate(band, 1))], colour)
        labels.append((at(weeks, band[-1].estimate)[1], words(arm), colour))
    below = 0.0
    for height, said, colour in sorted(labels):
        below = max(height + 4.0, below + _LABEL)
        drawing.text((LEFT + WIDE + 10.0, below), said, colour=colour)
    return drawing
