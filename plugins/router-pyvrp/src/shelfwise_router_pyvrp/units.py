"""Whole numbers for a solver that knows no others: how many steps make a km, a minute, and a unit of the currency."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyvrp.constants import MAX_VALUE

from shelfwise.routing.problem import Problem
from shelfwise.routing.timing import ANY_TIME

__all__ = ["Units", "lowered", "raised", "steps"]

_EXACT = 1, 10, 60, 100, 600, 1000
"""Steps per unit that are tried, in which every number of a table may be whole."""

_FINE = 1e5
"""Steps in the largest number of a table that is whole in none: rounding is then a hundred-thousandth of it."""

_PRICE = 1e3
"""What the smallest price of a step is at least where none are whole."""

_TOLERANCE = 1e-6


@attrs.frozen
class Units:
    """Steps per km, per minute and per unit of the currency; minutes are counted from ``origin`` on."""

    km: int
    minutes: int
    money: float
    origin: float

    @classmethod
    def of(cls, problem: Problem) -> Units:
        """Return units in which distances, times and prices are whole where that can be, and fine elsewhere."""
        types = problem.types
        times = np.concatenate(
            [
                *(problem.opens, problem.closes, problem.released, problem.service),
                *(types.opens, types.closes, types.most_minutes),
            ]
        )
        paces = np.unique(types.pace)
        km = steps(problem.distance)
        minutes = steps(times, *(problem.minutes * pace for pace in paces))
        prices = np.concatenate([types.cost_per_km / km, types.cost_per_minute / minutes])
        return cls(km, minutes, _money(prices[prices > 0.0], km), float(types.opens.min(initial=0.0)))

    def opening(self, minutes: float) -> int:
        """Return the first whole moment that is not before ``minutes``."""
        return self._moment(np.ceil((minutes - self.origin) * self.minutes - _TOLERANCE))

    def closing(self, minutes: float) -> int:
        """Return the last whole moment that is not after ``minutes``."""
        return self._moment(np.floor((minutes - self.origin) * self.minutes + _TOLERANCE))

    @staticmethod
    def _moment(moment: float) -> int:
        return int(min(max(moment, 0.0), MAX_VALUE))

    def limit(self, amount: float, per_unit: int) -> int:
        """Return a limit in steps, rounded down."""
        return int(min(np.floor(amount * per_unit + _TOLERANCE), MAX_VALUE))

    def price(self, amount: float) -> int:
        """Return an amount of the currency."""
        return round(amount * self.money)


def steps(*tables: ArrayLike) -> int:
    """Return how many steps make a unit, so that all numbers are whole, or as good as whole; boundless ones aside."""
    numbers = [np.asarray(table, dtype=np.float64).ravel() for table in tables]
    for candidate in _EXACT:
        if all(_whole(table, candidate) for table in numbers):
            return candidate
    largest = max(float(np.max(np.abs(table), where=np.abs(table) < ANY_TIME, initial=0.0)) for table in numbers)
    return max(1, int(10 ** np.ceil(np.log10(_FINE / largest))))


def raised(values: ArrayLike, scale: ArrayLike) -> NDArray[np.int64]:
    """Return values in steps, rounded up."""
    return np.ceil(np.asarray(values) * scale - _TOLERANCE).astype(np.int64)


def lowered(values: ArrayLike, scale: ArrayLike) -> NDArray[np.int64]:
    """Return values in steps, rounded down."""
    return np.floor(np.asarray(values) * scale + _TOLERANCE).astype(np.int64)


def _money(prices: NDArray[np.float64], start: int) -> float:
    """Return by what to multiply prices so that they are whole, or as good as whole."""
    if not len(prices):
        return float(start)
    for scale in (float(start) * 10.0**power for power in range(4)):
        if np.all(np.abs(prices * scale - np.rint(prices * scale)) <= _TOLERANCE):
            return scale
    return _PRICE / float(prices.min())


def _whole(table: NDArray[np.float64], candidate: int) -> bool:
    """Tell whether a table is whole in steps; its beginning is looked at first, for most are not."""
    for part in (table[:100], table):
        scaled = part[np.abs(part) < ANY_TIME] * candidate
        if np.any(np.abs(scaled - np.rint(scaled)) > _TOLERANCE):
            return False
    return True
