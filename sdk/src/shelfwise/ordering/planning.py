"""From what is wanted to a plan: orders within every limit, and what stock they lead to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.constraints import quantities
from shelfwise.ordering.limits import shared_limits
from shelfwise.ordering.lines import possible_lines
from shelfwise.ordering.orders import make_orders
from shelfwise.ordering.outlook import look_ahead
from shelfwise.ordering.situation import Situation
from shelfwise.types import Index, ReplenishmentPlan, StockOutlook

Floats = NDArray[np.float64]


def plan(
    situation: Situation,
    reorder_level: Floats,
    *,
    level: Floats | None = None,
    reasons: NDArray[np.object_] | None = None,
) -> ReplenishmentPlan:
    """Order where stock is below its reorder level, within packs, minimums, lanes, shelf life, stock, room and budget.

    Arrays have shape (items, nodes), in units. ``reorder_level`` is compared with the situation's ``position``; an
    order is due where one of its lines is below. ``level`` is what the lines of an order that is due are filled up
    to, by default and where it is NaN the reorder level and what spreads the cost of ordering. ``reasons`` are texts
    that stand before the reason of a line, where they are not empty.

    A policy that wants q units, decided as if nothing had been ordered today, passes
    ``position - placed_today + q`` as both levels: planning again, with its orders under way, then orders nothing
    more as long as q is the same.
    """
    request, nodes = situation.request, situation.nodes
    lines = possible_lines(situation, reorder_level, level, reasons)
    chosen = quantities(lines, shared_limits(situation))
    outlook = look_ahead(situation, lines, chosen)
    item_index, node_index = Index(request.item_ids), Index(request.node_ids)
    return ReplenishmentPlan(
        items=item_index,
        nodes=node_index,
        orders=make_orders(situation.state, request.item_ids, lines, chosen, outlook),
        stock_outlook=StockOutlook(
            item_index,
            node_index,
            outlook.available[:, nodes],
            outlook.in_stock_probability[:, nodes],
            outlook.unit_value[:, nodes],
            outlook.lasts_days[:, nodes],
        ),
        projected_stock=outlook.projected[:, nodes],
        budget_price=chosen.budget_price,
    )
