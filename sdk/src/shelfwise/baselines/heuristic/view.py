"""What a policy goes by: stock and demand of an item at a node, as they were before anything was ordered today."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.heuristic.kinds import Kind
from shelfwise.ordering import CountLaw, DailyDemand, Situation
from shelfwise.simulation.projection import projected

__all__ = ["View", "deviation", "look"]

Floats = NDArray[np.float64]

_TAIL_DAYS = 7
"""Days at the end of a forecast whose average stands for the days after it."""


@attrs.frozen(eq=False)
class View:
    """Arrays of shape (items, nodes).

    A node that supplies others sees their demand as its own, but only its own stock; where the kind is echelon
    base-stock it sees theirs too.
    """

    stock: Floats
    """What levels are compared with: on hand and on order, or what is expected on hand when an order arrives."""
    lead: CountLaw
    """The part of ``cover`` that no order placed today can serve."""
    cover: CountLaw
    """Demand that ``stock`` has to meet until the order after this one arrives."""
    review: CountLaw
    """Demand of a review period, from the arrival of an order on."""
    lead_days: Floats
    """Days from placing an order to where demand is met."""
    sold: Floats
    """What of ``stock`` on hand and on order is taken to be sold before an order arrives: 0 but for projected stock."""


def deviation(law: CountLaw) -> Floats:
    """Return standard deviations; counts scatter at least as a Poisson law does."""
    return np.sqrt(np.maximum(law.variance, law.mean))


def look(situation: Situation, kind: Kind, *, lost_sales: bool) -> View:
    """See what a policy of a kind sees."""
    if kind is Kind.ECHELON_BASE_STOCK:
        echelon = situation.echelon
        stock = situation.position - situation.placed_today
        return View(
            stock=stock,
            lead=echelon.lead,
            cover=echelon.cover,
            review=_between(echelon.lead, echelon.cover),
            lead_days=echelon.lead_days,
            sold=np.zeros(stock.shape),
        )
    demand, lead_days = _asked_of(situation), situation.lead_days
    lead, cover = (demand.law(days, situation.lead_variance) for days in (lead_days, lead_days + situation.review_days))
    # Whether transfers placed today have left is not known: reading that they have not had orders nothing twice.
    on_hand = situation.stock.on_hand + situation.stock.leaving
    own = View(
        stock=on_hand + situation.stock.on_order - situation.placed_today,
        lead=lead,
        cover=cover,
        review=_between(lead, cover),
        lead_days=lead_days.astype(np.float64),
        sold=np.zeros(on_hand.shape),
    )
    return _ahead(own, situation, demand, on_hand, lost_sales=lost_sales) if kind is Kind.PROJECTED_INVENTORY else own


def _between(lead: CountLaw, cover: CountLaw) -> CountLaw:
    mean = np.maximum(cover.mean - lead.mean, 0.0)
    return CountLaw(mean, np.maximum(cover.variance - lead.variance, mean))


def _asked_of(situation: Situation) -> DailyDemand:
    """Return the daily demand of each node with that of all it supplies."""
    supply, total = situation.supply, situation.demand
    mean, variance = total.mean.copy(), total.variance.copy()
    rows, nodes = np.nonzero(supply.supplied & ~supply.purchase)
    origin = nodes
    while len(rows):
        above = supply.source[rows, nodes]
        np.add.at(mean, (rows, above), total.mean[rows, origin])
        np.add.at(variance, (rows, above), total.variance[rows, origin])
        on = supply.supplied[rows, above] & ~supply.purchase[rows, above]
        rows, nodes, origin = rows[on], above[on], origin[on]
    return DailyDemand(mean, variance)


def _ahead(own: View, situation: Situation, demand: DailyDemand, on_hand: Floats, *, lost_sales: bool) -> View:
    """See the stock expected when an order arrives, and the demand after that with what is uncertain of this stock."""
    days = int(situation.lead_days.max(initial=0))
    coming = np.arange(days) < situation.lead_days[..., None]
    arriving = _first(situation.pipeline, days + 1, np.zeros((*on_hand.shape, 1)))
    # Stock below nothing is owed, which no sale that is lost can repay.
    owed = np.maximum(-on_hand, 0.0)
    mean, variance = projected(
        np.maximum(on_hand, 0.0) + arriving[..., 0],
        np.where(coming, arriving[..., 1:], 0.0),
        np.where(coming, _continued(demand.mean, days), 0.0),
        np.where(coming, _continued(np.maximum(demand.variance, demand.mean), days), 0.0),
        np.full(on_hand.shape, lost_sales),
    )
    uncertain = variance + situation.lead_variance * situation.echelon.rate**2
    nothing = CountLaw(np.zeros(on_hand.shape), np.zeros(on_hand.shape))
    return attrs.evolve(
        own,
        stock=mean - owed,
        sold=np.maximum(own.stock - mean + owed, 0.0),
        lead=nothing,
        cover=CountLaw(own.review.mean, own.review.variance + uncertain),
    )


def _continued(daily: Floats, days: int) -> Floats:
    """Return the first days of (items, nodes, days), going on at the average of the last week."""
    return _first(daily, days, daily[..., -_TAIL_DAYS:].mean(axis=2, keepdims=True))


def _first(daily: Floats, days: int, beyond: Floats) -> Floats:
    """Return the first days of (items, nodes, days), each one after the last as it is ``beyond``."""
    missing = days - daily.shape[2]
    if missing <= 0:
        return daily[..., :days]
    return np.concatenate([daily, np.repeat(beyond, missing, axis=2)], axis=2)
