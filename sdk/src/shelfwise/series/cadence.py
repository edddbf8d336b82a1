"""The rhythm of the data: days, weeks or months, and the season in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Cadence"]


@attrs.frozen
class Cadence:
    """The rhythm of the data: its first and last period, days per period, and periods per season (1: none)."""

    first: np.datetime64
    last: np.datetime64
    step_days: float
    season_length: int

    def number(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """Return the number of the period that begins nearest to each day (of its month), 0 being the first."""
        if self._monthly:
            months = days.astype("datetime64[M]") - self.first.astype("datetime64[M]")
            return np.asarray(months, dtype=np.int64)
        elapsed = (days - self.first).astype("timedelta64[D]").astype(np.float64)
        return np.rint(elapsed / self.step_days).astype(np.int64)

    def ahead(self, starts_on: np.datetime64, periods: int) -> tuple[NDArray[np.datetime64], NDArray[np.int64]]:
        """Return the first day and the place in the season of the ``periods`` periods from ``starts_on``.

        A week or month that the data has already seen begin is not forecast again: the next one comes first.
        """
        start, last = self.number(np.array([starts_on, self.last])).tolist()
        if self.step_days > 1:
            start = max(start, last + 1)
        numbers = start + np.arange(periods)
        return self._first_days(numbers), numbers % self.season_length

    def ends(self, days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
        """Return the first day after each of the periods that begin on ``days``."""
        if not self._monthly:
            return np.asarray(days + np.timedelta64(max(round(self.step_days), 1), "D"), dtype="datetime64[D]")
        months = days.astype("datetime64[M]")
        return np.asarray((months + 1).astype("datetime64[D]") + (days - months), dtype="datetime64[D]")

    def to_json(self) -> dict[str, Any]:
        """Return the rhythm as JSON can hold it."""
        return {
            "first": str(self.first),
            "last": str(self.last),
            "step_days": self.step_days,
            "season_length": self.season_length,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Cadence:
        """Return what :meth:`to_json` gave."""
        first, last = (np.datetime64(document[name], "D") for name in ("first", "last"))
        return cls(first, last, document["step_days"], document["season_length"])

    @property
    def _monthly(self) -> bool:
        return 28 <= self.step_days <= 31

    def _first_days(self, numbers: NDArray[np.int64]) -> NDArray[np.datetime64]:
        if not self._monthly:
            days: NDArray[np.datetime64] = self.first + np.rint(numbers * self.step_days).astype("timedelta64[D]")
            return days
        month = self.first.astype("datetime64[M]")
        months: NDArray[np.datetime64] = (month + numbers).astype("datetime64[D]") + (self.first - month)
        return months
