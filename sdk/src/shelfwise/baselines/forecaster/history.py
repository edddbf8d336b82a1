"""What the forecaster learns from: one row a series, one column a period, on the calendar of the data itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Index

if TYPE_CHECKING:
    from shelfwise.dataset import DemandPanel

__all__ = ["Cadence", "History", "read_history"]

_MONTH_DAYS = 365.25 / 12
_REFERENCE_SMOOTHING = 0.1


@attrs.frozen
class Cadence:
    """The rhythm of the data: its first and last day, days per period, and periods per season (1: none)."""

    first: np.datetime64
    last: np.datetime64
    step_days: float
    season_length: int

    def phase(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """Return each day's place in the season, from 0 to ``season_length - 1``."""
        elapsed = (days - self.first) / np.timedelta64(1, "D")
        return np.rint(elapsed / self.step_days).astype(np.int64) % self.season_length

    def ahead(self, starts_on: np.datetime64, periods: int) -> NDArray[np.datetime64]:
        """Return the first day of each of ``periods`` periods, the first of which holds ``starts_on``."""
        offsets = np.rint(np.arange(periods) * self.step_days).astype("timedelta64[D]")
        days: NDArray[np.datetime64] = np.datetime64(starts_on, "D") + offsets
        return days


@attrs.frozen(eq=False)
class History:
    """Series x periods, shape (S, T); series ``s`` is item ``s // len(nodes)`` at node ``s % len(nodes)``.

    ``opened`` (nodes, T) tells when a node traded; ``observed`` marks periods in which it did and the item had been on sale before; ``in_stock`` those
    in which demand was not cut off. ``log_price`` is relative to the customary price, 0 where unknown.
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


def read_history(panel: DemandPanel, *, periods: int, season_length: int | None) -> History:
    """Return the last ``periods`` periods of a panel.

    Where no two days of trade are adjacent (weekly or monthly tables) only the days of trade are kept, and a period
    is their usual distance. ``season_length`` None means 7 for daily data and no season otherwise.

    An item is observed from the period after its first sale: what follows a first success is an unbiased sample of a
    process, the first success itself is not, and the zeros before it may be days on which it was not yet listed.
    """
    open_days = np.broadcast_to(panel.open, (len(panel.nodes), len(panel.days)))
    trading = np.flatnonzero(open_days.any(axis=0))
    gaps = np.diff(panel.days[trading]).astype(np.int64)
    sparse = len(gaps) > 0 and gaps.min() > 1
    kept = (trading if sparse else np.arange(len(panel.days)))[-periods:]
    step = float(np.median(gaps)) if sparse else 1.0
    step = _MONTH_DAYS if 28 <= step <= 31 else step
    length = season_length or (7 if step == 1 else 1)
    days = panel.days[kept].astype("datetime64[D]")
    cadence = Cadence(days[0], days[-1], step, length)

    def rows(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return values.reshape(-1, values.shape[-1])[:, kept]

    units = np.nan_to_num(rows(panel.units)).astype(np.float64)
    sold = np.zeros(units.shape, dtype=bool)
    np.logical_or.accumulate(units > 0, axis=1, out=sold)
    listed = np.zeros(units.shape, dtype=bool)
    listed[:, 1:] = sold[:, :-1]
    if len(kept) < len(panel.days) and not sparse:  # what was sold before the window was listed all through it
        listed |= (panel.units[..., : kept[0]] > 0).any(axis=-1).reshape(-1, 1)
    opened = open_days[:, kept]
    promoted = rows(panel.on_promotion).astype(bool)
    log_price, reference = _relative_price(rows(panel.price).astype(np.float64), promoted)
    return History(
        panel.items,
        panel.nodes,
        cadence,
        cadence.phase(days),
        opened,
        units,
        np.tile(opened, (len(panel.items), 1)) & listed,
        rows(panel.in_stock).astype(bool),
        promoted,
        log_price,
        reference,
    )


def _relative_price(price: NDArray[np.float64], promoted: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """Return log(price / customary price) and the customary price at the end.

    The customary price is an exponentially smoothed mean of past log prices, the adaptation-level reference price of
    the marketing literature (Winer 1986; Mazumdar, Raj & Sinha 2005). A shop without a promotion on record has no
    price plan to apply an effect to, and its realised prices vary with the quantity bought: there all is zero.
    """
    ratio = np.zeros(price.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_price = np.where(price > 0, np.log(price), np.nan)
    reference = np.full(len(price), np.nan)
    if not promoted.any():
        return ratio, reference
    for period in range(price.shape[1]):
        now = log_price[:, period]
        known = np.isfinite(now)
        reference = np.where(known & np.isnan(reference), now, reference)
        ratio[known, period] = (now - reference)[known]
        reference = np.where(known, reference + _REFERENCE_SMOOTHING * (now - reference), reference)
    return ratio, np.exp(reference)
