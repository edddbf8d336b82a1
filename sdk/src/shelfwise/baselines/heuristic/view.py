"""What a policy goes by: stock and demand of an item at a node, as they were before anything was ordered today."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.heuristic.kinds import Kind
from shelfwise.ordering import CountLaw, DailyDemand, Situation
from shelfwise.ordering.coverage import stock_ahead
from shelfwise.ordering.echelon import with_below

__all__ = ["View", "deviation", "look"]

Floats = NDArray[np.float64]


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


def look(situation: Situation, kind: Kind) -> View:
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
    supply, total, lead_days = situation.supply, situation.demand, situation.lead_days
    demand = DailyDemand(with_below(supply, total.mean), with_below(supply, total.variance))
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
    return _ahead(own, situation, demand, on_hand) if kind is Kind.PROJECTED_INVENTORY else own


def _between(lead: CountLaw, cover: CountLaw) -> CountLaw:
    mean = np.maximum(cover.mean - lead.mean, 0.0)
    return CountLaw(mean, np.maximum(cover.variance - lead.variance, mean))


def _ahead(own: View, situation: Situation, demand: DailyDemand, on_hand: Floats) -> View:
    """See the stock expected when an order arrives, and the demand after that with what is uncertain of this stock."""
    # Stock below nothing is owed, which no sale that is lost can repay.
    owed = np.maximum(-on_hand, 0.0)
    mean, variance = stock_ahead(
        demand,
        np.maximum(on_hand, 0.0),
        situation.pipeline,
        situation.lead_days,
        lost_sales=situation.lost_sales,
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
