"""How far visits get, from a look to a customer who comes back."""

from __future__ import annotations

import math

from shelfwise.evaluation.inventory.drawing import COLOURS, Drawing
from shelfwise.twin.figures import FUNNEL
from shelfwise.twin.findings import Findings
from shelfwise.twin.plots.frame import LEFT, MAIN, RIGHT, TOP, WIDE, words

__all__ = ["funnel"]

_BAR, _GAP = 22.0, 14.0


def funnel(found: Findings) -> Drawing:
    """Draw for the main arms which share of visits, and at last of customers, gets how far."""
    shown = [arm for arm in MAIN if arm in found.mean]
    high = _BAR * len(shown)
    title = "how far visits get, and which share of customers comes back"
    drawing = Drawing(LEFT + WIDE + RIGHT, TOP + (high + _GAP) * len(FUNNEL), title)
    drawing.text((8.0, 22.0), title, size=15.0)
    for stage, name in enumerate(FUNNEL):
        top = TOP + stage * (high + _GAP)
        drawing.text((LEFT - 12.0, top + high / 2 + 3.0), words(name), "end")
        for row, arm in enumerate(shown):
            share, y = found.mean[arm][name].estimate, top + _BAR * row
            if not math.isfinite(share):
                drawing.text((LEFT + 8.0, y + _BAR / 2 + 3.0), f"- {words(arm)}")
                continue
            drawing.box((LEFT, y), (WIDE * share, _BAR - 2.0), COLOURS[MAIN.index(arm)], f"{arm}: {share:.1%}")
            drawing.text((LEFT + WIDE * share + 8.0, y + _BAR / 2 + 3.0), f"{share:.1%} {words(arm)}")
    return drawing
