"""Forecasts that need no model, in every table so that each figure can be read against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.dataset.periods import trading_periods
from shelfwise.hookspecs import hookimpl
from shelfwise.types import DemandForecast, ForecastRequest, Index, State

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["SeasonalNaive", "Zero"]


@attrs.define(eq=False)
class SeasonalNaive:
    """Repeat the last season: each period is as the last open one at its place; every quantile equals the mean.

    ``season_length`` is in periods; 1 repeats the last value.
    """

    season_length: int = attrs.field(default=7, validator=attrs.validators.ge(1))
    _last: NDArray[np.float64] = attrs.field(init=False, factory=lambda: np.zeros((0, 0, 1)))
    _items: Index = attrs.field(init=False, factory=Index)
    _nodes: Index = attrs.field(init=False, factory=Index)
    _periods: int = attrs.field(init=False, default=0)

    @hookimpl
    def train(self, dataset: Dataset) -> None:
        """Remember the last season of each series."""
        panel = dataset.demand_panel()
        kept = trading_periods(panel).columns
        self._items, self._nodes, self._periods = panel.items, panel.nodes, len(kept)
        self._last = np.zeros((len(panel.items), len(panel.nodes), self.season_length))
        for column, period in enumerate(kept):
            opened = panel.open[:, period]
            self._last[:, opened, column % self.season_length] = panel.units[:, opened, period]

    @hookimpl
    def forecast(self, request: ForecastRequest, state: State) -> DemandForecast:
        """Repeat what was remembered; 0 for what was not."""
        item, node = self._items.positions(request.item_ids), self._nodes.positions(request.node_ids)
        known = (item >= 0)[:, None] & (node >= 0)
        last = np.where(known[..., None], self._last[np.ix_(item, node)], 0.0)
        mean = last[..., (self._periods + np.arange(request.horizon_days)) % self.season_length]
        return _point_forecast(request, state, mean)


@attrs.define(eq=False)
class Zero:
    """Forecast nothing at all: on sparse demand it wins where absolute errors are counted, and on nothing else."""

    @hookimpl
    def forecast(self, request: ForecastRequest, state: State) -> DemandForecast:
        """Answer 0 everywhere."""
        shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
        return _point_forecast(request, state, np.zeros(shape))


def _point_forecast(request: ForecastRequest, state: State, mean: NDArray[np.float64]) -> DemandForecast:
    quantiles = np.broadcast_to(mean, (len(request.quantiles), *mean.shape))
    items, nodes = Index(request.item_ids), Index(request.node_ids)
    return DemandForecast(items, nodes, state.starts_on, request.quantiles, mean, quantiles, {"base": mean})
