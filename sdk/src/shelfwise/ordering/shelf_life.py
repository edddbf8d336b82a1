"""How much is sold before stock that is ordered now perishes."""

from __future__ import annotations

import numpy as np

from shelfwise.ordering.law import CountLaw
from shelfwise.ordering.situation import Situation


def demand_until_expiry(situation: Situation) -> CountLaw:
    """Return the law of demand until stock ordered now perishes, with a mean of NaN where it does not.

    The arrays have shape (items, nodes).
    """
    supply, demand = situation.supply, situation.demand
    life = situation.state.items.shelf_life_days[situation.items][:, None]
    bounded = np.isfinite(life) & np.ones(supply.source.shape, dtype=bool)
    if not bounded.any():
        return CountLaw(np.full(bounded.shape, np.nan), np.full(bounded.shape, np.nan))
    days = supply.lead_days + np.where(bounded, np.maximum(life, 0.0), 0.0).astype(np.int64)
    mean, variance = demand.over(days)
    return CountLaw(np.where(bounded, mean, np.nan), np.where(bounded, variance, np.nan))
