"""What the forecaster learns from: one row a series, one column a period, on the calendar of the data itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Index

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset, DemandPanel

__all__ = ["Cadence", "History", "read_history"]

_REFERENCE_SMOOTHING = 0.05


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


@attrs.frozen(eq=False)
class History:
    """Series x periods, shape (S, T); series ``s`` is item ``s // len(nodes)`` at node ``s % len(nodes)``.

    ``opened`` (nodes, T) tells when a node traded; ``observed`` marks the periods in which it did and the item was
    on sale; ``in_stock`` those in which demand was not cut off. ``log_price`` is relative to the customary price, 0
    where that is unknown; ``reference_price`` (S,) is the customary price at the end.
    """

    items: Index
    nodes: Index
    cadence: Cadence
    phase: NDArray[np.int64]
    opened: NDArray[np.bool_]
    units: NDArray[np.float64]
    observed: NDArray[np.bool_]
    in_stock: NDArray[np.bool_]
    promoted: NDArray[np.bool_]
    log_price: NDArray[np.float64]
    reference_price: NDArray[np.float64]

    @property
    def item(self) -> NDArray[np.int64]:
        """The item row of each series."""
        return np.repeat(np.arange(len(self.items)), len(self.nodes))

    @property
    def node(self) -> NDArray[np.int64]:
        """The node row of each series."""
        return np.tile(np.arange(len(self.nodes)), len(self.items))


def read_history(dataset: Dataset, *, periods: int, season_length: int | None) -> History:
    """Return the last ``periods`` periods of a data set's demand.

    ``season_length`` None means 7 for daily data and no season otherwise.
    """
    from shelfwise.dataset.periods import trading_periods

    panel = dataset.demand_panel()
    calendar = trading_periods(panel)
    kept, days = calendar.columns[-periods:], calendar.days[-periods:]
    cadence = Cadence(days[0], days[-1], calendar.step_days, season_length or (7 if calendar.step_days == 1 else 1))

    def rows(values: NDArray[Any]) -> NDArray[Any]:
        return values.reshape(-1, values.shape[-1])[:, kept]

    opened, promoted = panel.open[:, kept], rows(panel.on_promotion)
    on_sale = days >= _on_sale_from(dataset, panel)[:, None]
    log_price, reference = _relative_price(rows(panel.price), promoted)
    return History(
        items=panel.items,
        nodes=panel.nodes,
        cadence=cadence,
        phase=cadence.number(days) % cadence.season_length,
        opened=opened,
        units=rows(panel.units),
        observed=np.tile(opened, (len(panel.items), 1)) & on_sale,
        in_stock=rows(panel.in_stock),
        promoted=promoted,
        log_price=log_price,
        reference_price=reference,
    )


def _on_sale_from(dataset: Dataset, panel: DemandPanel) -> NDArray[np.datetime64]:
    """Return the first day that tells something of each series, shape (S,), in the far future where there is none.

    That is the first row of its demand where it says 0, and else the day after: what follows a first sale is an
    unbiased sample of the demand, the first sale itself is not.
    """
    first = dataset.demand.sort_values("date", kind="stable").drop_duplicates(["item_id", "node_id"])
    item, node = panel.items.positions(first["item_id"]), panel.nodes.positions(first["node_id"])
    known = (item >= 0) & (node >= 0)
    days = first["date"].to_numpy("datetime64[D]") + (first["units"].to_numpy() > 0).astype("timedelta64[D]")
    out = np.full(len(panel.items) * len(panel.nodes), np.datetime64("9999-01-01"))
    out[item[known] * len(panel.nodes) + node[known]] = days[known]
    return out


def _relative_price(
    price: NDArray[np.float64], promoted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return log(price / customary price) and the customary price at the end.

    The customary price is an exponentially smoothed mean of past log prices, the reference price of the marketing
    literature (Winer 1986; Mazumdar, Raj & Sinha 2005). A shop without a promotion on record has no price plan to
    apply an effect to, and its realised prices vary with the quantity bought: there all is unknown.
    """
    ratio, reference = np.zeros(price.shape), np.full(len(price), np.nan)
    if not promoted.any():
        return ratio, reference
    log_price = np.log(price, out=np.full(price.shape, np.nan), where=price > 0)
    for period in range(price.shape[1]):
        now = log_price[:, period]
        known = np.isfinite(now)
        reference = np.where(known & np.isnan(reference), now, reference)
        ratio[known, period] = (now - reference)[known]
        reference = np.where(known, reference + _REFERENCE_SMOOTHING * (now - reference), reference)
    return ratio, np.exp(reference)
