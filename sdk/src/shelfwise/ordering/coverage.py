"""What stock has to last for until the next order can arrive, where unmet demand waits and where it is lost."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.costs import UnitCosts
from shelfwise.ordering.demand import DailyDemand
from shelfwise.ordering.echelon import Echelon, with_below
from shelfwise.ordering.law import CountLaw, with_certainty
from shelfwise.ordering.network import Supply
from shelfwise.ordering.position import Stock
from shelfwise.simulation.projection import projected

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Coverage:
    """Of each node together with all that it supplies: arrays of shape (items, nodes), in units.

    All that is told of an order line is told by these: what is sold from stock until the order after one placed now
    can arrive, as far as there is enough.
    """

    sold: Floats
    """The mean of it."""
    law: CountLaw
    """Of the part that is uncertain, of which ``stock`` and what is ordered now have to be enough."""
    lead_law: CountLaw
    """The part of this that an order placed now comes too late for, and that is still there when it comes."""
    stock: Floats
    """On hand and on order, without what is certain to be sold."""
    demand: Floats
    """The mean demand until then: it is above what is sold by what is lost before an order placed now can arrive."""

    def at(self, rows: Any) -> Coverage:
        """Return what an index of the arrays selects."""
        law, lead_law = self.law.at(rows), self.lead_law.at(rows)
        return Coverage(self.sold[rows], law, lead_law, self.stock[rows], self.demand[rows])

    def left(self, quantity: Floats) -> Floats:
        """Return units left over at the end, if ``quantity`` is ordered now."""
        return self.law.surplus(self.stock + quantity)

    def short(self, quantity: Floats) -> Floats:
        """Return units that an order placed now could serve and that stay short, if it is of ``quantity``."""
        units = self.stock + quantity
        return self.law.shortage(units) - self.lead_law.shortage(units)

    def fill_rate(self, quantity: Floats) -> Floats:
        """Return the share of demand until then that is served, if ``quantity`` is ordered now: 1 without demand."""
        served = self.sold - self.law.shortage(self.stock + quantity)
        share = np.divide(served, self.demand, out=np.ones_like(served), where=self.demand > 0)
        return np.clip(share, 0.0, 1.0)

    def saved(self, costs: UnitCosts, quantity: Floats) -> Floats:
        """Return what ``quantity`` is expected to save, up to a constant."""
        units = self.stock + quantity
        short = self.law.shortage(units)
        return -costs.shortage * short - costs.holding * (units - self.law.mean + short)

    def unit_saved(self, costs: UnitCosts, quantity: Floats) -> Floats:
        """Return what one more unit on top of ``quantity`` is expected to save, negative where it costs."""
        short = self.law.exceeds(self.stock + quantity)
        return costs.shortage * short - costs.holding * (1.0 - short)


def waiting(echelon: Echelon) -> Coverage:
    """Let unmet demand wait: all of it is sold once there is stock."""
    cover = echelon.cover
    return Coverage(cover.mean, cover, echelon.lead, echelon.position, cover.mean)


def losing(demand: DailyDemand, supply: Supply, stock: Stock, echelon: Echelon) -> Coverage:
    """Let unmet demand be lost: before an order arrives no more is sold than there is.

    A node and all that it supplies count as one stock, whose lead time is that to where demand is met.
    """
    lead, cover = echelon.lead, echelon.cover
    below = DailyDemand(with_below(supply, demand.mean), with_below(supply, demand.variance))
    # Whether transfers placed today have left is not known: where units are needed they have not.
    on_hand = with_below(supply, np.maximum(stock.on_hand + stock.leaving, 0.0))
    pipeline = with_below(supply, stock.pipeline(supply.lead_days))
    days = np.rint(echelon.lead_days).astype(np.int64)
    left, spread = stock_ahead(below, on_hand, pipeline, days, lost_sales=True)
    come = np.arange(pipeline.shape[2]) <= days[..., None]
    # The law of what is left has a tail even where nothing can be.
    sold = np.maximum(on_hand + np.sum(pipeline, axis=2, where=come) - left, 0.0)
    # An order that is late lets so much more be sold before it comes, in proportion to what is not lost.
    late = np.maximum(lead.variance - below.over(days)[1], 0.0)
    share = np.divide(sold, lead.mean, out=np.zeros_like(sold), where=lead.mean > 0)
    review = np.maximum(cover.mean - lead.mean, 0.0)
    variance = spread + late * share**2 + np.maximum(cover.variance - lead.variance, review)
    law, certain = with_certainty(sold + review, variance)
    nothing = np.zeros_like(sold)
    return Coverage(sold + review, law, CountLaw(nothing, nothing), echelon.position - certain, cover.mean)


def stock_ahead(
    demand: DailyDemand, on_hand: Floats, pipeline: Floats, days: Ints, *, lost_sales: bool
) -> tuple[Floats, Floats]:
    """Return mean and variance of the stock after ``days`` days, with what arrives on the day after them.

    Arrays have shape (items, nodes), ``pipeline`` (items, nodes, days), by day of arrival from today on.
    """
    longest = int(days.max(initial=0))
    coming, ahead = np.arange(longest) < days[..., None], demand.first(longest)
    arriving = pipeline[..., : longest + 1]
    arriving = np.pad(arriving, ((0, 0), (0, 0), (0, longest + 1 - arriving.shape[2])))
    return projected(
        on_hand + arriving[..., 0],
        np.where(coming, arriving[..., 1:], 0.0),
        np.where(coming, ahead.mean, 0.0),
        np.where(coming, np.maximum(ahead.variance, ahead.mean), 0.0),
        np.full(on_hand.shape, lost_sales),
    )
