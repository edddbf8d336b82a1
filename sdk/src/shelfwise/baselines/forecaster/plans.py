"""What planned promotions and prices will do, over the horizon of a request."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.forecaster.effects import LARGEST
from shelfwise.baselines.forecaster.rows import Rows
from shelfwise.series import Plans, rival_means
from shelfwise.types import State

__all__ = ["planned_factors"]


def planned_factors(
    state: State, rows: Rows, days: NDArray[np.datetime64], step_days: float, typical_cut: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the factors of price and of promotion for each requested row, shape (rows, periods) each.

    Own plans and those of the other items of the category count, requested or not. The uplift that the planner of a
    promotion expects, where given, stands in place of what was learned of the item's own price and promotion.
    """
    shape = (len(rows.expected.level), len(days))
    if not state.promotions:
        return np.ones(shape), np.ones(shape)
    plans = Plans.of(
        state,
        rows.catalogue,
        rows.nodes,
        days,
        step_days=step_days,
        reference_price=rows.reference_price,
        typical_cut=typical_cut,
    )
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
