"""What the past of each series comes to before the periods that it is looked at from: levels, spreads and habits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_forecaster_ensemble.trends import LEVEL_HALF_LIFE, smoothed

if TYPE_CHECKING:
    from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["LEVEL", "Summary"]

_HALF_LIVES = (2.0, LEVEL_HALF_LIFE, 32.0)
LEVEL = 1
"""The half-life, by its place, of the level that targets are relative to."""


@attrs.frozen(eq=False)
class Summary:
    """Summaries of the past of a panel before each period from ``since`` on, shape (S, T + 1 - since).

    Plans change none of them, so that all that is asked of one past shares them.
    """

    since: int
    levels: tuple[NDArray[np.float32], ...]
    mean_level: NDArray[np.float32]
    plain: NDArray[np.float32]
    promoted: NDArray[np.float32]
    spread: NDArray[np.float32]
    zeros: NDArray[np.float32]
    idle: NDArray[np.float32]
    age: NDArray[np.float32]
    usual_promotion: NDArray[np.float32]
    usual_price: NDArray[np.float32]
    usual_level: NDArray[np.float32]

    @classmethod
    def of(cls, panel: Panel, since: int = 0) -> Summary:
        """Summarise what is before the period ``since`` of a panel, and before each one after it."""
        log_units, mask, past = np.log1p(panel.units), panel.mask, slice(panel.known)
        flag = panel.promoted[:, past] > 0

        def mean(values: NDArray[np.float32], told: NDArray[np.bool_], half_life: float) -> NDArray[np.float32]:
            return smoothed(values, told, half_life, since=since)

        centre, square = mean(log_units, mask, 16.0), mean(log_units**2, mask, 16.0)
        count = np.concatenate([np.zeros((panel.series, 1)), mask.cumsum(axis=1)], axis=1)
        return cls(
            since=since,
            levels=tuple(mean(log_units, mask, half_life) for half_life in _HALF_LIVES),
            mean_level=np.log1p(mean(panel.units, mask, _HALF_LIVES[LEVEL])),
            plain=mean(log_units, mask & ~flag, 8.0),
            promoted=mean(log_units, mask & flag, 16.0),
            spread=np.sqrt(np.maximum(square - centre**2, 0.0)),
            zeros=mean((panel.units <= 0).astype(np.float32), mask, 16.0),
            idle=_idle(panel.units, mask)[:, since:],
            age=np.log1p(count[:, since:]).astype(np.float32),
            usual_promotion=mean(flag.astype(np.float32), mask, 16.0),
            usual_price=mean(panel.log_price[:, past], mask, 16.0),
            usual_level=mean(panel.price_level[:, past], mask, 16.0),
        )

    def take(self, rows: NDArray[np.int64]) -> Summary:
        """Return those of some of the series; a row of -1 is one without a record, of which all is unknown."""

        def own(values: NDArray[np.float32]) -> NDArray[np.float32]:
            return np.where(rows[:, None] >= 0, values[rows], np.float32(np.nan))

        fields = {field.name: getattr(self, field.name) for field in attrs.fields(Summary)}
        levels = tuple(own(level) for level in self.levels)
        rest = {name: own(values) for name, values in fields.items() if name not in ("since", "levels")}
        return Summary(since=self.since, levels=levels, **rest)

    def at(self, values: NDArray[np.float32], row: NDArray[np.int64], origin: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return one of the summaries of series ``row`` before each ``origin``."""
        return values[row, origin - self.since]


def _idle(units: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the logarithm of one plus the observed periods since the last sale, before each period."""
    out = np.zeros((units.shape[0], units.shape[1] + 1), dtype=np.float32)
    count = np.zeros(len(units), np.float32)
    for period in range(units.shape[1]):
        count = np.where(mask[:, period], np.where(units[:, period] > 0, 0.0, count + 1.0), count)
        out[:, period + 1] = count
    return np.log1p(out)
