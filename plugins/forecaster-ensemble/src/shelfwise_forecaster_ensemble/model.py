"""Everything the ensemble has learned, and what it expects."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Covariates, History, Norms, demand_quantiles, holidays
from shelfwise.types import Calendar
from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.ahead import Ahead
from shelfwise_forecaster_ensemble.blend import Blend
from shelfwise_forecaster_ensemble.buckets import bucket_of
from shelfwise_forecaster_ensemble.calibration import Calibration
from shelfwise_forecaster_ensemble.members.member import Member
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["Expectation", "Model", "rests"]

_FEWEST_HOLIDAYS = 2
"""Holidays on which a node would have traded, without which nothing is said of them."""


@attrs.frozen(eq=False)
class Expectation:
    """What is expected of each series (S, H), without exposure: ``mean``, its ``parts``, ``quantiles`` (K, S, H)."""

    parts: dict[str, NDArray[np.float64]]
    mean: NDArray[np.float64] = array(np.float64)
    quantiles: NDArray[np.float64] = array(np.float64)


@attrs.frozen(eq=False)
class Model:
    """Members, their weights and calibration, and the record that they forecast from.

    ``norms`` say what to expect of a series of which no member has an opinion, such as one without a record, and what
    of a forecast is its season. ``rests`` (nodes,) tells which nodes close on holidays.
    """

    history: History
    covariates: Covariates
    norms: Norms
    members: Mapping[str, Member]
    blend: Blend
    calibration: Calibration
    typical_cut: float
    whole: bool
    rests: NDArray[np.bool_] = array(np.bool_)

    def expect(self, ahead: Ahead, levels: tuple[float, ...]) -> Expectation:
        """Return what is expected of the periods asked for."""
        panel, holiday = ahead.panel, ahead.holiday
        outlook = self._outlook(panel, holiday)
        plain, priced = self._unplanned(panel, outlook, holiday)
        usual = self._usual(panel, plain, holiday)
        stated = np.isfinite(ahead.uplift)
        uplift = np.where(stated, ahead.uplift, 1.0)
        mean = np.where(stated, plain * uplift, outlook.mean)
        priced = np.where(stated, plain, priced)
        scale = np.where(stated, mean / np.maximum(outlook.mean, 1e-9), 1.0)
        season = self._season(panel, usual)
        kept = slice(ahead.lead, None)
        parts = {"base": usual - season, "season": season, "price": priced - plain, "promotion": mean - priced}
        if usual is not plain:
            parts["calendar"] = plain - usual
        quantiles = _at(levels, outlook.quantiles * scale[..., None])
        if self.whole:
            quantiles = np.rint(quantiles)
        return Expectation(
            parts={name: part[:, kept] for name, part in parts.items()},
            mean=mean[:, kept],
            quantiles=quantiles[..., kept],
        )

    def _outlook(self, panel: Panel, holiday: NDArray[np.bool_]) -> Outlook:
        """Return what members expect together, in units."""
        trained = np.flatnonzero(panel.mask.any(axis=1) & bool(self.members))
        mean = np.full((panel.series, panel.horizon), np.nan)
        quantiles = np.zeros((*mean.shape, len(LEVELS)))
        if trained.size:
            mean[trained], quantiles[trained] = self._blended(panel.take(trained))
        unheard = np.flatnonzero(np.isnan(mean).any(axis=1))
        if unheard.size:
            mean[unheard], quantiles[unheard] = self._launches(panel.take(unheard))
        shut = ~self.norms.trading(panel.node)[:, panel.phase[panel.known :]]
        shut |= np.append(self.rests, self.rests.all())[panel.node][:, None] & holiday
        mean[shut], quantiles[shut] = 0.0, 0.0
        return Outlook(mean.astype(np.float32), quantiles.astype(np.float32))

    def _blended(self, panel: Panel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        told = (member.outlook(panel) for member in self.members.values())
        blended = self.blend.mix(told, panel.group, panel.horizon)
        bucket = np.tile(bucket_of(np.arange(panel.horizon)), panel.series)
        flat = self.calibration.apply(blended.quantiles.reshape(-1, len(LEVELS)), bucket)
        return np.expm1(blended.mean), np.expm1(flat).reshape(blended.quantiles.shape)

    def _launches(self, panel: Panel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        expected = self.norms.expected(panel.item, panel.node, panel.group)
        mean = expected.level[:, None] * expected.season[:, panel.phase[panel.known :]]
        quantiles = demand_quantiles(mean, expected.spread[:, None], LEVELS, whole=self.whole)
        return mean, np.moveaxis(quantiles, 0, -1)

    def _unplanned(
        self, panel: Panel, outlook: Outlook, holiday: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the means had nothing been planned, and had only prices been."""
        plain, priced = outlook.mean.astype(np.float64), outlook.mean.astype(np.float64)
        ahead = slice(panel.known, None)
        names = ("promoted", "log_price", "rivals_promoted", "rivals_price")
        touched = np.flatnonzero(np.any([getattr(panel, name)[:, ahead].any(axis=1) for name in names], axis=0))
        if touched.size:
            some = panel.take(touched)
            plain[touched] = self._outlook(some.without_plans(), holiday).mean
            priced[touched] = self._outlook(some.without_promotions(), holiday).mean
        return plain, priced

    def _usual(self, panel: Panel, plain: NDArray[np.float64], holiday: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the means had nothing been planned and the calendar told of nothing out of the ordinary."""
        known_ahead = bool((~self.covariates.past_only).any())
        if not (known_ahead or (holiday.any() and self.rests.any())):
            return plain
        some = panel.without_plans().on_usual_days(self.covariates.usual)
        return self._outlook(some, np.zeros_like(holiday)).mean.astype(np.float64)

    def _season(self, panel: Panel, plain: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what of the mean is due to the place in the season."""
        factor = self.norms.expected(panel.item, panel.node, panel.group).season[:, panel.phase[panel.known :]]
        return plain - np.divide(plain, factor, out=np.zeros_like(plain), where=factor > 0.05)


def rests(history: History, norms: Norms, calendar: Calendar) -> NDArray[np.bool_]:
    """Return which nodes were closed on every holiday on which they would have traded else, by the day; (nodes,)."""
    holiday = holidays(calendar, history.days) & (history.cadence.step_days == 1)
    due = norms.trades[:, history.phase] & holiday
    found: NDArray[np.bool_] = (due.sum(axis=1) >= _FEWEST_HOLIDAYS) & ~(due & history.opened).any(axis=1)
    return found


def _at(levels: tuple[float, ...], quantiles: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return quantiles at other levels, of shape (levels, S, H), from those at :data:`LEVELS` in the last place."""
    wanted = np.clip(levels, LEVELS[0], LEVELS[-1])
    place = np.clip(np.searchsorted(LEVELS, wanted) - 1, 0, len(LEVELS) - 2)
    known = np.array(LEVELS)
    share = (wanted - known[place]) / (known[place + 1] - known[place])
    low, high = quantiles[..., place], quantiles[..., place + 1]
    return np.asarray(np.moveaxis(low + share * (high - low), -1, 0), dtype=np.float64)
