"""What is known of each series that a request asks for, the new ones served by their category and node."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.learned import Learned
from shelfwise.baselines.forecaster.model import Model
from shelfwise.series import Expected, groups_of, reference_prices
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
    expected: Expected
    effects: NDArray[np.float64]
    reference_price: NDArray[np.float64]


def look_up(known: Learned, model: Model, request: ForecastRequest, state: State) -> Rows:
    """Return the rows of a request.

    Effects of an item without training are those of its category, those of a category never seen the mean of all.
    """
    nodes = Index(request.node_ids)
    new = [item for item in request.item_ids if item not in known.items]
    catalogue = Index((*known.items.ids, *new))
    asked = catalogue.positions(request.item_ids)
    groups = np.concatenate([known.group, groups_of(new, known.groups, state)])
    item, node = np.repeat(asked, len(nodes)), np.tile(known.nodes.positions(nodes), len(asked))
    group, seen = groups[item], item < len(known.items)
    expected = model.norms.expected(np.where(seen, item, -1), node, group)
    own_effects = model.effects.items[np.minimum(item, len(known.items) - 1)]
    group_effects = model.norms.of_group(model.effects.groups, group)
    return Rows(
        catalogue=catalogue,
        catalogue_group=np.where(groups < 0, len(known.groups), groups),
        asked=asked,
        nodes=nodes,
        expected=expected,
        effects=np.where(seen[:, None], own_effects, group_effects),
        reference_price=reference_prices(known.reference_price, (known.items, known.nodes), (catalogue, nodes), state),
    )
