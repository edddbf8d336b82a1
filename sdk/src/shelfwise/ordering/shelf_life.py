"""How much is sold before stock that is ordered now perishes."""

from __future__ import annotations

import numpy as np

from shelfwise.ordering.echelon import paths
from shelfwise.ordering.law import CountLaw
from shelfwise.ordering.situation import Situation


def demand_until_expiry(situation: Situation) -> CountLaw:
    """Return the law of demand until stock ordered now perishes, with a mean of NaN where it does not.

    What a node supplies others with is sold there as well as its own. What one of them is short of, another may have
    too much of, since what has been moved stays where it is: deviations add up as if all were high or low at once. The
    arrays have shape (items, nodes).
    """
    supply, demand = situation.supply, situation.demand
    shape = supply.source.shape
    life = situation.state.items.shelf_life_days[situation.items][:, None]
    bounded = np.isfinite(life) & np.ones(shape, dtype=bool)
    mean, deviation = np.zeros(shape), np.zeros(shape)
    if bounded.any():
        days = supply.lead_days + np.where(bounded, np.maximum(life, 0.0), 0.0).astype(np.int64)
        for rows, nodes, tops, *_ in paths(supply):
            until = np.zeros(shape, dtype=np.int64)
            until[rows, nodes] = days[rows, tops]
            own_mean, own_variance = demand.over(until)
            np.add.at(mean, (rows, tops), own_mean[rows, nodes])
            np.add.at(deviation, (rows, tops), np.sqrt(own_variance[rows, nodes]))
    return CountLaw(np.where(bounded, mean, np.nan), np.where(bounded, deviation**2, np.nan))
