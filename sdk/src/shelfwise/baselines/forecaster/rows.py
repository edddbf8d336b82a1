"""What is known of each series that a request asks for, the new ones served by their category and node."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.learned import Learned
from shelfwise.baselines.forecaster.model import Model
from shelfwise.series import groups_of, reference_prices, trading_season
from shelfwise.types import ForecastRequest, Index, State

__all__ = ["Rows", "look_up"]


@attrs.frozen(eq=False)
class Rows:
    """One row a requested series, items before nodes.

    ``asked`` are the requested items as positions in ``catalogue``, which holds every item trained on as well;
    ``reference_price`` has shape (catalogue, nodes).
    """

    catalogue: Index
    catalogue_group: NDArray[np.int64]
    asked: NDArray[np.int64]
    nodes: Index
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
    nodes = Index(request.node_ids)
    new = [item for item in request.item_ids if item not in known.items]
    catalogue = Index((*known.items.ids, *new))
    asked = catalogue.positions(request.item_ids)
    groups = np.concatenate([known.group, groups_of(new, known.groups, state)])
    item, node = np.repeat(asked, len(nodes)), np.tile(known.nodes.positions(nodes), len(asked))
    seen = np.asarray(item < len(known.items))
    trained = seen & (node >= 0)
    series = np.where(trained, item * len(known.nodes) + node, 0)
    levels, weight = model.levels, np.bincount(known.group, minlength=len(known.groups))

    def of_group(values: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = np.average(values, axis=0, weights=weight)
        own: NDArray[np.float64] = np.concatenate([values, mean[None]])[groups[item]]
        return own

    node_level = np.append(levels.nodes, 1.0)[node]
    trades = np.concatenate([model.trades, np.any(model.trades, axis=0, keepdims=True)])[node]
    profile = trading_season(of_group(model.group_season), trades)
    own_effects = model.effects.items[np.minimum(item, len(known.items) - 1)]
    return Rows(
        catalogue=catalogue,
        catalogue_group=np.where(groups < 0, len(known.groups), groups),
        asked=asked,
        nodes=nodes,
        level=np.where(trained, levels.level[series], of_group(levels.groups) * node_level),
        spread=np.where(trained, model.spread[series] + levels.doubt[series], model.common_spread + levels.prior_doubt),
        season=np.where(trained[:, None], model.season[series], profile),
        effects=np.where(seen[:, None], own_effects, of_group(model.effects.groups)),
        reference_price=reference_prices(known.reference_price, (known.items, known.nodes), (catalogue, nodes), state),
    )
