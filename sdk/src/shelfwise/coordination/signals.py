"""The signals that pass from one pass to the next, and their damping."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from shelfwise.types import DeliveryCosts, StockOutlook


@attrs.frozen(eq=False)
class Signals:
    """What a pass, or an earlier plan, tells the next; None where there is nothing to tell."""

    stock_outlook: StockOutlook | None = None
    delivery_costs: DeliveryCosts | None = None


def updated(old: StockOutlook, new: StockOutlook) -> StockOutlook:
    """Return an outlook with what a newer one says of its items and nodes in place of the old."""
    rows, columns = old.items.positions(new.items), old.nodes.positions(new.nodes)
    known = np.flatnonzero(rows >= 0), np.flatnonzero(columns >= 0)
    changes: dict[str, Any] = {}
    for name in ("available_to_promise", "in_stock_probability", "unit_value", "lasts_days"):
        values = np.array(getattr(old, name))
        values[np.ix_(rows[known[0]], columns[known[1]])] = getattr(new, name)[np.ix_(*known)]
        changes[name] = values
    return attrs.evolve(old, **changes)


def damped(old: Signals, new: Signals, damping: float) -> Signals:
    """Return the new signals with their prices pulled back to the old by ``damping``, a share between 0 and 1."""
    outlook, costs = new.stock_outlook, new.delivery_costs
    if outlook is not None and old.stock_outlook is not None and _same_axes(old.stock_outlook, outlook):
        price = damping * old.stock_outlook.unit_value + (1 - damping) * outlook.unit_value
        outlook = attrs.evolve(outlook, unit_value=price)
    if costs is not None and old.delivery_costs is not None and old.delivery_costs.zones == costs.zones:
        known = np.isfinite(old.delivery_costs.marginal_cost) & np.isfinite(costs.marginal_cost)
        price = np.array(costs.marginal_cost)
        price[known] += damping * (old.delivery_costs.marginal_cost - costs.marginal_cost)[known]
        costs = attrs.evolve(costs, marginal_cost=price)
    return Signals(outlook, costs)


def _same_axes(left: StockOutlook, right: StockOutlook) -> bool:
    return left.items == right.items and left.nodes == right.nodes
