"""What the stock will allow once the plan's orders are under way."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.constraints import Quantities
from shelfwise.ordering.demand import DailyDemand
from shelfwise.ordering.law import CountLaw
from shelfwise.ordering.lines import Lines
from shelfwise.ordering.network import Supply
from shelfwise.ordering.situation import Situation

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Outlook:
    """Arrays of shape (items, nodes), and ``projected`` of shape (items, nodes, days)."""

    available: Floats
    in_stock_probability: Floats
    unit_value: Floats
    projected: Floats
    days_left: Floats
    """Days until stock ends without the plan's order to the node, inf where it outlasts the horizon."""


def look_ahead(situation: Situation, lines: Lines, plan: Quantities) -> Outlook:
    """Project the stock of every node day by day, with the plan's orders and transfers.

    Available to promise is on hand and what arrives within the lead time, less what is moved away or owed. An item
    is in stock on delivery if a unit is left after the demand of a review period. A unit more is worth its shortage
    cost if demand exceeds supply on any day until the next order can arrive, less its holding where it does not; at a
    node that only supplies others, the same of what it and they have.
    """
    demand, supply, stock, costs = situation.demand, situation.supply, situation.stock, situation.costs
    horizon, review_days = demand.horizon_days, situation.request.review_days
    arrivals, leaving = stock.arrivals.copy(), stock.leaving.copy()
    within = lines.lead_days < horizon
    at = (lines.item[within], lines.node[within], lines.lead_days[within])
    np.add.at(arrivals, at, plan.ordered[within])
    moved = ~lines.purchase
    np.add.at(leaving, (lines.item[moved], lines.source[moved]), plan.ordered[moved])
    owed = np.maximum(-stock.on_hand, 0.0)
    arrivals, under_way = _after_debts(arrivals, owed), _after_debts(stock.arrivals, owed)
    on_hand = np.maximum(stock.on_hand - leaving, 0.0)
    supplied = on_hand[..., None] + np.cumsum(arrivals, axis=2)
    lead = np.minimum(supply.lead_days, horizon - 1)
    available = np.take_along_axis(supplied, lead[..., None], axis=2)[..., 0]
    exposed = np.minimum(np.maximum(supply.lead_days + supply.review_days, 1), horizon)
    short, first_short = _shortage(demand, supplied, exposed, review_days)
    value = costs.shortage * short - costs.holding * (1.0 - short)
    passing = demand.rate[lines.item, lines.node] <= 0
    own = lines.costs.saved(lines.law, lines.position + plan.ordered)
    value[lines.item[passing], lines.node[passing]] = own[passing]
    sold = demand.mean + _moved_later(demand, supply, horizon)
    return Outlook(
        available=available,
        in_stock_probability=1.0 - first_short,
        unit_value=np.maximum(value, 0.0),
        projected=_project(on_hand, arrivals, sold),
        days_left=_days_left(_project(on_hand, under_way, sold), sold),
    )


def _shortage(
    demand: DailyDemand, supplied: Floats, exposed: NDArray[np.int64], review_days: int
) -> tuple[Floats, Floats]:
    """Return P(demand exceeds supply on any exposed day), bounded below by its worst day, and P(none left) at review.

    Supply of a day is checked at its end, with demand up to then.
    """
    mean, variance = np.cumsum(demand.mean, axis=2), np.cumsum(demand.variance, axis=2)
    worst, none_left = np.zeros(exposed.shape), np.zeros(exposed.shape)
    review = min(review_days, demand.horizon_days) - 1
    for day in range(int(exposed.max(initial=0))):
        law = CountLaw(mean[..., day], variance[..., day])
        worst = np.where(day < exposed, np.maximum(worst, law.exceeds(supplied[..., day])), worst)
        if day == review:
            none_left = law.exceeds(supplied[..., day] - 1.0)
    return worst, np.where(supplied[..., review] < 1.0, 1.0, none_left)


def _after_debts(arrivals: Floats, owed: Floats) -> Floats:
    """Return what is left of arrivals once they have paid what is ``owed``: stock below nothing."""
    if not owed.any():
        return arrivals
    left = np.maximum(np.cumsum(arrivals, axis=2) - owed[..., None], 0.0)
    return np.diff(left, axis=2, prepend=0.0)


def _moved_later(demand: DailyDemand, supply: Supply, horizon: int) -> Floats:
    """What each node is expected to send on each day after the first: the demand of the nodes it supplies."""
    flow = demand.mean.copy()
    later = np.zeros_like(flow)
    for _ in range(flow.shape[1]):
        rows, nodes = np.nonzero((supply.source >= 0) & ~supply.purchase & (flow.sum(axis=2) > 0))
        if not len(rows):
            break
        above = np.zeros_like(flow)
        np.add.at(above, (rows, supply.source[rows, nodes]), flow[rows, nodes])
        later += above
        flow = above
    later[..., : min(1, horizon)] = 0.0
    return later


def _project(on_hand: Floats, arrivals: Floats, sold: Floats) -> Floats:
    projected = np.empty_like(arrivals)
    level = on_hand
    for day in range(arrivals.shape[2]):
        level = np.maximum(level + arrivals[..., day] - sold[..., day], 0.0)
        projected[..., day] = level
    return projected


def _days_left(projected: Floats, sold: Floats) -> Floats:
    """Return the first day that ends with nothing left although there is demand by then."""
    out = (projected <= 1e-9) & (np.cumsum(sold, axis=2) > 0)
    return np.where(out.any(axis=2), out.argmax(axis=2), np.inf)
