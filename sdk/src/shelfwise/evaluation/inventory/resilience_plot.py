"""The resilience drawn: a heat map of regions and kinds of disruption for each policy."""

from __future__ import annotations

import math

from shelfwise.evaluation.inventory.drawing import Drawing
from shelfwise.evaluation.inventory.regions import REGIONS
from shelfwise.evaluation.inventory.resilience import Resilience
from shelfwise.simulation import Kind

__all__ = ["resilience_plot"]

_LEFT, _TOP, _WIDE, _HIGH, _HEAD = 90.0, 60.0, 128.0, 44.0, 40.0
_WORST = (215.0, 80.0, 70.0)
_MIDDLE = (250.0, 230.0, 170.0)
_BEST = (110.0, 180.0, 120.0)
_RED_BELOW = 60.0
"""Score, in percent, that is drawn in the worst colour."""


def resilience_plot(found: Resilience) -> Drawing:
    """Draw a map for each policy: the score with half its interval, and periods to survive and to recover."""
    high = _TOP + _HIGH * len(REGIONS)
    drawing = Drawing(
        _LEFT + _WIDE * len(Kind) + 20.0,
        high * len(found.policies) + _HEAD + 20.0,
        f"{found.scenario.name}: service kept through {found.plan.periods} periods of disruption",
    )
    drawing.text((10.0, 22.0), drawing.title, size=15.0)
    drawing.text(
        (10.0, 40.0), "% of the undisturbed fill rate, with 95 % interval; below it periods to survive / to recover"
    )
    for number, policy in enumerate(found.policies):
        top = high * number + _TOP + _HEAD
        drawing.text((10.0, top - 30.0), policy, size=14.0)
        for column, kind in enumerate(Kind):
            drawing.text((_LEFT + _WIDE * (column + 0.5), top - 8.0), kind.replace("_", " "), "middle")
        for row, region in enumerate(REGIONS):
            drawing.text((_LEFT - 8.0, top + _HIGH * (row + 0.5) + 4.0), region, "end")
            for column, kind in enumerate(Kind):
                _cell(drawing, found, (policy, region, kind), (_LEFT + _WIDE * column, top + _HIGH * row))
    return drawing


def _cell(drawing: Drawing, found: Resilience, key: tuple[str, str, Kind], at: tuple[float, float]) -> None:
    policy, region, kind = key
    cell = found.cell(policy, region, kind.value)
    score, survive, recover = cell["score"], cell["time_to_survive"], cell["time_to_recover"]
    told = (
        f"{policy}, {region}, {kind.replace('_', ' ')}: {score.estimate:.1f} % ({score.low:.1f} to {score.high:.1f}), "
        f"{survive.estimate:.1f} ({survive.low:.1f} to {survive.high:.1f}) periods to survive, "
        f"{recover.estimate:.1f} ({recover.low:.1f} to {recover.high:.1f}) to recover"
    )
    drawing.box(at, (_WIDE, _HIGH), _colour(score.estimate), told)
    middle = at[0] + _WIDE / 2.0
    drawing.text((middle, at[1] + 18.0), f"{score.estimate:.1f} ±{score.high - score.estimate:.1f}", "middle", "#222")
    drawing.text((middle, at[1] + 35.0), f"{survive.estimate:.1f} / {recover.estimate:.1f}", "middle", "#222", 11.0)


def _colour(score: float) -> str:
    if not math.isfinite(score):
        return "#cccccc"
    share = min(max((score - _RED_BELOW) / (100.0 - _RED_BELOW), 0.0), 1.0) * 2.0
    low, high, part = (_WORST, _MIDDLE, share) if share < 1.0 else (_MIDDLE, _BEST, share - 1.0)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(low, high, strict=True))
