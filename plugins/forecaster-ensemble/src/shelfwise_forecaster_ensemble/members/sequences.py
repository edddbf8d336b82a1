"""What networks see: the recent past of a series step by step, and what is known of the periods ahead."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_forecaster_ensemble.features import Features, Places
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["AHEAD_WIDTH", "PAST_WIDTH", "Sequences", "Views", "widths"]

PAST_WIDTH, AHEAD_WIDTH = 9, 10
"""Numbers of a period of the past, and of one ahead, covariates left out."""
_SCALE = 0.5
"""Typical size of a change of the logarithm of demand."""


@attrs.frozen(eq=False)
class Views:
    """Series seen from origins, one a row: ``past`` (rows, C, width) and ``ahead`` (rows, H, width) of :func:`widths`.

    ``static`` (rows, 3) describes the level, ``codes`` (rows, 3) the item, node and category, counted from 1, 0 for one
    that is unknown; ``base`` (rows,) is the level in logarithms that demand is learned relative to.
    """

    past: NDArray[np.float32]
    ahead: NDArray[np.float32]
    static: NDArray[np.float32]
    codes: NDArray[np.int64]
    base: NDArray[np.float32]


def widths(panel: Panel) -> tuple[int, int]:
    """Return how many numbers are seen of a period of the past of a panel, and of one ahead."""
    return PAST_WIDTH + panel.past_only.size, AHEAD_WIDTH + int((~panel.past_only).sum())


@attrs.frozen(eq=False)
class Sequences:
    """A panel laid out so that views are gathered from it; ``context`` periods are looked back at."""

    features: Features
    context: int

    def views(self, row: NDArray[np.int64], origin: NDArray[np.int64], horizon: int) -> Views:
        """Return views of series ``row`` from before ``origin``, ``horizon`` periods ahead."""
        features, panel = self.features, self.features.panel
        places = Places(row, origin, np.zeros(row.size, np.int64))
        base, level = features.base(places), np.nan_to_num(features.levels[1][row, origin])
        back = origin[:, None] + np.arange(-self.context, 0)
        front = origin[:, None] + np.arange(horizon)
        inside = back >= 0
        at = np.maximum(back, 0)
        own = row[:, None]
        told = inside & panel.mask[own, at]
        demand = np.where(told, (features.log_units[own, at] - level[:, None]) / _SCALE, 0.0)
        seen = [*self._plans(own, at), *self._covariates(at, known_ahead=False)]
        past = np.stack([demand, told, *(np.where(inside, column, 0.0) for column in seen)], axis=2)
        step = np.log1p(np.arange(horizon, dtype=np.float32))
        ahead = np.stack(
            [
                *self._plans(own, front),
                panel.price_level[own, front] - np.nan_to_num(features.usual_level[row, origin])[:, None],
                panel.price_level[own, front] - panel.rivals_level[own, front],
                np.broadcast_to(step, front.shape),
                *self._covariates(front, known_ahead=True),
            ],
            axis=2,
        )
        static = np.stack([level, features.age[row, origin], np.nan_to_num(features.spread[row, origin])], axis=1)
        codes = np.stack([panel.item[row], panel.node[row], panel.group[row]], axis=1) + 1
        return Views(past.astype(np.float32), ahead.astype(np.float32), static.astype(np.float32), codes, base)

    def _covariates(self, period: NDArray[np.int64], *, known_ahead: bool) -> list[NDArray[np.float32]]:
        """Return covariates up to each period, the mean where none is known yet: all, or only those known ahead."""
        chosen = ~self.features.panel.past_only if known_ahead else slice(None)
        return [np.nan_to_num(values[period + 1]) for values in self.features.last_told[chosen]]

    def _plans(self, row: NDArray[np.int64], period: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        """Return promotion, price, those of rivals, and the calendar, of seven columns."""
        panel = self.features.panel
        season = 2.0 * np.pi * panel.phase[period] / max(panel.cadence.season_length, 1)
        days = panel.days[period]
        year = 2.0 * np.pi * (days - days.astype("datetime64[Y]")).astype(np.float64) / 365.25
        return [
            panel.promoted[row, period],
            panel.log_price[row, period],
            panel.rivals_promoted[row, period],
            np.sin(season),
            np.cos(season),
            np.sin(year),
            np.cos(year),
        ]
