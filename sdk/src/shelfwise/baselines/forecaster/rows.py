"""What is known of each series that a request asks for, the new ones served by their category and node."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.learned import Learned
from shelfwise.baselines.forecaster.model import Model, trading_season
from shelfwise.types import ForecastRequest, State

__all__ = ["Rows", "look_up"]


@attrs.frozen(eq=False)
class Rows:
    """One row a requested series, items before nodes; ``effects`` has the three coefficients of a row."""

    level: NDArray[np.float64]
    spread: NDArray[np.float64]
    season: NDArray[np.float64]
    effects: NDArray[np.float64]
    reference_price: NDArray[np.float64]


def look_up(known: Learned, model: Model, request: ForecastRequest, state: State) -> Rows:
    """Return the rows of a request.

    A series without training has the mean level of its category's launches, scaled to its node, and a spread that
    says how little that tells. Categories never seen count as the mean of all, weighted by their items.
    """
    item = np.repeat(known.items.positions(request.item_ids), len(request.node_ids))
    node = np.tile(known.nodes.positions(request.node_ids), len(request.item_ids))
    group = np.repeat(_groups(known, request, state), len(request.node_ids))
    trained = (item >= 0) & (node >= 0)
    series = np.where(trained, item * len(known.nodes) + node, 0)
    levels, weight = model.levels, np.bincount(known.group, minlength=len(known.groups))

    def of_group(values: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = np.average(values, axis=0, weights=weight)
        return np.concatenate([values, mean[None]])[group]

    node_level = np.append(levels.nodes, 1.0)[node]
    trades = np.concatenate([model.trades, model.trades.any(axis=0)[None]])[node]
    profile = trading_season(of_group(model.group_season), trades)
    effects = np.where((item >= 0)[:, None], model.effects.items[item], of_group(model.effects.groups))
    catalogue = np.append(state.items.price, np.nan)[state.items.index.positions(request.item_ids)]
    price = np.where(trained, known.reference_price[series], np.nan)
    return Rows(
        level=np.where(trained, levels.level[series], of_group(levels.groups) * node_level),
        spread=np.where(trained, model.spread[series] + levels.doubt[series], model.common_spread + levels.prior_doubt),
        season=np.where(trained[:, None], model.season[series], profile),
        effects=effects,
        reference_price=np.where(np.isnan(price), np.repeat(catalogue, len(request.node_ids)), price),
    )


def _groups(known: Learned, request: ForecastRequest, state: State) -> NDArray[np.int64]:
    """Return the category of each requested item: as trained, else as in the state, else -1 for the mean of all."""
    trained = known.items.positions(request.item_ids)
    listed = state.items.index.positions(request.item_ids)
    names = np.append(state.items.category, "")[listed]
    return np.where(trained >= 0, known.group[trained], known.groups.positions(str(name) for name in names))
