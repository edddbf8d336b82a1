"""Chains whose nodes decide by themselves, as the plan does where it does not decide them together."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation import State
from shelfwise_inventory_ppo.gate import Choice
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.simulated import stocks
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["Apart"]

Floats = NDArray[np.float64]


@attrs.define(eq=False)
class Apart:
    """Warehouses, first in the network, order up to a level of the whole chain from ``point`` or less, (chains,).

    Stores go by the ``choice`` that a gate made for their ``terms``: the learned policy, the best simple one, or up to
    ``level``, which the warehouses' come before, (chains + rows,).
    """

    policy: LearnedPolicy
    choice: Choice
    terms: Terms
    point: Floats
    level: Floats
    _by_scenario: Terms | None = attrs.field(init=False, default=None)

    def order(self, state: State) -> Floats:
        """Return whole units to order, of shape (item-nodes, scenarios)."""
        chains, scenarios = len(self.point), state.on_hand.shape[1]
        stores = np.arange(chains, len(self.level))
        row = np.repeat(np.arange(len(stores)), scenarios)
        if self._by_scenario is None or len(self._by_scenario.rate) != len(row):
            self._by_scenario = self.terms.take(row)
        on_hand, due = stocks(state, stores, self.terms)
        wanted = self.level[stores][row] - on_hand - due.sum(axis=1)
        for decides, policy in (
            (self.choice.learned, self.policy),
            (self.choice.tuned, self.choice.heuristics.take(row)),
        ):
            if decides.any():
                wanted = np.where(decides[row], policy.order(self._by_scenario, on_hand, due), wanted)
        position = state.echelon_position[:chains]
        bought = np.where(position <= self.point[:, None], self.level[:chains, None] - position, 0.0)
        sent = np.rint(wanted).reshape(-1, scenarios) - state.owed[chains:]
        sent[state.period % self.terms.review != 0] = 0.0
        return np.asarray(np.maximum(np.concatenate([bought, sent]), 0.0))
