"""What planned promotions and prices will do, over the horizon of a request."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.effects import LARGEST, rival_means
from shelfwise.baselines.forecaster.rows import Rows
from shelfwise.types import State

__all__ = ["planned_factors"]


@attrs.frozen(eq=False)
class _Plans:
    """Arrays of shape (items, nodes, periods): promoted or not, log price, expected uplift (NaN: not stated)."""

    promoted: NDArray[np.float64]
    log_price: NDArray[np.float64]
    uplift: NDArray[np.float64]


def planned_factors(
    state: State, rows: Rows, days: NDArray[np.datetime64], step_days: float, typical_cut: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the factors of price and of promotion for each requested row, shape (rows, periods) each.

    Own plans and those of the other items of the category count, requested or not. The uplift that the planner of a
    promotion expects, where given, stands in place of what was learned of the item's own price and promotion.
    """
    shape = (len(rows.level), len(days))
    if not state.promotions:
        return np.ones(shape), np.ones(shape)
    plans = _lay_out(state, rows, days, step_days, typical_cut)
    promoted, log_price, uplift, rivals_promoted, rivals_price = (
        values[rows.asked].reshape(shape)
        for values in (
            plans.promoted,
            plans.log_price,
            plans.uplift,
            rival_means(plans.promoted, rows.catalogue_group),
            rival_means(plans.log_price, rows.catalogue_group),
        )
    )
    flag, cut, both, rivals_flag, rivals_cut = (rows.effects[:, [k]] for k in range(rows.effects.shape[1]))
    stated = np.isfinite(uplift)
    own_price = np.where(stated, 0.0, cut * log_price)
    with np.errstate(divide="ignore"):
        own_promotion = np.where(stated, np.log(uplift), promoted * (flag + both * log_price))
    price = np.clip(own_price + rivals_cut * rivals_price, -LARGEST, LARGEST)
    total = np.clip(price + own_promotion + rivals_flag * rivals_promoted, -LARGEST, LARGEST)
    total = np.where(stated, own_promotion + price + rivals_flag * rivals_promoted, total)
    return np.exp(price), np.exp(total - price)


def _lay_out(state: State, rows: Rows, days: NDArray[np.datetime64], step_days: float, typical_cut: float) -> _Plans:
    """Spread the plans over the catalogue; a plan counts in every period it touches, the last stated wins.

    Without a price, a promotion is taken to cut the price as promotions did before.
    """
    shape = (*rows.reference_price.shape, len(days))
    plans = _Plans(np.zeros(shape), np.zeros(shape), np.full(shape, np.nan))
    ends = days + np.timedelta64(max(int(step_days) - 1, 0), "D")
    for plan in state.promotions:
        item, node = rows.catalogue.position(plan.item_id), rows.nodes.position(plan.node_id)
        first = int(np.searchsorted(ends, np.datetime64(plan.starts_on)))
        last = int(np.searchsorted(days, np.datetime64(plan.ends_on), side="right"))
        if item < 0 or (plan.node_id and node < 0) or first >= last:
            continue
        where = (item, slice(node, node + 1) if plan.node_id else slice(None))
        cut = _log_ratio(plan.price, rows.reference_price[where], typical_cut)
        for values, value in (
            (plans.promoted, float(plan.advertised)),
            (plans.log_price, cut[:, None]),
            (plans.uplift, np.nan if plan.expected_uplift is None else plan.expected_uplift),
        ):
            values[(*where, slice(first, last))] = value
    return plans


def _log_ratio(price: float | None, reference: NDArray[np.float64], typical: float) -> NDArray[np.float64]:
    if price is None:
        return np.full(reference.shape, typical)
    known = (reference > 0) & (price > 0)
    return np.log(np.divide(price, reference, out=np.ones_like(reference), where=known))
