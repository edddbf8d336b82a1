"""What the past says of demand: mean and variance of a day, for plans without a forecast."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import PluginError
from shelfwise.ordering.demand import DailyDemand, from_forecast, steady
from shelfwise.types import DemandForecast, Index, State

if TYPE_CHECKING:
    from shelfwise.dataset import DemandPanel

_ARRAYS, _IDS = "demand_statistics.npz", "demand_statistics.json"
_LEAST_DAYS = 28
"""Days of demand seen that a law is taken from."""


@attrs.frozen
class DemandStatistics:
    """Mean and variance of a calendar day's demand in units: arrays of shape (items, nodes)."""

    items: Index
    nodes: Index
    mean: NDArray[np.float64] = attrs.field(eq=False)
    variance: NDArray[np.float64] = attrs.field(eq=False)

    def daily(self, item_ids: Sequence[str], nodes: Index, days: int) -> DailyDemand:
        """Return the demand of each of the coming days, the same every day and none where nothing was learned."""
        rows, columns = self.items.positions(item_ids), self.nodes.positions(nodes)
        known = (rows >= 0)[:, None] & (columns >= 0)[None, :]
        if not known.any():
            return steady(np.zeros(known.shape), np.zeros(known.shape), days)
        mean, variance = self.mean[rows][:, columns], self.variance[rows][:, columns]
        return steady(np.where(known, mean, 0.0), np.where(known, variance, 0.0), days)

    def save(self, directory: Path) -> None:
        """Write the statistics into a directory."""
        np.savez_compressed(directory / _ARRAYS, mean=self.mean, variance=self.variance)
        ids = {"items": self.items.ids, "nodes": self.nodes.ids}
        (directory / _IDS).write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> DemandStatistics | None:
        """Read what :meth:`save` wrote; None where nothing was saved."""
        if not (directory / _IDS).exists():
            return None
        ids = json.loads((directory / _IDS).read_text(encoding="utf-8"))
        with np.load(directory / _ARRAYS, allow_pickle=False) as arrays:
            return cls(Index(ids["items"]), Index(ids["nodes"]), arrays["mean"], arrays["variance"])


def expected_demand(
    forecast: DemandForecast | None,
    statistics: DemandStatistics | None,
    item_ids: Sequence[str],
    state: State,
    days: int,
) -> DailyDemand:
    """Return the demand that the forecast expects or, without one, that of the past on each of the coming ``days``.

    Where the planner has said what a promotion does to demand, demand of the past is multiplied by it on its days.

    Raises:
        PluginError: there is neither.
    """
    nodes = state.nodes.index
    if forecast is not None:
        return from_forecast(forecast, item_ids, nodes)
    if statistics is None:
        raise PluginError("an inventory plan needs a forecast, or training on demand")
    demand = statistics.daily(item_ids, nodes, days)
    uplift = _planned_uplift(state, Index(item_ids), days)
    return demand if uplift is None else DailyDemand(demand.mean * uplift, demand.variance * uplift)


def _planned_uplift(state: State, items: Index, days: int) -> NDArray[np.float64] | None:
    """Return the factor on the demand of each of the coming days, of shape (items, nodes, days); None where none is."""
    start = np.datetime64(state.starts_on)
    factor = np.ones((len(items), len(state.nodes.index), days))
    known = False
    for promotion in state.promotions:
        row = items.position(promotion.item_id)
        first = int((np.datetime64(promotion.starts_on) - start).astype(int))
        last = int((np.datetime64(promotion.ends_on) - start).astype(int))
        if promotion.expected_uplift is None or row < 0 or last < 0 or first >= days:
            continue
        node = state.nodes.index.position(promotion.node_id) if promotion.node_id else slice(None)
        if node != -1:
            factor[row, node, max(first, 0) : last + 1] *= promotion.expected_uplift
            known = True
    return factor if known else None


@attrs.frozen(eq=False)
class ObservedDemand:
    """The units of the past that say what demand was: arrays of shape (items, nodes, days)."""

    items: Index
    nodes: Index
    units: NDArray[np.float64]
    seen: NDArray[np.bool_]
    """Days on which all demand was seen."""

    def of(self, item_id: str, node_id: str) -> NDArray[np.float64] | None:
        """Return units of the days on which demand was seen, None where they are too few to say what it is."""
        at = self.items.position(item_id), self.nodes.position(node_id)
        if min(at) < 0:
            return None
        seen = self.units[at][self.seen[at]]
        return seen if len(seen) >= _LEAST_DAYS and seen.any() else None

    @property
    def statistics(self) -> DemandStatistics:
        """Mean and variance of a day."""
        count = self.seen.sum(axis=2)
        mean = np.divide((self.units * self.seen).sum(axis=2), count, out=np.zeros(count.shape), where=count > 0)
        square = (self.seen * (self.units - mean[..., None]) ** 2).sum(axis=2)
        variance = np.divide(square, count - 1, out=mean.copy(), where=count > 1)
        return DemandStatistics(self.items, self.nodes, mean, variance)


def observe(panel: DemandPanel, history_days: int) -> ObservedDemand:
    """Take the last ``history_days``, from each item's first sale at a node on.

    Open days without stock are left out, since their demand was not seen; closed days count as days without
    demand, since lead times are in calendar days.
    """
    recent = slice(-history_days, None)
    is_open = np.broadcast_to(panel.open, panel.units.shape[1:])[..., recent]
    sold_before = np.cumsum(panel.units > 0, axis=2)[..., recent] > 0
    units = np.where(is_open, np.nan_to_num(panel.units[..., recent]), 0.0)
    return ObservedDemand(panel.items, panel.nodes, units, sold_before & (panel.in_stock[..., recent] | ~is_open))


def learn(panel: DemandPanel, history_days: int) -> DemandStatistics:
    """Take mean and variance of the demand of the last ``history_days``; see :func:`observe`."""
    return observe(panel, history_days).statistics
