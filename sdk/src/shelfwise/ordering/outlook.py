"""What the stock will allow once the plan's orders are under way."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.constraints import Quantities
from shelfwise.ordering.coverage import stock_ahead
from shelfwise.ordering.demand import DailyDemand
from shelfwise.ordering.echelon import with_below
from shelfwise.ordering.law import CountLaw, with_certainty
from shelfwise.ordering.lines import Lines
from shelfwise.ordering.situation import Situation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Outlook:
    """Arrays of shape (items, nodes), and ``projected`` of shape (items, nodes, days)."""

    available: Floats
    lasts_days: Floats
    """Days that what is available has to last: until the next order could arrive, inf where nobody supplies."""
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
    node that only supplies others, the same of what it and they have. Demand beyond the stock is lost, or waits.
    """
    demand, supply, stock, costs = situation.demand, situation.supply, situation.stock, situation.costs
    horizon = demand.horizon_days
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
    short = _shortage(demand, supplied, exposed)
    value = costs.shortage * short - costs.holding * (1.0 - short)
    passing = demand.rate[lines.item, lines.node] <= 0
    own = lines.coverage.unit_saved(lines.costs, plan.ordered)
    value[lines.item[passing], lines.node[passing]] = own[passing]
    asked = with_below(supply, demand.mean)
    asked[..., 0] = demand.mean[..., 0]  # what is moved today is in the plan
    lost = situation.lost_sales
    return Outlook(
        available=available,
        lasts_days=np.where(supply.supplied, np.maximum(supply.lead_days + supply.review_days, 1.0), np.inf),
        in_stock_probability=1.0 - _none_left(situation, on_hand, arrivals),
        unit_value=np.maximum(value, 0.0),
        projected=_project(on_hand, arrivals, asked, lost_sales=lost),
        days_left=_days_left(_project(on_hand, under_way, asked, lost_sales=lost), asked),
    )


def _shortage(demand: DailyDemand, supplied: Floats, exposed: Ints) -> Floats:
    """Return P(demand exceeds supply on any exposed day), bounded below by its worst day.

    Supply of a day is checked at its end, with demand up to then: until the first day that is short, none is lost.
    """
    mean, variance = np.cumsum(demand.mean, axis=2), np.cumsum(demand.variance, axis=2)
    worst = np.zeros(exposed.shape)
    for day in range(int(exposed.max(initial=0))):
        law = CountLaw(mean[..., day], variance[..., day])
        worst = np.where(day < exposed, np.maximum(worst, law.exceeds(supplied[..., day])), worst)
    return worst


def _none_left(situation: Situation, on_hand: Floats, arrivals: Floats) -> Floats:
    """Return P(none left) at the end of a review period."""
    demand = situation.demand
    last = min(situation.request.review_days, demand.horizon_days) - 1
    days = np.full(on_hand.shape, last)
    stock, spread = stock_ahead(demand, on_hand, arrivals, days, lost_sales=situation.lost_sales)
    supplied = on_hand + arrivals[..., : last + 1].sum(axis=2)
    mean = demand.mean[..., last]
    variance = np.maximum(demand.variance[..., last], mean)
    law, certain = with_certainty(supplied - stock + mean, spread + variance)
    return np.where(supplied < 1.0, 1.0, law.exceeds(supplied - certain - 1.0))


def _after_debts(arrivals: Floats, owed: Floats) -> Floats:
    """Return what is left of arrivals once they have paid what is ``owed``: stock below nothing."""
    if not owed.any():
        return arrivals
    left = np.maximum(np.cumsum(arrivals, axis=2) - owed[..., None], 0.0)
    return np.diff(left, axis=2, prepend=0.0)


def _project(on_hand: Floats, arrivals: Floats, asked: Floats, *, lost_sales: bool) -> Floats:
    projected = np.empty_like(arrivals)
    level = on_hand
    for day in range(arrivals.shape[2]):
        level = level + arrivals[..., day] - asked[..., day]
        projected[..., day] = np.maximum(level, 0.0)
        level = projected[..., day] if lost_sales else level
    return projected


def _days_left(projected: Floats, asked: Floats) -> Floats:
    """Return the first day that ends with nothing left although there is demand by then."""
    out = (projected <= 1e-9) & (np.cumsum(asked, axis=2) > 0)
    return np.where(out.any(axis=2), out.argmax(axis=2), np.inf)
