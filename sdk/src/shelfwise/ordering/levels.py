"""Order-up-to levels: how much stock, on hand and on order, is right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.costs import UnitCosts
from shelfwise.ordering.law import CountLaw, least_whole
from shelfwise.ordering.situation import Situation
from shelfwise.types import ReplenishRequest, ServiceMeasure

Floats = NDArray[np.float64]


def formula_levels(situation: Situation, *, quantile_ceiling: float) -> Floats:
    """Return the levels of :func:`order_up_to` for every item at every node, of shape (items, nodes), in units.

    ``quantile_ceiling`` is the highest quantile that costs alone can ask for.
    """
    echelon, days = situation.echelon, situation.cycles.days
    recounted = lost_sales_divisor(echelon.lead_days, days) if situation.lost_sales else np.ones_like(days)
    return order_up_to(echelon.lead, echelon.cover, situation.costs, recounted, situation.request, quantile_ceiling)


def order_up_to(
    lead: CountLaw, cover: CountLaw, costs: UnitCosts, recounted: Floats, request: ReplenishRequest, ceiling: float
) -> Floats:
    """Return the least-cost level, or the least level that meets the service target, as whole units.

    ``lead`` is the law of the demand over the lead time, ``cover`` over lead time and review period. The least-cost
    level is the newsvendor's quantile of ``cover`` at shortage / ``recounted`` against holding. ``recounted`` is 1
    where unmet demand waits. Where it is lost, that would hold too much: the newsvendor counts a unit short at every
    review until its order has come, from once to 1 + lead time / order cycle times, whereas a lost sale is paid once.
    The costs of the two systems bound each other with these two divisors (Janakiraman, Seshadri and Shanthikumar
    2007; Huh, Janakiraman, Muckstadt and Rusmevichientong 2009); see :func:`lost_sales_divisor` for what is between.
    A shortage counts as at least the holding, since giving up an item that earns nothing is the merchant's decision,
    and the quantile is at most ``ceiling``, above which a law fitted to two moments says little.

    A cycle-service target is that quantile itself. A fill-rate target b needs E[(cover - S)+] - E[(lead - S)+] at
    most (1 - b) times the demand of a review period (Silver, Pyke and Thomas, section 7.9).
    """
    if request.service_target is None:
        shortage = np.maximum(costs.shortage, costs.holding) / recounted
        ratio = np.divide(shortage, shortage + costs.holding, out=np.ones_like(shortage), where=shortage > 0)
        return cover.quantile(np.minimum(ratio, ceiling))
    if request.service_measure == ServiceMeasure.CYCLE_SERVICE:
        return cover.quantile(request.service_target)
    allowed = (1.0 - request.service_target) * (cover.mean - lead.mean)
    high = cover.quantile(1.0 - 1e-6)
    return least_whole(
        np.zeros_like(high), high, lambda level: np.asarray(cover.shortage(level) - lead.shortage(level) <= allowed)
    )


def lost_sales_divisor(lead_days: Floats, cycle_days: Floats) -> Floats:
    """Return the mean of the bounds 1 and 1 + lead time / order cycle on how often a unit short is counted."""
    return 1.0 + lead_days / (2.0 * cycle_days)
