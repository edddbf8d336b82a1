"""From a situation to the levels of chains that are decided together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering import Situation
from shelfwise.types import Index
from shelfwise_inventory_ppo.chain.found import Chains, find_chains
from shelfwise_inventory_ppo.chain.gate import ChainGate
from shelfwise_inventory_ppo.chain.policy import ChainPolicy
from shelfwise_inventory_ppo.levels import Levels
from shelfwise_inventory_ppo.policy import LearnedPolicy

__all__ = ["decide_together"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def decide_together(
    levels: Levels,
    situation: Situation,
    gate: ChainGate,
    policy: LearnedPolicy,
    *,
    decidable: Flags,
    review: NDArray[np.int64],
    ratio: Floats,
) -> Levels:
    """Return the ``levels`` with those of the chains that a trial has proven cheaper so, and their reasons.

    Arrays have shape (items, nodes); see :func:`find_chains`.
    """
    row = gate.rows(Index(situation.request.item_ids), situation.state.nodes.index)
    tried = row >= 0
    if not tried.any():
        return levels
    verdicts, words = gate.verdicts, gate.verdicts.words
    chains = find_chains(situation, decidable, review, ratio, among=tried)
    of = row[chains.at]
    same = (gate.size[of] == chains.size) & (gate.reviews[of] == chains.reviews)
    chains, of = chains.take(np.flatnonzero(same)), of[same]
    levels = Levels(levels.reorder_level.copy(), levels.level.copy(), levels.reasons.copy())
    levels.reasons[chains.at] = "order-up-to formula for least cost, as deciding with all stores was " + words[of]
    for learned, one, name in (
        (True, policy, "learned policy"),
        (False, LearnedPolicy.unlearned(), "projected inventory level"),
    ):
        chosen = np.flatnonzero(verdicts.cheaper[of] & (verdicts.learned[of] == learned))
        if not len(chosen):
            continue
        some, why = chains.take(chosen), words[of[chosen]]
        decided = ChainPolicy(one, some.terms(situation, ratio), verdicts.numbers.take(of[chosen]))
        levels = levels.ordering(situation, some.stores.at, _sent(situation, some, decided))
        levels.reorder_level[some.at], levels.level[some.at] = decided.point + 1.0, decided.level
        levels.reasons[some.at] = "reorder point for least cost, as deciding with all stores was " + why
        levels.reasons[some.stores.at] = f"{name} for least cost, as deciding with its warehouse was " + why[some.chain]
    return levels


def _sent(situation: Situation, chains: Chains, decided: ChainPolicy) -> Floats:
    """Return what each store is sent, (rows,)."""
    # Whether transfers placed today have left is not known: what is given away has.
    leaving = situation.stock.leaving[chains.at]
    held = np.maximum(situation.stock.on_hand[chains.at] - leaving, 0.0)
    units = decided.send(chains.stores.on_hand, chains.stores.due, held)
    # A warehouse shares out once a day: after that it has less, by which no store may want more.
    placed = situation.placed_today[chains.stores.at]
    return np.where((leaving > 0)[chains.chain], np.minimum(units, placed), units)
