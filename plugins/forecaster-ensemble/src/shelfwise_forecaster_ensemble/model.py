"""Everything the ensemble has learned, and what it expects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Covariates, History, Norms, demand_quantiles, holidays
from shelfwise.types import Calendar, Deadline
from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.ahead import Ahead
from shelfwise_forecaster_ensemble.blend import Blend
from shelfwise_forecaster_ensemble.buckets import bucket_of
from shelfwise_forecaster_ensemble.calibration import Calibration
from shelfwise_forecaster_ensemble.expectation import Expectation, at_levels
from shelfwise_forecaster_ensemble.members.member import Member
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["Model", "rests"]

_BLOCK = 1_024
"""Series that are forecast at a time, which bounds memory and how late an answer is."""
_FEWEST_HOLIDAYS = 2
"""Holidays on which a node would have traded, without which nothing is said of them."""


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

    def past(self, *, use_in_stock: bool) -> Panel:
        """Return the record of every series, which no request changes."""
        return self._past if use_in_stock or not self.history.censored else self._past_at_face_value

    @cached_property
    def _past(self) -> Panel:
        return Panel.of(self.history, self.covariates, use_in_stock=True).summarised()

    @cached_property
    def _past_at_face_value(self) -> Panel:
        return Panel.of(self.history, self.covariates, use_in_stock=False).summarised()

    def ready(self) -> None:
        """Compute what the first answer would have to wait for."""
        _ = self._past
        demand_quantiles(np.ones(1), np.ones(1), LEVELS, whole=self.whole)

    def expect(self, ahead: Ahead, levels: tuple[float, ...], deadline: Deadline) -> Expectation:
        """Return what is expected of the periods asked for, by as many of the members as there is time for."""
        blocks = np.array_split(np.arange(ahead.panel.series), 1 + ahead.panel.series // _BLOCK)
        found = []
        for done, rows in enumerate(blocks):
            due = deadline.share(1.0 / (len(blocks) - done))
            found.append(self._expect(ahead if len(blocks) == 1 else ahead.take(rows), levels, due))
        return Expectation.joined(found)

    def _expect(self, ahead: Ahead, levels: tuple[float, ...], deadline: Deadline) -> Expectation:
        panel = ahead.panel
        told: list[Outlook] = []
        for member in self.members.values():
            if deadline.expired:
                break
            told.append(member.outlook(panel))
        heard = tuple(self.members.values())[: len(told)]
        outlook = self._outlook(panel, told, ahead.holiday)
        if deadline.expired:
            # Without time to ask what else could have been, all of it is counted as usual.
            heard, plain = (), outlook.mean.astype(np.float64)
            priced, usual = plain, plain
        else:
            plain, priced = self._unplanned(ahead, outlook, heard)
            usual = self._usual(ahead, plain, heard)
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
        quantiles = at_levels(levels, outlook.quantiles * scale[..., None])
        if self.whole:
            quantiles = np.rint(quantiles)
        return Expectation(
            parts={name: part[:, kept] for name, part in parts.items()},
            mean=mean[:, kept],
            quantiles=quantiles[..., kept],
        )

    def _outlook(self, panel: Panel, told: Iterable[Outlook], holiday: NDArray[np.bool_]) -> Outlook:
        """Return what members expect together, in units."""
        blended = self.blend.mix(told, panel.group, panel.step)
        bucket = np.tile(bucket_of(panel.step), panel.series)
        flat = self.calibration.apply(blended.quantiles.reshape(-1, len(LEVELS)), bucket)
        mean, quantiles = np.expm1(blended.mean), np.expm1(flat).reshape(blended.quantiles.shape)
        unheard, shut = self._unheard(panel, mean), self._shut(panel, holiday)
        if unheard.size:
            mean[unheard], quantiles[unheard] = self._launches(panel.take(unheard))
        mean[shut], quantiles[shut] = 0.0, 0.0
        return Outlook(mean, quantiles)

    def _mean(self, panel: Panel, heard: tuple[Member, ...], holiday: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the mean that some of the members expect together, in units."""
        mean = np.expm1(self.blend.mix((member.outlook(panel) for member in heard), panel.group, panel.step).mean)
        unheard = self._unheard(panel, mean)
        if unheard.size:
            mean[unheard] = self._launches(panel.take(unheard))[0]
        mean[self._shut(panel, holiday)] = 0.0
        return mean.astype(np.float64)

    def _unheard(self, panel: Panel, mean: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the series without a record, and those of which nobody said anything."""
        return np.flatnonzero(np.isnan(mean).any(axis=1) | ~panel.mask.any(axis=1))

    def _shut(self, panel: Panel, holiday: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return when nodes are closed, (S, H)."""
        shut = ~self.norms.trading(panel.node)[:, panel.phase[panel.known :]]
        resting: NDArray[np.bool_] = np.append(self.rests, self.rests.all())[panel.node][:, None] & holiday
        return shut | resting

    def _launches(self, panel: Panel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        expected = self.norms.expected(panel.item, panel.node, panel.group, panel.alike)
        mean = expected.level[:, None] * expected.season[:, panel.phase[panel.known :]]
        quantiles = demand_quantiles(mean, expected.spread[:, None], LEVELS, whole=self.whole)
        return mean, np.moveaxis(quantiles, 0, -1)

    def _unplanned(
        self, ahead: Ahead, outlook: Outlook, heard: tuple[Member, ...]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the means had nothing been planned, and had only prices been."""
        expected = outlook.mean.astype(np.float64)
        promoted = ahead.planned("promoted", "rivals_promoted")
        planned = promoted | ahead.planned("log_price", "rivals_price")

        def without(what: NDArray[np.bool_], change: Callable[[Panel], Panel]) -> NDArray[np.float64]:
            rows, places = np.flatnonzero(what.any(axis=1)), np.flatnonzero(what.any(axis=0))
            if not rows.size:
                return expected
            # Where nothing is planned members would say the same again.
            some = change(ahead.panel.take(rows).only(places))
            found, cells = expected.copy(), np.ix_(rows, places)
            found[cells] = np.where(what[cells], self._mean(some, heard, ahead.holiday[places]), expected[cells])
            return found

        return without(planned, Panel.without_plans), without(promoted, Panel.without_promotions)

    def _usual(self, ahead: Ahead, plain: NDArray[np.float64], heard: tuple[Member, ...]) -> NDArray[np.float64]:
        """Return the means had nothing been planned and the calendar told of nothing out of the ordinary."""
        known_ahead = ~self.covariates.past_only
        resting = ahead.holiday & self.rests.any()
        if not (known_ahead.any() or resting.any()):
            return plain
        some = ahead.panel.without_plans().on_usual_days(self.covariates.usual)
        differs = some.covariates[known_ahead] != ahead.panel.covariates[known_ahead]
        places = np.flatnonzero(differs[:, ahead.panel.known :].any(axis=0) | resting)
        usual = plain.copy()
        if places.size:
            usual[:, places] = self._mean(some.only(places), heard, np.zeros(places.size, bool))
        return usual

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
