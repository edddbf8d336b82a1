"""What the plots share: their measures in pixels, colours that say better or worse, and ticks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from shelfwise.evaluation.report import Interval
from shelfwise.twin.arms import INFORMED, INTEGRATED, SILOED
from shelfwise.twin.figures import LESS_IS_BETTER

__all__ = [
    "BELOW",
    "LEFT",
    "MAIN",
    "RIGHT",
    "ROW",
    "TOP",
    "UNSURE",
    "WIDE",
    "judged",
    "signed",
    "span",
    "ticks",
    "words",
]

LEFT, TOP, WIDE, ROW, RIGHT, BELOW = 190.0, 44.0, 560.0, 26.0, 190.0, 44.0
BETTER, WORSE, UNSURE = "#1c7a45", "#b3261e", "#8b8b85"
MAIN = "classic", SILOED, INTEGRATED, INFORMED
"""Arms that are drawn where all of them would be too many, each in the colour of its place."""


def judged(found: Interval, figure: str) -> str:
    """Return the colour of a difference: green where it is better for sure, red where it is worse, else grey."""
    more, less = (WORSE, BETTER) if figure in LESS_IS_BETTER else (BETTER, WORSE)
    return more if found.low > 0 else less if found.high < 0 else UNSURE


def signed(value: float) -> str:
    """Return a difference with its sign and three digits or all before the point."""
    if not np.isfinite(value):
        return "-"
    return f"{value:+,.3g}" if abs(value) < 100 else f"{value:+,.0f}"


def span(values: Iterable[float]) -> tuple[float, float]:
    """Return the ends of an axis with some room around its values, those that are none left out."""
    found = [value for value in values if np.isfinite(value)] or [0.0]
    room = 0.06 * (max(found) - min(found)) or 1.0
    return min(found) - room, max(found) + room


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return about as many round numbers between two."""
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(float(power * factor) for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [float(step * number) for number in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def words(name: str) -> str:
    """Return a name as it is said."""
    return name.replace("_", " ")
