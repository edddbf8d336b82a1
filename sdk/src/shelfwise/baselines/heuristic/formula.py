"""The parameters by formula, for the least cost or for a service target."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from shelfwise.baselines.heuristic.kinds import LOTS, Kind
from shelfwise.baselines.heuristic.parameters import Parameters
from shelfwise.baselines.heuristic.view import View, deviation
from shelfwise.ordering import CountLaw, Situation, UnitCosts, least_whole
from shelfwise.ordering.levels import lost_sales_divisor, order_up_to
from shelfwise.types import ServiceMeasure

__all__ = ["by_formula", "shortage_ratio", "spread_cost"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_RECOUNTED = {Kind.EOQ: 0.0, Kind.CAPPED_BASE_STOCK: 0.5, Kind.PROJECTED_INVENTORY: 0.5}
"""Powers of :func:`shelfwise.ordering.levels.lost_sales_divisor`, 1 where there is none.

The economic order quantity's reorder point is the textbook's as it stands; a cap or a projection does away with half of
the correction, as policies tuned on Poisson and negative binomial demand with lead times of 1 to 8 show.
"""
_CAP = 0.4
"""What the score of a cap is below that of a base-stock level, as the same policies show."""


def by_formula(situation: Situation, view: View, kind: Kind, quantile_ceiling: float) -> Parameters:
    """Return the textbook's parameters, with critical ratios of at most ``quantile_ceiling``.

    A reorder point or a level is m + z s, with m and s the mean and deviation of the demand over lead time and review;
    a projected inventory level those of the review after arrival, with what is uncertain of the stock at arrival. By
    cost, z is the score of the critical ratio: a stock-out is as likely as h T / (h T + p), where a unit too many is
    held for T days and one too few costs p. T is a review or, for lots, the Q / d that they last, which makes that
    h Q / (h Q + p d) (Hadley, Whitin 1963, section 4.11). Lost sales are counted as often as
    :func:`shelfwise.ordering.levels.order_up_to` says, to the power of ``_RECOUNTED``. Q is sqrt(2 K d / h) (Harris
    1913), S = s + Q, and a cap m + z' s of a review.

    A newsvendor has the quantile of the law of that demand itself. So has every kind where a service is asked: by cycle
    service the quantile, by fill rate what keeps the shortage of a cycle within (1 - target) of its demand (Silver,
    Pyke, Thomas 2017, section 6.7); nothing is capped then.
    """
    shape = view.stock.shape
    lot = np.zeros(shape)
    if kind in LOTS:
        lot = _lots(situation, view, kind)
        level = _reorder_points(situation, view, kind, lot, quantile_ceiling)
    else:
        level = _levels(situation, view, kind, quantile_ceiling)
    cap = np.full(shape, np.inf)
    if kind is Kind.CAPPED_BASE_STOCK and situation.request.service_target is None:
        score = np.maximum(_score(situation, view, Kind.BASE_STOCK, quantile_ceiling) - _CAP, 0.0)
        cap = np.ceil(view.review.mean + score * deviation(view.review) - 1e-9)
    return Parameters(level, lot, cap, np.zeros(shape, bool))


def spread_cost(situation: Situation) -> Flags:
    """Return where several items share what an order costs, so that it is due for all of them or for none."""
    return (situation.cycles.days > situation.review_days) & ~situation.supply.own_cost


def shortage_ratio(situation: Situation, kind: Kind, quantile_ceiling: float) -> Floats:
    """Return what a unit of unmet demand costs, in what it costs to hold a unit for a day, (items, nodes).

    It is no less than holding the unit for as long as an order is meant to last, and bounded by the ceiling.
    """
    days, shortage = _lasting(situation, kind), situation.costs.shortage
    ratio = np.divide(shortage, situation.daily_holding, out=np.full(days.shape, np.inf), where=_held(situation))
    return np.asarray(np.clip(ratio, days, days * quantile_ceiling / (1.0 - quantile_ceiling)))


def _held(situation: Situation) -> Flags:
    return np.asarray(situation.daily_holding > 0)


def _lasting(situation: Situation, kind: Kind) -> Floats:
    """Return the days for which a unit too many is held."""
    return np.asarray(situation.cycles.days if kind in LOTS else situation.review_days, np.float64)


def _recounted(situation: Situation, view: View, kind: Kind) -> Floats:
    """Return how often a unit short would be counted, though it is lost but once."""
    days = _lasting(situation, kind)
    if not situation.lost_sales:
        return np.ones_like(days)
    return np.asarray(lost_sales_divisor(view.lead_days, days) ** _RECOUNTED.get(kind, 1.0))


def _score(situation: Situation, view: View, kind: Kind, quantile_ceiling: float) -> Floats:
    """Return the standard normal score of the critical ratio."""
    ratio = shortage_ratio(situation, kind, quantile_ceiling) / _recounted(situation, view, kind)
    return np.asarray(special.ndtri(ratio / (ratio + _lasting(situation, kind))))


def _lots(situation: Situation, view: View, kind: Kind) -> Floats:
    """Return whole units that pay for the cost of an order; without one, nothing or a review's demand."""
    economic = np.where(
        situation.cycles.days > situation.review_days, situation.cycles.days * situation.echelon.rate, 0.0
    )
    if kind is Kind.REORDER_POINT:
        return np.asarray(np.rint(economic))
    # The textbook's is no less than the demand until the next review.
    least = view.review.mean if kind is Kind.EOQ else 1.0
    return np.maximum(np.rint(np.maximum(economic, least)), 1.0)


def _reorder_points(situation: Situation, view: View, kind: Kind, lot: Floats, quantile_ceiling: float) -> Floats:
    request, cover = situation.request, view.cover
    if request.service_target is None:
        return _normal(situation, view, kind, quantile_ceiling)
    if request.service_measure is ServiceMeasure.CYCLE_SERVICE:
        return cover.quantile(request.service_target)
    allowed = (1.0 - request.service_target) * np.maximum(lot, view.review.mean)
    high = cover.quantile(1.0 - 1e-6)
    return least_whole(np.zeros_like(high), high, lambda point: np.asarray(cover.shortage(point) <= allowed))


def _levels(situation: Situation, view: View, kind: Kind, quantile_ceiling: float) -> Floats:
    days, recounted = _lasting(situation, kind), _recounted(situation, view, kind)
    if situation.request.service_target is not None or kind is Kind.NEWSVENDOR:
        costs = UnitCosts(situation.costs.shortage, situation.daily_holding * days)
        lead, cover = (CountLaw(law.mean + view.sold, law.variance) for law in (view.lead, view.cover))
        level = order_up_to(lead, cover, costs, recounted, situation.request, quantile_ceiling)
        return level - view.sold
    return _normal(situation, view, kind, quantile_ceiling)


def _normal(situation: Situation, view: View, kind: Kind, quantile_ceiling: float) -> Floats:
    """Return m + z s in whole units, none where nothing is asked."""
    level = view.cover.mean + _score(situation, view, kind, quantile_ceiling) * deviation(view.cover)
    return np.maximum(np.ceil(level - 1e-9), 0.0)
