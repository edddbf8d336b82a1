"""What each arm is worth, scenario beside scenario."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from shelfwise.evaluation.inventory.drawing import Drawing
from shelfwise.twin.findings import Findings
from shelfwise.twin.plots.frame import BELOW, LEFT, ROW, judged, signed, span, ticks, words

__all__ = ["scenarios"]

_TOP, _PANEL, _GAP = 74.0, 170.0, 18.0


def scenarios(several: Sequence[Findings]) -> Drawing | None:
    """Draw a panel a scenario and a row an arm that several have; None where there is no such arm.

    Panels of the same primary figure have the same axis.
    """
    times = Counter(arm for found in several for arm in found.difference)
    arms = [arm for arm, often in times.items() if often > 1]
    if not arms:
        return None
    bottom = _TOP + ROW * len(arms)
    title = "difference to siloed by scenario, 95 % interval"
    drawing = Drawing(LEFT + (_PANEL + _GAP) * len(several), bottom + BELOW, title)
    drawing.text((8.0, 22.0), title, size=15.0)
    for row, arm in enumerate(arms):
        drawing.text((LEFT - 12.0, _TOP + ROW * (row + 0.5) + 4.0), words(arm), "end")
    for number, found in enumerate(several):
        alike = [one for one in several if one.primary == found.primary]
        shown = [table[one.primary] for one in alike for arm, table in one.difference.items() if arm in arms]
        ends = [end for one in shown for end in (one.low, one.high)]
        _panel(drawing, found, arms, (LEFT + (_PANEL + _GAP) * number, bottom), span([0.0, *ends]))
    return drawing


def _panel(
    drawing: Drawing, found: Findings, arms: list[str], corner: tuple[float, float], axis: tuple[float, float]
) -> None:
    """Draw a scenario above its lower left ``corner``."""
    (left, bottom), (low, high) = corner, axis

    def x(value: float) -> float:
        return left + _PANEL * (value - low) / (high - low)

    drawing.text((left, _TOP - 26.0), found.scenario["name"], size=13.0)
    drawing.text((left, _TOP - 10.0), words(found.primary), size=10.0)
    for tick in ticks(low, high, 5):
        drawing.line([(x(tick), _TOP), (x(tick), bottom)], "#999" if tick == 0 else "#e2e2dd", 1.0)
        drawing.text((x(tick), bottom + 20.0), f"{tick:g}", "middle", size=11.0)
    for row, arm in enumerate(arms):
        one, y = found.difference.get(arm, {}).get(found.primary), _TOP + ROW * (row + 0.5)
        if one is not None and math.isfinite(one.estimate):
            colour = judged(one, found.primary)
            ends = f"{signed(one.low)} to {signed(one.high)}"
            told = f"{found.scenario['name']}, {arm}: {signed(one.estimate)} ({ends})"
            drawing.line([(x(one.low), y), (x(one.high), y)], colour, 3.0)
            drawing.dot((x(one.estimate), y), colour, told)
