"""Whole distances and durations, a table for each pace and each set of deliveries that a vehicle is kept from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.problem import Ints, Problem
from shelfwise.routing.timing import ANY_TIME
from shelfwise_router_pyvrp.units import Units, raised

__all__ = ["Tables"]


class Tables:
    """The tables of a problem. Where a vehicle may not go is farther than the distance that it is allowed."""

    def __init__(self, problem: Problem, units: Units) -> None:
        """Prepare the tables of ``problem``."""
        self.distances: list[Any] = []
        self.durations: list[Any] = []
        self._problem, self._units = problem, units
        self._numbers: dict[tuple[float, bytes], int] = {}
        self._paces: dict[float, Ints] = {}
        self._unknown = (problem.distance >= ANY_TIME) | (problem.minutes >= ANY_TIME)
        # Nothing starts anywhere: the last place is where routes end.
        self._unknown[-1] = False
        self._km = np.rint(np.where(self._unknown, 0.0, problem.distance) * units.km)
        self._km[-1] = 0.0
        # Nobody goes from a place to itself, whatever a matrix says of that.
        np.fill_diagonal(self._km, 0.0)
        self._km = self._km.astype(np.int64)
        # No vehicle goes as far: it would have to take the longest leg to every place, and back from each.
        self._too_far = 2 * len(self._km) * int(self._km.max()) + 1

    def profile(self, kind: int, kept_from: NDArray[np.bool_]) -> tuple[int, int]:
        """Return the number of the tables that hold for a type of vehicle, and the whole distance that it may go.

        ``kept_from`` (deliveries,) are those that the tables keep it from.
        """
        pace = float(self._problem.types.pace[kind])
        key = pace, kept_from.tobytes()
        if key not in self._numbers:
            self._numbers[key] = len(self.distances)
            self.distances.append(self._without(kept_from))
            if pace not in self._paces:
                minutes = np.where(self._unknown, 0.0, self._problem.minutes)
                minutes[-1] = 0.0
                np.fill_diagonal(minutes, 0.0)
                self._paces[pace] = raised(minutes * pace, self._units.minutes)
            self.durations.append(self._paces[pace])
        most = self._units.limit(float(self._problem.types.most_km[kind]), self._units.km)
        return self._numbers[key], min(most, self._too_far)

    def _without(self, kept_from: NDArray[np.bool_]) -> Ints:
        closed = np.zeros(len(self._km), dtype=np.bool_)
        closed[: len(kept_from)] = kept_from
        blocked = self._unknown | closed[:, None] | closed
        blocked[:, -1] = blocked[-1] = False
        np.fill_diagonal(blocked, val=False)
        return np.where(blocked, self._too_far + 1, self._km)
