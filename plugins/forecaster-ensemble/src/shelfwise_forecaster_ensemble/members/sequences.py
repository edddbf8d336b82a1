"""What networks see: the recent past of a series step by step, and what is known of the periods ahead."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_forecaster_ensemble.features import Features, Places
from shelfwise_forecaster_ensemble.panel import Panel
from shelfwise_forecaster_ensemble.summary import LEVEL

__all__ = ["AHEAD_WIDTH", "PAST_WIDTH", "STATIC_WIDTH", "Sequences", "Views", "widths"]

PAST_WIDTH, AHEAD_WIDTH, STATIC_WIDTH = 9, 11, 14
"""Numbers of a period of the past, of one ahead, covariates left out, and of the past as a whole."""
_SCALE = 0.5
"""Typical size of a change of the logarithm of demand."""


@attrs.frozen(eq=False)
class Views:
    """Series seen from origins, one a row: ``past`` (rows, C, width) and ``ahead`` (rows, H, width) of :func:`widths`.

    ``static`` (rows, STATIC_WIDTH) describes the level, ``codes`` (rows, 3) the item, node and category, counted from
    1, 0 for one that is unknown; ``base`` (rows,) is the level in logarithms that demand is learned relative to,
    ``low`` (rows,) tells where whole demand is learned as counts.
    """

    past: NDArray[np.float32]
    ahead: NDArray[np.float32]
    static: NDArray[np.float32]
    codes: NDArray[np.int64]
    base: NDArray[np.float32]
    low: NDArray[np.bool_]


def widths(panel: Panel) -> tuple[int, int]:
    """Return how many numbers are seen of a period of the past of a panel, and of one ahead."""
    return PAST_WIDTH + panel.past_only.size, AHEAD_WIDTH + int((~panel.past_only).sum())


@attrs.frozen(eq=False)
class Sequences:
    """A panel laid out so that views are gathered from it; ``context`` periods are looked back at."""

    features: Features
    context: int

    def views(self, row: NDArray[np.int64], origin: NDArray[np.int64], step: NDArray[np.int64]) -> Views:
        """Return views of series ``row`` from before ``origin`` and of the plans that follow it.

        ``step`` says how far ahead each of them is, counted from 0. Beyond the last plan that there is, it is repeated.
        """
        features, panel, past = self.features, self.features.panel, self.features.past
        places = Places(row, origin, np.zeros(row.size, np.int64))
        known = (past.spread, past.age, past.mean_level, past.zeros, past.idle, past.usual_promotion, past.usual_price)
        relative = (*past.levels[:LEVEL], *past.levels[LEVEL + 1 :], past.plain, past.promoted)

        def before(values: NDArray[np.float32]) -> NDArray[np.float32]:
            return past.at(values, row, origin)

        level, usual_level = np.nan_to_num(before(past.levels[LEVEL])), np.nan_to_num(before(past.usual_level))
        static = [level, *(np.nan_to_num(before(values)) for values in known)]
        static += [np.nan_to_num(before(values) - level) for values in relative]
        static += [values[row, origin] for values in (panel.trends.item, panel.trends.node)]
        own = row[:, None]
        back = origin[:, None] + np.arange(-self.context, 0)
        inside, at = back >= 0, np.maximum(back, 0)
        told = inside & panel.mask[own, at]
        demand = np.where(told, (features.log_units[own, at] - level[:, None]) / _SCALE, np.float32(0.0))
        seen = [*self._plans(own, at), *self._covariates(at, known_ahead=False)]
        front = np.minimum(origin[:, None] + np.arange(step.size), panel.days.size - 1)
        ahead = [
            *self._plans(own, front),
            panel.price_level[own, front] - usual_level[:, None],
            panel.price_level[own, front] - panel.rivals_level[own, front],
            panel.rivals_price[own, front],
            np.broadcast_to(np.log1p(step.astype(np.float32)), front.shape),
            *self._covariates(front, known_ahead=True),
        ]
        return Views(
            past=np.stack(
                [demand, told.astype(np.float32), *(np.where(inside, one, np.float32(0)) for one in seen)], 2
            ),
            ahead=np.stack(ahead, axis=2),
            static=np.stack(static, axis=1),
            codes=np.stack([panel.item[row], panel.node[row], panel.group[row]], axis=1) + 1,
            base=features.base(places),
            low=features.low(places),
        )

    def _covariates(self, period: NDArray[np.int64], *, known_ahead: bool) -> list[NDArray[np.float32]]:
        """Return covariates up to each period, the mean where none is known yet: all, or only those known ahead."""
        chosen = ~self.features.panel.past_only if known_ahead else slice(None)
        return [np.nan_to_num(values[period + 1]) for values in self.features.last_told[chosen]]

    def _plans(self, row: NDArray[np.int64], period: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        """Return promotion, price, those of rivals, and the calendar, of seven columns."""
        panel = self.features.panel
        plans = (panel.promoted, panel.log_price, panel.rivals_promoted)
        return [*(values[row, period] for values in plans), *(turn[period] for turn in self._turns)]

    @cached_property
    def _turns(self) -> NDArray[np.float32]:
        """Where each period lies in the season and in the year, as points on a circle, (4, T + H)."""
        panel = self.features.panel
        season = 2.0 * np.pi * panel.phase / max(panel.cadence.season_length, 1)
        year = 2.0 * np.pi * (panel.days - panel.days.astype("datetime64[Y]")).astype(np.float64) / 365.25
        return np.stack([np.sin(season), np.cos(season), np.sin(year), np.cos(year)]).astype(np.float32)
