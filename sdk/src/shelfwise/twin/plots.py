"""The plots of an experiment's page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.drawing import COLOURS, Drawing
from shelfwise.evaluation.report import bootstrap_means
from shelfwise.twin.arms import INTEGRATED, SILOED
from shelfwise.twin.comparison import Comparison
from shelfwise.twin.figures import FUNNEL, LESS_IS_BETTER

__all__ = ["forest", "funnel", "weekly"]

_LEFT, _TOP, _WIDE, _ROW, _RIGHT, _BELOW, _HIGH = 190.0, 44.0, 560.0, 26.0, 150.0, 44.0, 300.0
_UNSURE, _BETTER, _WORSE = "#8b8b85", "#1c7a45", "#b3261e"


def forest(compared: Comparison) -> Drawing:
    """Draw what each arm is worth against the siloed one: an interval an arm, grey where it holds zero."""
    found = {arm: table[compared.primary] for arm, table in compared.difference.items()}
    ends = [0.0, *(end for one in found.values() for end in (one.low, one.high))]
    low, high = _widened(min(ends), max(ends))
    more, less = (_WORSE, _BETTER) if compared.primary in LESS_IS_BETTER else (_BETTER, _WORSE)
    title = f"{compared.primary.replace('_', ' ')}: difference to siloed, 95 % interval"
    drawing = Drawing(_LEFT + _WIDE + _RIGHT, _TOP + _ROW * len(found) + _BELOW, title)

    def x(value: float) -> float:
        return _LEFT + _WIDE * (value - low) / (high - low)

    drawing.text((8.0, 22.0), title, size=15.0)
    bottom = _TOP + _ROW * len(found)
    for tick in _ticks(low, high):
        drawing.line([(x(tick), _TOP), (x(tick), bottom)], "#999" if tick == 0 else "#e2e2dd", 1.0)
        drawing.text((x(tick), bottom + 20.0), f"{tick:g}", "middle")
    for row, (arm, one) in enumerate(found.items()):
        y = _TOP + _ROW * (row + 0.5)
        colour = more if one.low > 0 else less if one.high < 0 else _UNSURE
        drawing.text((_LEFT - 12.0, y + 4.0), arm.replace("_", " "), "end")
        drawing.line([(x(one.low), y), (x(one.high), y)], colour, 3.0)
        drawing.dot((x(one.estimate), y), colour, f"{arm}: {one.estimate:+,.2f} ({one.low:+,.2f} to {one.high:+,.2f})")
        drawing.text((_LEFT + _WIDE + 14.0, y + 4.0), f"{one.estimate:+,.2f}")
    return drawing


def funnel(compared: Comparison) -> Drawing:
    """Draw for the main arms which share of visits, and at last of customers, gets how far."""
    shown = [arm for arm in ("classic", SILOED, INTEGRATED) if arm in compared.mean]
    high = _ROW * len(shown)
    drawing = Drawing(_LEFT + _WIDE + _RIGHT, _TOP + (high + 14.0) * len(FUNNEL) + 10.0, "how far visits get")
    drawing.text((8.0, 22.0), drawing.title, size=15.0)
    for stage, name in enumerate(FUNNEL):
        top = _TOP + stage * (high + 14.0)
        drawing.text((_LEFT - 12.0, top + high / 2 + 4.0), name.replace("_", " "), "end")
        for row, arm in enumerate(shown):
            share = compared.mean[arm][name].estimate
            y = top + _ROW * row
            drawing.box((_LEFT, y), (_WIDE * share, _ROW - 2.0), COLOURS[row], f"{arm}: {share:.1%}")
            drawing.text((_LEFT + _WIDE * share + 8.0, y + _ROW / 2 + 4.0), f"{share:.1%} {arm}")
    return drawing


def weekly(compared: Comparison) -> Drawing:
    """Draw the cumulative profit of classic and integrated beside siloed, week by week, with 95 % bands."""
    shown = [arm for arm in ("classic", "integrated") if arm in compared.difference] or [*compared.difference][:2]
    title = "cumulative profit a customer, difference to siloed, by week"
    drawing = Drawing(_LEFT + _WIDE + _RIGHT, _TOP + _HIGH + _BELOW, title)
    bands = {arm: _bands(compared.profit_by_week[arm] - compared.profit_by_week[SILOED]) for arm in shown}
    low, high = _widened(min(band[1].min() for band in bands.values()), max(band[2].max() for band in bands.values()))
    weeks = len(next(iter(bands.values()))[0])

    def at(week: int, value: float) -> tuple[float, float]:
        return _LEFT + _WIDE * (week + 1) / weeks, _TOP + _HIGH * (high - value) / (high - low)

    drawing.text((8.0, 22.0), title, size=15.0)
    for tick in _ticks(low, high):
        left = at(-1, tick)
        drawing.line([left, (_LEFT + _WIDE, left[1])], "#999" if tick == 0 else "#e2e2dd", 1.0)
        drawing.text((_LEFT - 8.0, left[1] + 4.0), f"{tick:g}", "end")
    for week in range(0, weeks, max(1, weeks // 8)):
        drawing.text((at(week, 0)[0], _TOP + _HIGH + 20.0), str(week + 1), "middle")
    for number, (mean, lower, upper) in enumerate(bands.values()):
        colour = COLOURS[number]
        drawing.band([*(at(w, v) for w, v in enumerate(upper)), *(at(w, lower[w]) for w in range(weeks)[::-1])], colour)
        drawing.line([at(-1, 0.0), *(at(w, v) for w, v in enumerate(mean))], colour)
    below = 0.0
    for number, arm in sorted(enumerate(bands), key=lambda one: -bands[one[1]][0][-1]):
        right, height = at(weeks - 1, bands[arm][0][-1])
        below = max(height + 4.0, below + 14.0)
        drawing.text((right + 10.0, below), arm.replace("_", " "), colour=COLOURS[number])
    return drawing


def _bands(difference: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    found = bootstrap_means(difference)
    return tuple(np.array([getattr(one, end) for one in found]) for end in ("estimate", "low", "high"))  # type: ignore[return-value]


def _widened(low: float, high: float) -> tuple[float, float]:
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 6
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(float(power * factor) for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [float(step * number) for number in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]
