"""The shop before the run: best sellers on every slate, and weekly orders up to some days of recent sales."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.twin.market import Slates
from shelfwise.twin.operator import Morning, Situation
from shelfwise.twin.scenario import Scenario

__all__ = ["Opening"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RECENT_DAYS, _WEEK = 28, 7
_SAFETY = 1.5
"""Standard deviations of Poisson demand that are kept beyond its mean."""


@attrs.define(eq=False)
class Opening:
    """A rule that needs no model, for the time in which the retailer's record comes about.

    ``opening`` (items, warehouses) is what it takes a day's demand to be before there is any.
    """

    scenario: Scenario
    opening: Floats

    def morning(self, situation: Situation) -> Morning:
        """Order on Mondays; couriers bring what was bought."""
        return self._orders(situation) if situation.day % _WEEK == 0 else Morning()

    def slates(self, situation: Situation, customer: Ints) -> Slates:
        """Show everybody the best sellers of the last weeks."""
        sold = self._daily(situation).sum(axis=1)
        best = np.argsort(-sold, kind="stable")[: self.scenario.operation.slate_size]
        item = np.tile(best, (len(customer), 1)).astype(np.int64)
        return Slates(item, np.full(item.shape, -1, np.int64))

    def _daily(self, situation: Situation) -> Floats:
        """Return mean units a day, of shape (items, warehouses)."""
        day = situation.day
        seen = situation.record.units[max(0, day - _RECENT_DAYS) : day].sum(axis=0)
        return np.asarray((seen + self.opening * max(0, _RECENT_DAYS - day)) / _RECENT_DAYS)

    def _orders(self, situation: Situation) -> Morning:
        goods = situation.record.world.goods
        daily = self._daily(situation)
        coming = np.zeros(daily.shape)
        np.add.at(coming, (situation.under_way.item, situation.under_way.node), situation.under_way.quantity)
        position = situation.on_hand + coming
        far = np.ceil(_up_to(daily[:, 1:], _WEEK + 1)) - position[:, 1:]
        far = np.floor(np.minimum(np.maximum(far, 0.0), _shares(far, situation.on_hand[:, 0])))
        item, other = np.nonzero(far >= 1.0)
        # Until the order after this one has come, and the warehouses behind the first have been filled from it.
        level = _up_to(daily.sum(axis=1), goods.lead_time_days + _WEEK) + _up_to(daily, _WEEK + 1).sum(axis=1)
        short = np.maximum(level - position.sum(axis=1), 0.0)
        packs = np.ceil(short / goods.pack_size) * goods.pack_size
        bought = np.flatnonzero((packs > 0) & (goods.launched_on <= situation.day))
        day = situation.day
        return Morning(
            item=np.concatenate([bought, item]),
            source=np.concatenate([np.full(len(bought), -1), np.zeros(len(item), np.int64)]),
            node=np.concatenate([np.zeros(len(bought), np.int64), other + 1]),
            quantity=np.concatenate([packs[bought], far[item, other]]),
            announced=np.concatenate([day + np.ceil(goods.lead_time_days[bought]), np.full(len(item), day + 1)]).astype(
                np.int64
            ),
        )


def _up_to(daily: Floats, days: Floats | float) -> Floats:
    """Return the demand of some days with its safety stock, at least one unit to show."""
    return np.asarray(np.maximum(daily * days + _SAFETY * np.sqrt(daily * days), 1.0))


def _shares(wanted: Floats, there: Floats) -> Floats:
    """Return what each warehouse may take of what the first one has, the same share of what each wants."""
    wanted = np.maximum(wanted, 0.0)
    return np.asarray(wanted * np.minimum(there / np.maximum(wanted.sum(axis=1), 1e-9), 1.0)[:, None])
