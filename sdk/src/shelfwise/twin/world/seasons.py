"""What changes from day to day whatever the retailer decides: the week, the year, trends, promotions."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.twin.keyed import Keyed
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.world.goods import Goods

__all__ = ["FIRST_DAY", "Promotions", "Seasons"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST_DAY = np.datetime64("2025-01-06", "D")
"""Day 0 of every world, a Monday."""
_WEEK = np.array([0.9, 0.85, 0.9, 1.0, 1.2, 1.35, 0.8])
_YEAR, _SEASON = 0.12, 0.35
"""Amplitudes of the year in visits, and of a category's season in appeal."""
_HOLIDAY = 0.35
"""What a holiday multiplies visits by."""
_CUTS = 0.15, 0.2, 0.3
PLANNED_WEEKS = 6
"""Promotions are planned so many weeks beyond the run."""


@attrs.frozen(eq=False)
class Promotions:
    """One row a promotion of one item for one week; ``cut`` is the share taken off the price."""

    item: Ints
    first_day: Ints
    cut: Floats


@attrs.frozen(eq=False)
class Seasons:
    """Arrays by day.

    ``busy`` (days,) multiplies visits, ``holiday`` (days,) stands in the calendar, ``appeal`` (days, items) is added to
    what items are worth, ``price`` is in currency and ``promoted`` tells of an offer, both (days, items).
    """

    busy: Floats
    holiday: NDArray[np.bool_]
    appeal: NDArray[np.float32]
    price: NDArray[np.float32]
    promoted: NDArray[np.bool_]
    promotions: Promotions

    @classmethod
    def draw(cls, scenario: Scenario, draws: Keyed, goods: Goods) -> Seasons:
        """Draw the seasons of a world, to the end of the run and what is planned by then."""
        weeks = scenario.history_weeks + scenario.weeks + PLANNED_WEEKS
        day, item = np.arange(7 * weeks), np.arange(len(goods))
        busy = _WEEK[day % 7] * (1.0 + _YEAR * np.sin(2 * np.pi * (day / 365.25 + draws.uniforms("year"))))
        holiday = np.isin(FIRST_DAY + day, np.array(scenario.holidays, dtype="datetime64[D]"))
        peak = 2 * np.pi * draws.uniforms("season", goods.category)
        season = _SEASON * np.sin(2 * np.pi * day[:, None] / 365.25 + peak)
        step = draws.normals("drift", np.arange(weeks)[:, None], item)
        # Trends come back, or a long run would leave nothing but winners and losers.
        trend = np.zeros(step.shape)
        for week in range(1, weeks):
            trend[week] = 0.97 * trend[week - 1] + scenario.range.drift * step[week]
        monday = 7 * np.arange(weeks)
        on_offer = draws.uniforms("promotion", np.arange(weeks)[:, None], item) < scenario.range.promotions_per_week
        on_offer &= monday[:, None] >= goods.launched_on
        at, row = np.nonzero(on_offer)
        cut = np.array(_CUTS)[(draws.uniforms("cut", at, row) * len(_CUTS)).astype(int)]
        factor = np.ones((weeks, len(goods)))
        factor[at, row] = 1.0 - cut
        return cls(
            busy=np.where(holiday, _HOLIDAY, 1.0) * busy,
            holiday=holiday,
            appeal=(season + np.repeat(trend, 7, axis=0)).astype(np.float32),
            price=np.repeat(np.round(goods.price * factor, 2), 7, axis=0).astype(np.float32),
            promoted=np.repeat(on_offer, 7, axis=0),
            promotions=Promotions(row, monday[at], cut),
        )
