"""The order lines that a plan may hold, as columns: one row for every item at every node that a lane supplies."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.inventory.cycle import Cycles
from shelfwise.baselines.inventory.echelon import Echelon
from shelfwise.baselines.inventory.law import CountLaw
from shelfwise.baselines.inventory.levels import UnitCosts
from shelfwise.baselines.inventory.network import Supply
from shelfwise.baselines.inventory.position import Stock
from shelfwise.types import Items

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Lines:
    """Columns of equal length, one row a possible line; quantities in units, money in currency."""

    item: Ints
    """Row in the plan's items."""
    node: Ints
    source: Ints
    purchase: NDArray[np.bool_]
    lead_days: Ints
    group: Ints
    """Lines of one number share an order."""
    alone: NDArray[np.bool_]
    """Whether the order is of this item only, since its lane is paid for it."""
    pack: Floats
    minimum: Floats
    maximum: Floats
    unit_cost: Floats
    fixed_cost: Floats
    """Of the whole order."""
    law: CountLaw
    """Demand until the order after this one can arrive, of the node and all it supplies."""
    remaining: Floats
    """Units that the node has and expects, without orders placed today, less its demand until such an order arrives."""
    costs: UnitCosts
    reorder_level: Floats
    """When one line of an order is below this, the order is due."""
    level: Floats
    """What the lines of an order that is due are filled up to."""
    ceiling: Floats
    """The most that can be sold before its shelf life ends (inf without one)."""
    position: Floats
    placed_today: Floats
    rate: Floats
    """Demand of a day."""


def possible_lines(
    items: Items,
    asked: tuple[Ints, Ints],
    supply: Supply,
    echelon: Echelon,
    stock: Stock,
    cycles: Cycles,
    costs: UnitCosts,
    reorder_level: Floats,
    shelf_law: CountLaw,
    review_days: int,
) -> Lines:
    """Lay out the possible lines of the ``asked`` catalogue rows and node rows.

    The level is the reorder level and the demand by which an order is meant to last longer than a review period.
    ``costs``, ``reorder_level`` and ``shelf_law`` have shape (items, nodes); the latter is the law of the demand
    from now until stock ordered now perishes, and means no limit where its mean is NaN.
    """
    catalogue, nodes = asked
    item, column = np.nonzero(supply.source[:, nodes] >= 0)
    node = nodes[column]
    at, rows = (item, node), catalogue[item]
    purchase = supply.purchase[at]
    rate = echelon.rate[at]
    shelf_mean = shelf_law.mean[at]
    pack = _at_least(items.pack_size[rows], 0.0, 1.0)
    least = np.maximum(np.where(purchase, np.nan_to_num(items.minimum_order[rows]), 0.0), supply.minimum[at])
    unit_cost = supply.unit_cost[at] + np.where(purchase, np.nan_to_num(items.unit_cost[rows]), 0.0)
    margin_ratio = costs.shortage[at] / (costs.shortage[at] + _at_least(items.unit_cost[rows], 0.0, 1.0))
    sellable = CountLaw(np.nan_to_num(shelf_mean), np.nan_to_num(shelf_law.variance[at])).quantile(margin_ratio)
    return Lines(
        item=item,
        node=node,
        source=supply.source[at],
        purchase=purchase,
        lead_days=supply.lead_days[at],
        group=cycles.group[at],
        alone=supply.own_cost[at],
        pack=pack,
        minimum=np.ceil(least / pack - 1e-9) * pack,
        maximum=supply.maximum[at],
        unit_cost=unit_cost,
        fixed_cost=cycles.fixed_cost[at],
        law=echelon.cover.at(at),
        remaining=(stock.position + stock.leaving - stock.placed_today)[at] - rate * supply.lead_days[at],
        costs=UnitCosts(costs.shortage[at], costs.holding[at]),
        reorder_level=reorder_level[at],
        level=reorder_level[at] + np.rint((cycles.days[at] - review_days) * rate),
        ceiling=np.where(np.isnan(shelf_mean), np.inf, sellable),
        position=echelon.position[at],
        placed_today=stock.placed_today[at],
        rate=rate,
    )


def _at_least(values: Floats, bound: float, otherwise: float) -> Floats:
    """Replace what is not above ``bound``, or no number."""
    return np.where(values > bound, values, otherwise)
