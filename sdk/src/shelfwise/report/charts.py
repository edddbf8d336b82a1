"""Charts over time as numbers for a template: paths in a square of 1000 by 1000, labels as percentages.

The square is stretched to the width of the page while labels, being text beside it, keep their size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

_SIDE = 1000.0
Floats = NDArray[np.float64]


@attrs.frozen
class Tick:
    """A label at a percentage of the axis, from the left or from the top."""

    at: float
    text: str


@attrs.frozen
class Shape:
    """A path with the CSS class that draws it."""

    kind: str
    path: str


@attrs.frozen
class Hover:
    """A day's strip and what is said when the pointer rests on it."""

    x: float
    width: float
    text: str


@attrs.frozen
class TimeChart:
    """Lines and bands over days that follow one another."""

    title: str
    summary: str
    shapes: tuple[Shape, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    hovers: tuple[Hover, ...]
    today: float | None
    """Where the past ends, as a percentage, if the past is shown."""


@attrs.frozen
class Frame:
    """The scales of a chart of ``days`` days whose values go from zero to ``top``."""

    days: int
    top: float

    def x(self, day: float) -> float:
        """Return the horizontal position of a day."""
        return _SIDE * (day + 0.5) / max(self.days, 1)

    def y(self, value: float) -> float:
        """Return the vertical position of a value."""
        return _SIDE * (1.0 - value / self.top)

    def line(self, first_day: int, values: Floats) -> str:
        """Return the path through one value a day."""
        return "M" + "L".join(self._points(first_day, values))

    def band(self, first_day: int, lower: Floats, upper: Floats) -> str:
        """Return the outline of the area between two lines."""
        there = self._points(first_day, upper)
        back = self._points(first_day, lower)[::-1]
        return "M" + "L".join([*there, *back]) + "Z"

    def strip(self, day: int, text: str) -> Hover:
        """Return the strip of one day."""
        width = _SIDE / max(self.days, 1)
        return Hover(x=round(day * width, 1), width=round(width, 1), text=text)

    def _points(self, first_day: int, values: Floats) -> list[str]:
        return [f"{self.x(first_day + i):.1f} {self.y(float(v)):.1f}" for i, v in enumerate(values)]


def frame(days: int, *series: Floats) -> tuple[Frame, tuple[float, ...]]:
    """Return scales that hold every series from zero up, and round values for the vertical axis."""
    highest = max((float(np.max(values)) for values in series if len(values)), default=0.0)
    steps = round_steps(highest)
    return Frame(days, steps[-1]), steps


def round_steps(highest: float, about: int = 4) -> tuple[float, ...]:
    """Return round values from zero to at least ``highest``, about ``about`` of them above zero.

    A step is 1, 2, 2.5 or 5 times a power of ten.
    """
    if not highest > 0:
        return (0.0, 1.0)
    rough = highest / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))
    return tuple(step * i for i in range(math.ceil(highest / step - 1e-9) + 1))


def y_ticks(scale: Frame, steps: Sequence[float]) -> tuple[Tick, ...]:
    """Return the labels of the vertical axis."""
    digits = 0 if all(float(step).is_integer() for step in steps) else 1 if steps[1] >= 0.1 else 2
    return tuple(Tick(scale.y(step) / 10, f"{step:,.{digits}f}") for step in steps)
