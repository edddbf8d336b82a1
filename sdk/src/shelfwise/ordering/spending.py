"""Spending what is scarce, money or room, where one more unit of it saves most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.lines import Lines

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SLICES = 16
"""Parts into which a line is cut to compare what they save."""


def spend(
    lines: Lines, rows: Ints, ordered: Floats, wanted: Floats, price: Floats, limit: float
) -> tuple[Floats, float]:
    """Return quantities of the lines ``rows`` that cost at most ``limit``, and what one more unit of it would save.

    ``ordered`` (already), ``wanted`` and ``price`` (cost of a unit) have one number a row. Every line is cut into
    slices of whole packs, the first at least its minimum; slices are taken in the order of what they save per unit of
    cost (the Lagrangian of the newsvendor under a budget: Hadley and Whitin 1963, section 6-3), then whole packs of
    what still fits.
    """
    pack, minimum = lines.pack[rows], lines.minimum[rows]
    packs = np.rint(wanted / pack)
    ends = np.ceil(packs[:, None] * np.arange(_SLICES + 1) / _SLICES - 1e-9) * pack[:, None]
    ends[:, 1:] = np.maximum(ends[:, 1:], np.minimum(minimum, wanted)[:, None])
    saved = lines.coverage.at((rows, None)).saved(lines.costs.at((rows, None)), ordered[:, None] + ends)
    cost = np.diff(ends, axis=1) * price[:, None]
    worth = np.divide(np.diff(saved, axis=1), cost, out=np.full_like(cost, np.inf), where=cost > 0)
    worth = np.minimum.accumulate(worth, axis=1)
    line, part = np.divmod(np.argsort(-worth, axis=None, kind="stable"), _SLICES)
    taken = np.cumsum(cost[line, part]) <= limit + 1e-9
    quantity = np.zeros(len(rows))
    np.maximum.at(quantity, line[taken], ends[line[taken], part[taken] + 1])
    left = limit - float(quantity @ price)
    rest = line[~taken & (cost[line, part] > 0)]
    marginal = 0.0 if not len(rest) else max(float(worth[line, part][~taken & (cost[line, part] > 0)][0]), 0.0)
    for row in dict.fromkeys(rest.tolist()):
        fits = np.floor(min(wanted[row] - quantity[row], max(left, 0.0) / price[row]) / pack[row] + 1e-9) * pack[row]
        if fits > 0 and quantity[row] + fits >= minimum[row]:
            quantity[row] += fits
            left -= fits * price[row]
    return quantity, marginal


def spend_budget(lines: Lines, ordered: Floats, wanted: Floats, budget: float) -> tuple[Floats, float]:
    """Return what the budget allows of each line, and what one more unit of money would save.

    The budget pays purchases with the fixed costs of their orders, and has paid those placed today.
    """
    placed = np.where(lines.purchase, lines.placed_today + ordered, 0.0)
    spent = float(placed @ lines.unit_cost) + _fixed(lines, placed > 0)
    allowed, price = wanted.copy(), 0.0
    rows = np.flatnonzero(lines.purchase & (wanted > 0))
    while len(rows):
        limit = budget - spent - _fixed(lines, _marked(len(wanted), rows))
        money = lines.unit_cost[rows]
        if float(wanted[rows] @ money) <= limit + 1e-9:
            allowed[rows] = wanted[rows]
            break
        allowed[rows] = 0.0
        bought, value = spend(lines, rows, ordered[rows], wanted[rows], money, max(limit, 0.0))
        price = max(price, value)
        paid = limit >= 0.0 and bought.any()
        kept = np.isin(lines.group[rows], lines.group[rows[bought > 0]]) if paid else _cheaper(lines, rows)
        if kept.all():
            allowed[rows] = bought
            break
        rows = rows[kept]
    return allowed, price


def _fixed(lines: Lines, chosen: NDArray[np.bool_]) -> float:
    """The fixed cost of the orders that hold a chosen line."""
    groups, first = np.unique(lines.group[chosen], return_index=True)
    return float(lines.fixed_cost[chosen][first].sum()) if len(groups) else 0.0


def _marked(length: int, rows: Ints) -> NDArray[np.bool_]:
    marked = np.zeros(length, dtype=bool)
    marked[rows] = True
    return marked


def _cheaper(lines: Lines, rows: Ints) -> NDArray[np.bool_]:
    """Leave out the order with the highest fixed cost."""
    worst = lines.group[rows[np.argmax(lines.fixed_cost[rows])]]
    return np.asarray(lines.group[rows] != worst)
