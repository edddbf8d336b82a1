"""What each arm is worth against the siloed one."""

from __future__ import annotations

import math

from shelfwise.evaluation.inventory.drawing import Drawing
from shelfwise.twin.figures import DEFINITIONS
from shelfwise.twin.findings import Findings
from shelfwise.twin.plots.frame import BELOW, LEFT, RIGHT, ROW, TOP, WIDE, judged, signed, span, ticks, words

__all__ = ["forest"]


def forest(found: Findings) -> Drawing:
    """Draw the difference of each arm in the primary figure: an interval an arm, grey where it holds zero.

    An arm without one, whose figure is no number in any world, has a dash.
    """
    rows = {arm: table[found.primary] for arm, table in found.difference.items()}
    low, high = span([0.0, *(end for one in rows.values() for end in (one.low, one.high))])
    unit = " in currency" if "in currency" in DEFINITIONS[found.primary] else ""
    title = f"{words(found.primary)}{unit}: difference to siloed, 95 % interval"
    bottom = TOP + ROW * len(rows)
    drawing = Drawing(LEFT + WIDE + RIGHT, bottom + BELOW, title)

    def x(value: float) -> float:
        return LEFT + WIDE * (value - low) / (high - low)

    drawing.text((8.0, 22.0), title, size=15.0)
    for tick in ticks(low, high):
        drawing.line([(x(tick), TOP), (x(tick), bottom)], "#999" if tick == 0 else "#e2e2dd", 1.0)
        drawing.text((x(tick), bottom + 20.0), f"{tick:g}", "middle")
    for row, (arm, one) in enumerate(rows.items()):
        y, colour = TOP + ROW * (row + 0.5), judged(one, found.primary)
        drawing.text((LEFT - 12.0, y + 4.0), words(arm), "end")
        drawing.text((LEFT + WIDE + 14.0, y + 4.0), signed(one.estimate))
        if math.isfinite(one.estimate):
            drawing.line([(x(one.low), y), (x(one.high), y)], colour, 3.0)
            ends = f"{signed(one.low)} to {signed(one.high)}"
            drawing.dot((x(one.estimate), y), colour, f"{arm}: {signed(one.estimate)} ({ends})")
    return drawing
