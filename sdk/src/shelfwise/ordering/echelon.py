"""Echelons: a warehouse answers for its own demand and for that of every node it supplies."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.demand import DailyDemand
from shelfwise.ordering.law import CountLaw
from shelfwise.ordering.network import Supply

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Echelon:
    """Demand and stock of each node together with all nodes below it: shape (items, nodes).

    ``lead`` covers the lead times from the node's source to where demand is met, ``cover`` a review period more
    (echelon base-stock: Clark and Scarf 1960).
    """

    lead: CountLaw
    cover: CountLaw
    lead_days: Floats
    """Days from the node's source to where demand is met, weighted by that demand."""
    position: Floats
    rate: Floats
    """Demand of a day."""


def echelons(demand: DailyDemand, supply: Supply, position: Floats) -> Echelon:
    """Sum demand and stock position up the supply network."""
    shape = position.shape
    rate = demand.rate
    sums = {name: np.zeros(shape) for name in ("lead", "lead_var", "cover", "cover_var", "days", "stock", "rate")}
    for rows, nodes, tops, days, variance in paths(supply):
        where, review_days = (rows, nodes), supply.review_days[rows, tops]
        lead_days, cover_days = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        lead_variance = np.zeros(shape)
        lead_days[where], cover_days[where], lead_variance[where] = days, days + review_days, variance
        lead, cover = demand.over(lead_days, lead_variance), demand.over(cover_days, lead_variance)
        parts = (lead[0], lead[1], cover[0], cover[1], rate * lead_days, position, rate)
        for total, part in zip(sums.values(), parts, strict=True):
            np.add.at(total, (rows, tops), part[where])
    return Echelon(
        lead=CountLaw(sums["lead"], sums["lead_var"]),
        cover=CountLaw(sums["cover"], sums["cover_var"]),
        lead_days=np.divide(sums["days"], sums["rate"], out=supply.lead_days.astype(float), where=sums["rate"] > 0),
        position=sums["stock"],
        rate=sums["rate"],
    )


def with_below(supply: Supply, own: Floats) -> Floats:
    """Add to each node's own numbers, of shape (items, nodes, ...), those of every node that it supplies."""
    total = own.copy()
    rows, nodes = np.nonzero(supply.supplied & ~supply.purchase)
    tops = nodes
    while len(rows):
        tops = supply.source[rows, tops]
        np.add.at(total, (rows, tops), own[rows, nodes])
        on = supply.supplied[rows, tops] & ~supply.purchase[rows, tops]
        rows, nodes, tops = rows[on], nodes[on], tops[on]
    return total


def paths(supply: Supply) -> Iterator[tuple[Ints, Ints, Ints, Ints, Floats]]:
    """Walk from every node up its sources: yield items, nodes, the node reached, days and variance from its source."""
    rows, nodes = np.divmod(np.arange(supply.source.size), max(supply.source.shape[1], 1))
    tops = nodes
    days = supply.lead_days[rows, tops]
    variance = supply.lead_variance[rows, tops]
    while len(rows):
        yield rows, nodes, tops, days, variance
        above = supply.source[rows, tops]
        on = (above >= 0) & ~supply.purchase[rows, tops]
        rows, nodes, tops = rows[on], nodes[on], above[on]
        days = days[on] + supply.lead_days[rows, tops]
        variance = variance[on] + supply.lead_variance[rows, tops]
