"""The order lines that a plan may hold, as columns: one row for every item at every node that a lane supplies."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.costs import UnitCosts
from shelfwise.ordering.coverage import Coverage
from shelfwise.ordering.law import CountLaw
from shelfwise.ordering.shelf_life import demand_until_expiry
from shelfwise.ordering.situation import Situation

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
    open_today: NDArray[np.bool_]
    """Whether the lane takes orders today."""
    alone: NDArray[np.bool_]
    """Whether the order is of this item only, since its lane is paid for it."""
    pack: Floats
    minimum: Floats
    maximum: Floats
    unit_cost: Floats
    fixed_cost: Floats
    """Of the whole order."""
    coverage: Coverage
    """What stock has to last for until the order after this one can arrive."""
    remaining: Floats
    """Units that the node has and expects, without orders placed today, less its demand until such an order arrives."""
    costs: UnitCosts
    review_holding: Floats
    """Of a unit for a review period."""
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
    reason: NDArray[np.object_]
    """What the policy says of the line, may be empty."""


def possible_lines(
    situation: Situation,
    reorder_level: Floats,
    level: Floats | None = None,
    reasons: NDArray[np.object_] | None = None,
) -> Lines:
    """Lay out the possible lines at the planned nodes.

    Arrays have shape (items, nodes). ``level`` is by default, and where it is NaN, the reorder level and the demand by
    which an order is meant to last longer than a review period.
    """
    items, supply, echelon, stock = situation.state.items, situation.supply, situation.echelon, situation.stock
    cycles, costs, review_days = situation.cycles, situation.costs, situation.review_days
    shelf_law = demand_until_expiry(situation)
    item, column = np.nonzero(supply.source[:, situation.nodes] >= 0)
    node = situation.nodes[column]
    at, rows = (item, node), situation.items[item]
    purchase = supply.purchase[at]
    rate = echelon.rate[at]
    shelf_mean = shelf_law.mean[at]
    pack = _at_least(items.pack_size[rows], 0.0, 1.0)
    least = np.maximum(np.where(purchase, np.nan_to_num(items.minimum_order[rows]), 0.0), supply.minimum[at])
    unit_cost = supply.unit_cost[at] + np.where(purchase, np.nan_to_num(items.unit_cost[rows]), 0.0)
    margin_ratio = costs.shortage[at] / (costs.shortage[at] + _at_least(items.unit_cost[rows], 0.0, 1.0))
    sellable = CountLaw(np.nan_to_num(shelf_mean), np.nan_to_num(shelf_law.variance[at])).quantile(margin_ratio)
    spread = np.rint((cycles.days[at] - review_days[at]) * rate)
    usual = reorder_level[at] + spread
    return Lines(
        item=item,
        node=node,
        source=supply.source[at],
        purchase=purchase,
        lead_days=supply.lead_days[at],
        group=cycles.group[at],
        open_today=supply.open_today[at],
        alone=supply.own_cost[at],
        pack=pack,
        minimum=np.ceil(least / pack - 1e-9) * pack,
        maximum=supply.maximum[at],
        unit_cost=unit_cost,
        fixed_cost=cycles.fixed_cost[at],
        coverage=situation.coverage.at(at),
        remaining=(stock.position + stock.leaving - stock.placed_today)[at] - rate * supply.lead_days[at],
        costs=costs.at(at),
        review_holding=situation.daily_holding[at] * review_days[at],
        reorder_level=reorder_level[at],
        level=usual if level is None else np.where(np.isnan(level[at]), usual, level[at]),
        ceiling=np.where(np.isnan(shelf_mean), np.inf, sellable),
        position=echelon.position[at],
        placed_today=stock.placed_today[at],
        rate=rate,
        reason=np.full(len(item), "", dtype=object) if reasons is None else reasons[at],
    )


def _at_least(values: Floats, bound: float, otherwise: float) -> Floats:
    """Replace what is not above ``bound``, or no number."""
    return np.where(values > bound, values, otherwise)
