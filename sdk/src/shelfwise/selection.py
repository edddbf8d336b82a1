"""Cut a forecast down to what the caller asked for."""

from __future__ import annotations

import numpy as np

from shelfwise.types import DemandForecast, ForecastRequest, Index


def select(
    forecast: DemandForecast, asked: ForecastRequest, all_items: Index, selling: tuple[str, ...]
) -> DemandForecast:
    """Return the items, nodes, days and quantiles of ``asked``, in its order; empty ids mean all."""
    items, nodes = asked.item_ids or all_items.ids, asked.node_ids or selling
    if (items, nodes, asked.horizon_days, tuple(asked.quantiles)) == (
        forecast.items.ids,
        forecast.nodes.ids,
        forecast.horizon_days,
        forecast.levels,
    ):
        return forecast
    levels = np.array([forecast.levels.index(level) for level in asked.quantiles])
    cut = np.ix_(forecast.items.positions(items), forecast.nodes.positions(nodes), np.arange(asked.horizon_days))
    return DemandForecast(
        items=Index(items),
        nodes=Index(nodes),
        starts_on=forecast.starts_on,
        levels=asked.quantiles,
        mean=forecast.mean[cut],
        quantiles=forecast.quantiles[np.ix_(levels, *(axis.ravel() for axis in cut))],
        parts={name: part[cut] for name, part in forecast.parts.items()},
    )
