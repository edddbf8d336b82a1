"""From a situation to levels: what each item-node's policy wants, and in whose words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering import Situation, aim, formula_levels
from shelfwise_inventory_ppo.chain.planning import decide_together
from shelfwise_inventory_ppo.learned import Learned
from shelfwise_inventory_ppo.levels import Levels
from shelfwise_inventory_ppo.rows import Rows

__all__ = ["cadence", "decidable", "decided_levels", "shortage_ratio"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LONGEST_LEAD, _LONGEST_REVIEW = 8, 7
"""What was learned, in days."""
_LARGEST_SPREAD = 2.0
"""The same of the standard deviation of a lead time."""


def shortage_ratio(situation: Situation, quantile_ceiling: float) -> Floats:
    """Return what a unit of unmet demand costs, in what holding a unit for a day does, of shape (items, nodes).

    ``quantile_ceiling`` is the highest critical ratio.
    """
    shortage, holding = situation.costs.shortage, situation.daily_holding
    ratio = np.divide(shortage, holding, out=np.full(shortage.shape, np.inf), where=holding > 0)
    return np.asarray(np.clip(ratio, 1.0, quantile_ceiling / (1.0 - quantile_ceiling)))


def cadence(situation: Situation) -> NDArray[np.int64]:
    """Return the days from order to order: those of the calendar, or that an order is meant to last for its cost."""
    return np.asarray(np.rint(np.maximum(situation.cycles.days, situation.review_days)), np.int64)


def decidable(situation: Situation) -> Flags:
    """Return where a policy that was learned on single item-nodes can decide, of shape (items, nodes)."""
    asked = np.zeros(situation.position.shape, bool)
    asked[:, situation.nodes] = situation.supply.supplied[:, situation.nodes]
    return np.asarray(asked & ~np.any(list(_obstacles(situation).values()), axis=0))


def _obstacles(situation: Situation) -> dict[str, Flags]:
    """Return where a learned policy cannot decide, of shape (items, nodes), by the reason in words."""
    rate, lead, shape = situation.demand.rate, situation.lead_days, situation.position.shape
    spread = situation.cycles.days > situation.review_days
    return {
        "unmet demand waits": np.full(shape, not situation.lost_sales),
        "others are supplied from here": ~np.isclose(situation.echelon.rate, rate),
        "no demand is expected": rate <= 0,
        f"orders do not take 1 to {_LONGEST_LEAD} days": (lead < 1) | (lead > _LONGEST_LEAD),
        f"lead times vary by more than {_LARGEST_SPREAD:g} days": situation.lead_variance > _LARGEST_SPREAD**2,
        "an order has a cost of its own": spread & situation.supply.own_cost,
        f"orders are more than {_LONGEST_REVIEW} days apart": cadence(situation) > _LONGEST_REVIEW,
    }


def decided_levels(situation: Situation, learned: Learned, quantile_ceiling: float) -> Levels:
    """Return the levels of each item-node's policy, and which it is and why.

    Where neither the learned policy nor a simple one that was found best decides, they are those by formula; so are
    those of a service target that the learned policy is not the better one for, or cannot promise. An order
    that is shared for its cost is due as by formula; what its lines are filled up to is for the policy to say.
    Where a trial has proven it cheaper, warehouses and their stores are decided together.
    """
    request, goal = situation.request, aim(situation.request)
    reorder = formula_levels(situation, quantile_ceiling=quantile_ceiling)
    obstacles = _obstacles(situation)
    formula = f"order-up-to formula for {goal}, as "
    reasons = np.select(list(obstacles.values()), [np.array(formula + why, object) for why in obstacles], formula)
    levels = Levels(reorder, np.full(reorder.shape, np.nan), reasons)
    can = decidable(situation)
    if not can.any():
        return levels
    ratio = shortage_ratio(situation, quantile_ceiling)
    review = cadence(situation)
    rows = Rows.of(situation, can, ratio, review)
    items, nodes = np.asarray(request.item_ids, object), situation.state.nodes.index.array
    choice = learned.gate.choose(items[rows.at[0]], nodes[rows.at[1]], rows.terms, ratio[rows.at])
    terms, by_learned, by_simple, trial = rows.terms, choice.learned, choice.tuned, ""
    if request.service_target is not None:
        promised = learned.promise.ratio(terms, request.service_target, request.service_measure)
        by_learned, by_simple = by_learned & np.isfinite(promised), np.zeros_like(by_simple)
        terms = terms.priced(np.where(by_learned, promised, 1.0))
        trial = "at its own costs "
    wanted = np.zeros(len(rows.on_hand))
    simple = np.flatnonzero(by_simple)
    for chosen, policy in (
        (np.flatnonzero(by_learned), learned.policy),
        (simple, choice.heuristics.take(simple)),
    ):
        if len(chosen):
            wanted[chosen] = policy.order(terms.take(chosen), rows.on_hand[chosen], rows.due[chosen])
    decided = by_learned | by_simple
    beside = np.where(
        choice.learned,
        "no such service can be promised by the learned policy",
        f"{trial}the learned policy was " + choice.verdicts,
    )
    reasons[rows.at] = np.select(
        [by_learned, by_simple],
        [f"learned policy for {goal}, {trial}" + choice.verdicts, choice.names + f" for {goal}, as " + beside],
        formula + beside,
    )
    item, node = rows.at
    levels = levels.ordering(situation, (item[decided], node[decided]), wanted[decided])
    if request.service_target is not None:
        return levels
    return decide_together(levels, situation, learned.chains, learned.policy, decidable=can, review=review, ratio=ratio)
