"""Which lines share an order, and how long an order is meant to last."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.network import Supply

Floats = NDArray[np.float64]

_LONGEST_DAYS = 91.0


@attrs.frozen(eq=False)
class Cycles:
    """Orders over the chosen lanes: arrays of shape (items, nodes)."""

    group: NDArray[np.int64]
    """Lines of one number share an order: the same source, node, lead time and days, or a lane that is paid alone."""
    fixed_cost: Floats
    """Of the whole order: the highest among the lanes of its lines."""
    days: Floats
    """Days that an order is meant to last, at least a review period."""


def order_cycles(supply: Supply, rate: Floats, daily_holding: Floats) -> Cycles:
    """Let orders last T = sqrt(2 K / sum of daily holding x demand) days where one costs K whatever its size.

    That is the economic order interval of the lines together (Silver, Pyke and Thomas, section 10.2). ``rate`` and
    ``daily_holding`` have shape (items, nodes): units a day, and currency per unit and day.
    """
    rows, nodes = np.indices(supply.source.shape)
    alone = np.where(supply.own_cost, rows, -1)
    parts = (supply.source, nodes, supply.lead_days, alone, supply.open_today, supply.review_days)
    keys = np.stack([part.reshape(-1) for part in parts], axis=-1)
    group = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    count = int(group.max(initial=-1)) + 1
    fixed = np.zeros(count)
    np.maximum.at(fixed, group, supply.fixed_cost.reshape(-1))
    burden = np.bincount(group, (daily_holding * rate).reshape(-1), minlength=count)
    days = np.sqrt(np.divide(2.0 * fixed, burden, out=np.zeros(count), where=burden > 0))
    shape = supply.source.shape
    days = np.maximum(np.minimum(days, _LONGEST_DAYS)[group].reshape(shape), supply.review_days)
    return Cycles(group.reshape(shape), fixed[group].reshape(shape), days)
