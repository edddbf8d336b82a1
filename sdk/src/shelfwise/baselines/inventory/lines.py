"""The order lines that a plan may hold, as columns: one row for every item at every node that a lane supplies."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.inventory.echelon import Echelon
from shelfwise.baselines.inventory.law import CountLaw
from shelfwise.baselines.inventory.levels import UnitCosts
from shelfwise.baselines.inventory.network import Supply
from shelfwise.baselines.inventory.position import Stock
from shelfwise.types import Items

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LONGEST_CYCLE_DAYS = 91.0


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
    """Lines of one number share an order: the same source, node and day of arrival."""
    pack: Floats
    minimum: Floats
    maximum: Floats
    unit_cost: Floats
    fixed_cost: Floats
    """Of the whole order: the highest among the lanes of its lines."""
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
    costs: UnitCosts,
    reorder_level: Floats,
    shelf_law: CountLaw,
    review_days: int,
) -> Lines:
    """Lay out the possible lines of the ``asked`` catalogue rows and node rows.

    Where an order costs K whatever its size, those of one source to one node are meant to last
    T = sqrt(2 K / sum of daily holding x demand) days (the economic order interval, Silver, Pyke and Thomas,
    section 10.2), so that the level is the reorder level and the demand by which T exceeds a review period.
    ``costs``, ``reorder_level`` and ``shelf_law`` have shape (items, nodes); the latter is the law of the demand
    from now until stock ordered now perishes, and means no limit where its mean is NaN.
    """
    catalogue, nodes = asked
    item, column = np.nonzero(supply.source[:, nodes] >= 0)
    node = nodes[column]
    at, rows = (item, node), catalogue[item]
    purchase = supply.purchase[at]
    keys = np.column_stack([supply.source[at], node, supply.lead_days[at]])
    group = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1) if len(item) else np.zeros(0, dtype=np.int64)
    fixed = np.zeros(int(group.max()) + 1 if len(group) else 0)
    np.maximum.at(fixed, group, supply.fixed_cost[at])
    order_cost = np.zeros_like(fixed)
    np.maximum.at(order_cost, group, supply.order_cost[at])
    rate = echelon.rate[at]
    daily_holding = costs.holding[at] / review_days
    burden = np.bincount(group, daily_holding * rate, minlength=len(fixed))
    cycle = np.sqrt(np.divide(2.0 * order_cost, burden, out=np.zeros_like(fixed), where=burden > 0))
    extra = np.rint(np.clip(np.minimum(cycle, _LONGEST_CYCLE_DAYS)[group] - review_days, 0.0, None) * rate)
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
        group=group,
        pack=pack,
        minimum=np.ceil(least / pack - 1e-9) * pack,
        maximum=supply.maximum[at],
        unit_cost=unit_cost,
        fixed_cost=fixed[group],
        law=echelon.cover.at(at),
        remaining=stock.position[at] - stock.placed_today[at] - rate * supply.lead_days[at],
        costs=UnitCosts(costs.shortage[at], costs.holding[at]),
        reorder_level=reorder_level[at],
        level=reorder_level[at] + extra,
        ceiling=np.where(np.isnan(shelf_mean), np.inf, sellable),
        position=echelon.position[at],
        placed_today=stock.placed_today[at],
        rate=rate,
    )


def _at_least(values: Floats, bound: float, otherwise: float) -> Floats:
    """Replace what is not above ``bound``, or no number."""
    return np.where(values > bound, values, otherwise)
