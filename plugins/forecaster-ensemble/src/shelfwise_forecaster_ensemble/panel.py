"""What every member sees: demand up to now, and what is known of the periods ahead."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Cadence, Covariates, History, rival_means
from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.summary import Summary
from shelfwise_forecaster_ensemble.trends import Trends

__all__ = ["Panel", "price_level"]

_PLANNED = ("promoted", "log_price", "rivals_promoted", "rivals_price", "price_level", "rivals_level")


@attrs.frozen(eq=False)
class Panel:
    """Series x periods: ``units`` and ``mask`` have shape (S, T), what is known of the future as well (S, T + H).

    ``mask`` marks the periods that tell of demand, ``trends`` what the like of each series lately sold. ``item``,
    ``node`` and ``group`` (S,) are codes, -1 for one that training did not see. ``promoted`` and ``log_price``
    (relative to the customary price) are those of the series, ``rivals_promoted`` and ``rivals_price`` the means over
    the other items of its category at its node; ``price_level`` is the logarithm of the price itself, 0 where unknown,
    and ``rivals_level`` the mean of those of the others. ``days`` (T + H,) is the first day of each period and
    ``phase`` its place in the season. ``covariates`` (C, T + H) are those of the calendar, alike for every series, NaN
    where unknown; those that are ``past_only`` (C,) must not be looked at from the origin on. ``step`` (H,) counts the
    periods ahead from 0, of which there may be only some. ``alike`` (S,) is how much more than its
    category an item without a record is thought to sell. ``summary`` is what the past comes to at its end, None where
    nobody asked yet.
    """

    cadence: Cadence
    trends: Trends
    item: NDArray[np.int64] = array(np.int64)
    node: NDArray[np.int64] = array(np.int64)
    group: NDArray[np.int64] = array(np.int64)
    units: NDArray[np.float32] = array(np.float32)
    mask: NDArray[np.bool_] = array(np.bool_)
    promoted: NDArray[np.float32] = array(np.float32)
    log_price: NDArray[np.float32] = array(np.float32)
    rivals_promoted: NDArray[np.float32] = array(np.float32)
    rivals_price: NDArray[np.float32] = array(np.float32)
    price_level: NDArray[np.float32] = array(np.float32)
    rivals_level: NDArray[np.float32] = array(np.float32)
    days: NDArray[np.datetime64] = array("datetime64[D]")
    phase: NDArray[np.int64] = array(np.int64)
    covariates: NDArray[np.float32] = array(np.float32, default=np.zeros((0, 0)))
    past_only: NDArray[np.bool_] = array(np.bool_, default=())
    step: NDArray[np.int64] = attrs.field()
    alike: NDArray[np.float64] = attrs.field()
    summary: Summary | None = None

    @step.default
    def _every_step(self) -> NDArray[np.int64]:
        return np.arange(self.horizon)

    @alike.default
    def _as_its_category(self) -> NDArray[np.float64]:
        return np.ones(self.series)

    @classmethod
    def of(cls, history: History, covariates: Covariates, *, use_in_stock: bool) -> Panel:
        """Return a history as a panel that ends where it ends, with the covariates of its periods."""
        block = (len(history.items), len(history.nodes), -1)
        flag, price = history.promoted.astype(np.float64), price_level(history)
        told = {"promoted": flag, "log_price": history.log_price, "price_level": price}
        rivals = (rival_means(values.reshape(block), history.group).reshape(flag.shape) for values in told.values())
        others = dict(zip(("rivals_promoted", "rivals_price", "rivals_level"), rivals, strict=True))
        columns: dict[str, Any] = {name: values.astype(np.float32) for name, values in (told | others).items()}
        units, mask = history.units.astype(np.float32), history.mask(use_in_stock=use_in_stock)
        return cls(
            cadence=history.cadence,
            trends=Trends.of(units, mask, history.item, history.node),
            item=history.item,
            node=history.node,
            group=history.group[history.item],
            units=units,
            mask=mask,
            days=history.days,
            phase=history.phase,
            covariates=covariates.values.astype(np.float32),
            past_only=covariates.past_only,
            **columns,
        )

    @property
    def series(self) -> int:
        """The number of series."""
        return len(self.units)

    @property
    def known(self) -> int:
        """The number of periods whose demand is known, T."""
        return int(self.units.shape[1])

    @property
    def horizon(self) -> int:
        """The number of periods ahead of which plans are known, H."""
        return int(self.days.size) - self.known

    def until(self, period: int, horizon: int) -> Panel:
        """Return the panel as it stood before a period, with plans for ``horizon`` periods from it on."""
        end = period + horizon
        ahead = {name: getattr(self, name)[..., :end] for name in (*_PLANNED, "days", "phase")}
        covariates = self.covariates[:, :end].copy()
        covariates[self.past_only, period:] = np.nan
        units, mask = self.units[:, :period], self.mask[:, :period]
        return attrs.evolve(
            self,
            units=units,
            mask=mask,
            trends=self.trends.until(period),
            covariates=covariates,
            step=np.arange(horizon),
            summary=None,
            **ahead,
        )

    def summarised(self) -> Panel:
        """Return the panel with its summary."""
        return attrs.evolve(self, summary=Summary.of(self, self.known))

    def take(self, rows: NDArray[np.int64]) -> Panel:
        """Return some of the series, in the order asked."""
        names = ("item", "node", "group", "alike", "units", "mask", *_PLANNED)
        summary = None if self.summary is None else self.summary.take(rows)
        own = {name: getattr(self, name)[rows] for name in names}
        return attrs.evolve(self, trends=self.trends.take(rows), summary=summary, **own)

    def only(self, ahead: NDArray[np.int64]) -> Panel:
        """Return the panel with only some of the periods ahead, by their places among those that it has."""
        columns = np.append(np.arange(self.known), self.known + ahead)
        planned = {name: getattr(self, name)[:, columns] for name in _PLANNED}
        covariates = self.covariates[:, columns] if len(self.covariates) else self.covariates
        days, phase, step = self.days[columns], self.phase[columns], self.step[ahead]
        return attrs.evolve(self, days=days, phase=phase, step=step, covariates=covariates, **planned)

    def without_plans(self) -> Panel:
        """Return the panel with neither a promotion nor a price of its own or of rivals in the periods ahead."""
        ahead = slice(self.known, None)
        price, rivals = self.price_level.copy(), self.rivals_level.copy()
        price[:, ahead] -= self.log_price[:, ahead]
        rivals[:, ahead] -= self.rivals_price[:, ahead]
        blank: dict[str, Any] = {name: _blank(getattr(self, name), self.known) for name in _PLANNED[:4]}
        return attrs.evolve(self, **blank, price_level=price, rivals_level=rivals)

    def on_usual_days(self, usual: NDArray[np.float64]) -> Panel:
        """Return the panel with the covariates that are known ahead at their ``usual`` values (C,) from now on."""
        covariates = self.covariates.copy()
        covariates[:, self.known :] = np.where(self.past_only, np.nan, usual)[:, None]
        return attrs.evolve(self, covariates=covariates)

    def without_promotions(self) -> Panel:
        """Return the panel with prices as planned but nothing advertised in the periods ahead."""
        return attrs.evolve(
            self,
            promoted=_blank(self.promoted, self.known),
            rivals_promoted=_blank(self.rivals_promoted, self.known),
        )


def price_level(history: History) -> NDArray[np.float64]:
    """Return the logarithm of prices (S, T), 0 where unknown or where nothing was ever promoted.

    Without a promotion on record a price is the mean of what was paid, which is no plan; see
    :func:`~shelfwise.series.relative_price`.
    """
    known = (history.price > 0) & bool(history.promoted.any())
    return np.log(history.price, out=np.zeros(history.price.shape), where=known)


def _blank(values: NDArray[np.float32], known: int) -> NDArray[np.float32]:
    out = values.copy()
    out[:, known:] = 0.0
    return out
