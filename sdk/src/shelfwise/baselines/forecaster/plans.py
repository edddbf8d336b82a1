"""What planned promotions and prices will do, over the horizon of a request."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.rows import Rows
from shelfwise.types import ForecastRequest, Index, State

__all__ = ["planned_factors"]

_LARGEST = 3.0
"""No effect is believed beyond a factor of exp(3), as in training."""


def planned_factors(
    state: State,
    request: ForecastRequest,
    rows: Rows,
    days: NDArray[np.datetime64],
    step_days: float,
    typical_cut: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the factors of price and of promotion, each of shape (rows, periods).

    A promotion counts in every period that it touches. Without a price it is taken to cut the price as promotions
    did before; the uplift that its planner expects, where given, stands in place of what was learned. Of several
    promotions at once, the last one stated counts.
    """
    shape = (len(request.item_ids), len(request.node_ids), len(days))
    promoted, cut, uplift = np.zeros(shape), np.zeros(shape), np.full(shape, np.nan)
    reference = rows.reference_price.reshape(shape[:2])
    items, nodes = Index(request.item_ids), Index(request.node_ids)
    ends = days + np.timedelta64(max(int(step_days) - 1, 0), "D")
    for plan in state.promotions:
        item, node = items.position(plan.item_id), nodes.position(plan.node_id)
        first = int(np.searchsorted(ends, np.datetime64(plan.starts_on)))
        last = int(np.searchsorted(days, np.datetime64(plan.ends_on), side="right"))
        if item < 0 or (plan.node_id and node < 0) or first >= last:
            continue
        where = slice(node, node + 1) if plan.node_id else slice(None)
        promoted[item, where, first:last] = plan.advertised
        cut[item, where, first:last] = _cut(plan.price, reference[item, where], typical_cut)[:, None]
        uplift[item, where, first:last] = np.nan if plan.expected_uplift is None else plan.expected_uplift
    promoted, cut, uplift = (values.reshape(-1, len(days)) for values in (promoted, cut, uplift))
    of_flag, of_price, of_both = (rows.effects[:, [k]] for k in range(3))
    price = np.exp(np.clip(of_price * cut, -_LARGEST, _LARGEST))
    both = np.exp(np.clip(of_price * cut + promoted * (of_flag + of_both * cut), -_LARGEST, _LARGEST))
    expected = np.isfinite(uplift)
    price[expected] = 1.0
    return price, np.where(expected, uplift, both / price)


def _cut(price: float | None, reference: NDArray[np.float64], typical: float) -> NDArray[np.float64]:
    if price is None:
        return np.full(reference.shape, typical)
    known = (reference > 0) & (price > 0)
    return np.log(np.divide(price, reference, out=np.ones_like(reference), where=known))
