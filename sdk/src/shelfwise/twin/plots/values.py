"""What customers are worth: how their margin over the run is spread, arm by arm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.evaluation.inventory.drawing import COLOURS, Drawing
from shelfwise.twin.findings import Findings
from shelfwise.twin.plots.frame import BELOW, LEFT, MAIN, RIGHT, TOP, WIDE, words

__all__ = ["values"]

Floats = NDArray[np.float64]

_VIOLIN, _WIDTH, _POINTS = 74.0, 0.14, 160
"""Height of a violin in pixels, standard deviation of its kernel on the axis, and points of its outline."""
_SAMPLES, _NOTHING = 400, 0.005
"""Customers that the quantiles are spread out to, and what margin is none."""
_TICKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)


def values(found: Findings) -> Drawing:
    """Draw a violin an arm of the customers who bring any margin, on an axis of log(1 + margin).

    Its area is in proportion to how many they are, its dot is their median, its bar the middle eight in ten of them.
    """
    customers = {arm: _spread(found.value_quantiles[arm]) for arm in MAIN if arm in found.value_quantiles}
    buyers = {arm: places[np.abs(places) > _NOTHING] for arm, places in customers.items()}
    ends = np.concatenate([*customers.values()])
    low, high = float(ends.min()) - 3 * _WIDTH, float(ends.max()) + 3 * _WIDTH
    bottom = TOP + _VIOLIN * len(buyers)
    title = "margin of a customer over the run, in currency, of those who bring any: median, and middle eight in ten"
    drawing = Drawing(LEFT + WIDE + RIGHT, bottom + BELOW, title)

    def x(margin: float) -> float:
        return LEFT + WIDE * (float(_on_axis(margin)) - low) / (high - low)

    drawing.text((8.0, 22.0), title, size=15.0)
    for tick in _TICKS:
        if LEFT <= x(tick) <= LEFT + WIDE:
            drawing.line([(x(tick), TOP), (x(tick), bottom)], "#e2e2dd", 1.0)
            drawing.text((x(tick), bottom + 20.0), f"{tick:,}", "middle")
    grid = np.linspace(low, high, _POINTS)
    across = np.linspace(LEFT, LEFT + WIDE, _POINTS)
    densities = {arm: _density(places, grid) for arm, places in buyers.items()}
    most = max(float(density.max()) for density in densities.values()) or 1.0
    for row, (arm, density) in enumerate(densities.items()):
        middle, colour = TOP + _VIOLIN * (row + 0.5), COLOURS[MAIN.index(arm)]
        half = 0.46 * _VIOLIN * density / most
        outline = [*zip(across, middle - half, strict=True), *zip(across[::-1], middle + half[::-1], strict=True)]
        drawing.band(outline, colour)
        drawing.line([*outline, outline[0]], colour, 1.0)
        drawing.text((LEFT - 12.0, middle + 4.0), words(arm), "end")
        drawing.text((LEFT + WIDE + 14.0, middle + 12.0), f"{1 - len(buyers[arm]) / _SAMPLES:.0%} bring nothing")
        if len(buyers[arm]):
            tenth, median, ninth = map(_margin, np.quantile(buyers[arm], (0.1, 0.5, 0.9)))
            drawing.line([(x(tenth), middle), (x(ninth), middle)], colour, 3.0)
            drawing.dot((x(median), middle), colour, f"{arm}: {median:,.2f}, eight in ten {tenth:,.2f} to {ninth:,.2f}")
            drawing.text((LEFT + WIDE + 14.0, middle - 4.0), f"median {median:,.2f}")
    return drawing


def _spread(quantiles: list[float]) -> Floats:
    """Return places of customers on the axis, as many between any two neighbouring quantiles."""
    levels = np.linspace(0.0, 1.0, len(quantiles))
    return np.asarray(np.interp((np.arange(_SAMPLES) + 0.5) / _SAMPLES, levels, _on_axis(quantiles)))


def _on_axis(margin: ArrayLike) -> Floats:
    return np.asarray(np.sign(margin) * np.log1p(np.abs(margin)))


def _margin(place: float) -> float:
    return float(np.sign(place) * np.expm1(abs(place)))


def _density(places: Floats, grid: Floats) -> Floats:
    """Return a sum of Gaussian kernels at the points of the grid."""
    return np.asarray(np.exp(-0.5 * ((grid[:, None] - places) / _WIDTH) ** 2).sum(axis=1))
