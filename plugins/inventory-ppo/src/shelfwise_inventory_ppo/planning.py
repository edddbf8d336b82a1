"""From a situation to levels: what each item-node's policy wants, and in whose words."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering import Situation, formula_levels
from shelfwise_inventory_ppo.learned import Learned
from shelfwise_inventory_ppo.rows import Rows

__all__ = ["Costing", "Levels", "cadence", "decidable", "decided_levels", "shortage_ratio"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LONGEST_LEAD, _LONGEST_REVIEW = 8, 7
"""What was learned, in days."""
_LARGEST_SPREAD = 2.0
"""The same of the standard deviation of a lead time."""


@attrs.frozen
class Costing:
    """How shortage is counted: ``lost_sales``, or it waits; ``quantile_ceiling`` is the highest critical ratio."""

    lost_sales: bool
    quantile_ceiling: float


def shortage_ratio(situation: Situation, costing: Costing) -> Floats:
    """Return what a unit of unmet demand costs, in what holding a unit for a day does, of shape (items, nodes)."""
    shortage, holding = situation.costs.shortage, situation.daily_holding
    ratio = np.divide(shortage, holding, out=np.full(shortage.shape, np.inf), where=holding > 0)
    most = costing.quantile_ceiling / (1.0 - costing.quantile_ceiling)
    return np.asarray(np.clip(ratio, 1.0, most))


def cadence(situation: Situation) -> NDArray[np.int64]:
    """Return the days from order to order: those of the calendar, or that an order is meant to last for its cost."""
    return np.asarray(np.rint(np.maximum(situation.cycles.days, situation.review_days)), np.int64)


def decidable(situation: Situation, costing: Costing) -> Flags:
    """Return where a policy that was learned on single item-nodes can decide, of shape (items, nodes).

    Sales are lost, orders come within the lead times that were learned and as often, with other items' if they cost
    something; the node supplies no other, and has demand of its own.
    """
    rate, lead, supply = situation.demand.rate, situation.lead_days, situation.supply
    often = (cadence(situation) <= _LONGEST_REVIEW) & ~(
        (situation.cycles.days > situation.review_days) & supply.own_cost
    )
    alone = np.isclose(situation.echelon.rate, rate) & (rate > 0)
    often &= situation.lead_variance <= _LARGEST_SPREAD**2
    can = supply.supplied & (lead >= 1) & (lead <= _LONGEST_LEAD) & often & alone
    asked = np.zeros(can.shape[1], bool)
    asked[situation.nodes] = True
    return np.asarray(can & asked & costing.lost_sales)


@attrs.frozen(eq=False)
class Levels:
    """What :func:`shelfwise.ordering.plan` is told, each of shape (items, nodes); ``level`` is NaN where by formula."""

    reorder_level: Floats
    level: Floats
    reasons: NDArray[np.object_]


def decided_levels(situation: Situation, learned: Learned, costing: Costing) -> Levels:
    """Return the levels of each item-node's policy.

    Where neither the learned policy nor a simple one that was found best decides, they are those by formula; so are
    those of a service target that the learned policy is not the better one for, or cannot promise. An order
    that is shared for its cost is due as by formula; what its lines are filled up to is for the policy to say.
    """
    reorder = formula_levels(situation, lost_sales=costing.lost_sales, quantile_ceiling=costing.quantile_ceiling)
    level, reasons = np.full(reorder.shape, np.nan), np.full(reorder.shape, "", object)
    can = decidable(situation, costing)
    if not can.any():
        return Levels(reorder, level, reasons)
    ratio = shortage_ratio(situation, costing)
    rows = Rows.of(situation, can, ratio, cadence(situation))
    items, nodes = np.asarray(situation.request.item_ids, object), situation.state.nodes.index.array
    choice = learned.gate.choose(items[rows.at[0]], nodes[rows.at[1]], rows.terms, ratio[rows.at])
    request, decided, reasoned = situation.request, choice.learned | choice.tuned, choice.reasons
    terms = rows.terms
    if request.service_target is not None:
        promised = learned.promise.ratio(terms, request.service_target, request.service_measure)
        decided = choice.learned & np.isfinite(promised)
        terms = terms.priced(np.where(decided, promised, 1.0))
        word = f" of {request.service_target:.1%} {request.service_measure.value.replace('_', ' ')}"
        reasoned = np.where(decided, choice.reasons + "; shortage priced for the target" + word, "")
    wanted = np.zeros(len(rows.on_hand))
    simple = np.flatnonzero(decided & ~choice.learned)
    for chosen, policy in (
        (np.flatnonzero(decided & choice.learned), learned.policy),
        (simple, choice.heuristics.take(simple)),
    ):
        if len(chosen):
            wanted[chosen] = policy.order(terms.take(chosen), rows.on_hand[chosen], rows.due[chosen])
    at = tuple(part[decided] for part in rows.at)
    units = wanted[decided]
    by_the_unit = ~(situation.state.items.pack_size[situation.items][at[0]] < 1.0)
    level[at] = (situation.position - situation.placed_today)[at] + np.where(by_the_unit, np.rint(units), units)
    always = ~np.isnan(level) & (situation.cycles.days <= situation.review_days)
    reorder = np.where(always, level, reorder)
    reasons[rows.at] = reasoned
    return Levels(reorder, level, reasons)
