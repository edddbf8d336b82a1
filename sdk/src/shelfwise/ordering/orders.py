"""Orders in words and figures: the lines that are ordered, grouped by source, node and day of arrival."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.constraints import Quantities
from shelfwise.ordering.lines import Lines
from shelfwise.ordering.outlook import Outlook
from shelfwise.ordering.skipping import cost_if_skipped
from shelfwise.ordering.words import number
from shelfwise.types import Order, OrderLines, State

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

_LEAST_TOLD = 0.05
"""Units below which nothing is said of what is lost."""
_BECAUSE = {
    "minimum_order": "raised to the minimum order",
    "pack_size": "rounded up to whole packs",
    "lane_maximum": "cut to the most the lane takes",
    "shelf_life": "cut to what sells within its shelf life",
    "source_stock": "cut to a fair share of what the source has",
    "capacity": "cut to the room at the node",
    "budget": "cut to the budget",
}


def make_orders(
    state: State, item_ids: tuple[str, ...], lines: Lines, plan: Quantities, outlook: Outlook
) -> tuple[Order, ...]:
    """Return the orders of the lines with a quantity; ids name source, node, both days, and an item paid alone."""
    rows = np.flatnonzero(plan.ordered > 0)
    rows = rows[np.argsort(lines.group[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(lines.group[rows], prepend=-1))
    names = np.asarray(item_ids, dtype=object)
    stock_out_on = _stock_out_on(state, outlook.days_left[lines.item, lines.node])
    orders = []
    for part in np.split(rows, starts[1:]) if len(rows) else ():
        first = part[0]
        source, node = state.nodes.index[lines.source[first]], state.nodes.index[lines.node[first]]
        alone = f":{names[lines.item[first]]}" if lines.alone[first] else ""
        arrives_on = state.starts_on + timedelta(days=int(lines.lead_days[first]))
        orders.append(
            Order(
                order_id=f"{source}>{node}:{state.starts_on}:{arrives_on}{alone}",
                from_node_id=source,
                to_node_id=node,
                place_on=state.starts_on,
                arrives_on=arrives_on,
                lines=_order_lines(names, lines, plan, stock_out_on, part),
                fixed_cost=float(lines.fixed_cost[first]),
            )
        )
    return tuple(orders)


def _order_lines(
    names: NDArray[np.object_], lines: Lines, plan: Quantities, stock_out_on: Days, rows: NDArray[np.int64]
) -> OrderLines:
    quantity, position = plan.ordered[rows], lines.position[rows]
    after = position + quantity
    coverage, rate = lines.coverage.at(rows), lines.rate[rows]
    return OrderLines(
        item_ids=tuple(names[lines.item[rows]]),
        quantity=quantity,
        unconstrained_quantity=plan.unconstrained[rows],
        safety_stock=np.maximum(lines.reorder_level[rows] - coverage.sold, 0.0),
        cover_days_before=_cover(position, rate),
        cover_days_after=_cover(after, rate),
        expected_fill_rate=coverage.fill_rate(quantity),
        cost=quantity * lines.unit_cost[rows],
        binding_constraints=tuple(plan.binding[rows]),
        reasons=tuple(_reason(lines, plan, row) for row in rows),
        stock_out_on=stock_out_on[rows],
        cost_if_skipped=cost_if_skipped(lines, rows, quantity),
    )


def _stock_out_on(state: State, days_left: Floats) -> Days:
    """Return the day on which the stock of each line ends, NaT where it does not."""
    ends = np.isfinite(days_left)
    days = np.datetime64(state.starts_on) + np.where(ends, days_left, 0.0).astype("timedelta64[D]")
    return np.where(ends, days, np.datetime64("NaT"))


def _cover(position: Floats, rate: Floats) -> Floats:
    return np.divide(np.maximum(position, 0.0), rate, out=np.zeros_like(rate), where=rate > 0)


def _reason(lines: Lines, plan: Quantities, row: int) -> str:
    sold, level = lines.coverage.sold[row], lines.reorder_level[row]
    safety = level - sold
    text = (
        f"{sold:,.1f} expected to sell until the next order can arrive"
        f" {'and' if safety >= 0 else 'less'} {abs(safety):,.1f} {'for safety' if safety >= 0 else 'left to chance'},"
        f" {number(lines.position[row])} on hand and on order: {number(plan.unconstrained[row])} needed"
    )
    if lines.level[row] > level:
        text += f", with {number(lines.level[row] - level)} more to spread the cost of ordering"
    lost = lines.coverage.demand[row] - sold
    before = f"{lost:,.1f} lost before this one can" if lost >= _LEAST_TOLD else ""
    parts = (lines.reason[row], text, before, _BECAUSE.get(plan.binding[row], ""))
    return "; ".join(part for part in parts if part)
