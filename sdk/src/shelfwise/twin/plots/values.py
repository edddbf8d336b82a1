"""What customers are worth: how their margin over the run is spread, arm by arm."""

from __future__ import annotations

import numpy as np

from shelfwise.evaluation.inventory.drawing import COLOURS, Drawing
from shelfwise.twin.findings import Findings
from shelfwise.twin.plots.frame import BELOW, LEFT, MAIN, RIGHT, TOP, WIDE, words

__all__ = ["values"]

_VIOLIN, _WIDTH, _POINTS = 74.0, 0.14, 160
"""Height of a violin in pixels, standard deviation of its kernel on the axis, and points of its outline."""
_SAMPLES = 400
_TICKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)


def values(found: Findings) -> Drawing:
    """Draw a violin an arm on an axis of log(1 + margin), with the middle eight in ten and the median."""
    shown = {arm: _on_axis(np.array(found.value_quantiles[arm])) for arm in MAIN if arm in found.value_quantiles}
    low = min(float(one[0]) for one in shown.values()) - 3 * _WIDTH
    high = max(float(one[-1]) for one in shown.values()) + 3 * _WIDTH
    bottom = TOP + _VIOLIN * len(shown)
    title = "margin of a customer over the run, in currency: half are below the dot, eight in ten within the bar"
    drawing = Drawing(LEFT + WIDE + RIGHT, bottom + BELOW, title)

    def x(place: float) -> float:
        return LEFT + WIDE * (place - low) / (high - low)

    drawing.text((8.0, 22.0), title, size=15.0)
    for tick in _TICKS:
        place = float(_on_axis(np.float64(tick)))
        if low <= place <= high:
            drawing.line([(x(place), TOP), (x(place), bottom)], "#e2e2dd", 1.0)
            drawing.text((x(place), bottom + 20.0), f"{tick:,}", "middle")
    grid = np.linspace(low, high, _POINTS)
    densities = {arm: _density(one, grid) for arm, one in shown.items()}
    most = max(float(density.max()) for density in densities.values())
    for row, (arm, places) in enumerate(shown.items()):
        middle, colour = TOP + _VIOLIN * (row + 0.5), COLOURS[MAIN.index(arm)]
        half = 0.46 * _VIOLIN * densities[arm] / most
        upper = [(x(place), middle - wide) for place, wide in zip(grid, half, strict=True)]
        lower = [(x(place), middle + wide) for place, wide in zip(grid, half, strict=True)]
        drawing.band([*upper, *lower[::-1]], colour)
        drawing.line([*upper, *lower[::-1], upper[0]], colour, 1.0)
        tenth, median, ninth = (found.value_quantiles[arm][at] for at in (2, 10, 18))
        drawing.line([(x(places[2]), middle), (x(places[18]), middle)], colour, 3.0)
        told = f"{arm}: a tenth below {tenth:,.2f}, half below {median:,.2f}, nine in ten below {ninth:,.2f}"
        drawing.dot((x(places[10]), middle), colour, told)
        drawing.text((LEFT - 12.0, middle + 4.0), words(arm), "end")
        drawing.text((LEFT + WIDE + 14.0, middle - 4.0), f"median {median:,.2f}")
        drawing.text((LEFT + WIDE + 14.0, middle + 12.0), f"{tenth:,.2f} to {ninth:,.2f}")
    return drawing


def _on_axis(margin: np.ndarray | np.float64) -> np.ndarray:
    return np.asarray(np.sign(margin) * np.log1p(np.abs(margin)))


def _density(places: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Return a density of Gaussian kernels, of shape (points,), from quantiles that are evenly apart."""
    levels = np.linspace(0.0, 1.0, len(places))
    sample = np.interp((np.arange(_SAMPLES) + 0.5) / _SAMPLES, levels, places)
    return np.asarray(np.exp(-0.5 * ((grid[:, None] - sample) / _WIDTH) ** 2).mean(axis=1))
