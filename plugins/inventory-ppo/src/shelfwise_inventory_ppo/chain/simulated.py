"""The policy for chains as the simulator asks it."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation import OUTSIDE, State
from shelfwise_inventory_ppo.chain.numbers import Numbers
from shelfwise_inventory_ppo.chain.policy import ChainPolicy
from shelfwise_inventory_ppo.chain.terms import ChainTerms
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.simulated import stocks

__all__ = ["SimulatedChains"]

Floats = NDArray[np.float64]


@attrs.define(eq=False)
class SimulatedChains:
    """A policy for a network of chains, first all warehouses and then all stores, as ``terms`` have them.

    ``numbers`` are those of the chains, or of each chain in each scenario. Warehouses may order in every period, stores
    when it is time for a review. Lead times of the network, which are those announced, must be the terms' own.
    """

    policy: LearnedPolicy
    terms: ChainTerms
    numbers: Numbers
    _by_scenario: ChainPolicy | None = attrs.field(init=False, default=None)

    def order(self, state: State) -> Floats:
        """Return whole units to order, of shape (item-nodes, scenarios).

        Raises:
            ValueError: The network does not have these chains.
        """
        chains, scenarios = len(self.terms), state.on_hand.shape[1]
        source = state.network.source
        if (source[:chains] != OUTSIDE).any() or not np.array_equal(source[chains:], self.terms.chain):
            raise ValueError("a network of chains must have its warehouses first, then the stores that they supply")
        if self._by_scenario is None or len(self._by_scenario.terms) != chains * scenarios:
            copies = 1 if len(self.numbers.price) == chains * scenarios else scenarios
            numbers = self.numbers.times(copies)
            self._by_scenario = ChainPolicy(self.policy, self.terms.times(scenarios), numbers)
        chosen = self._by_scenario
        on_hand, due = stocks(state, np.arange(chains, len(source)), self.terms.stores)
        sent = chosen.send(on_hand, due, (state.on_hand + state.gate)[:chains].ravel()).reshape(-1, scenarios)
        # What is owed of earlier orders is sent first.
        sent = np.maximum(np.rint(sent) - state.owed[chains:], 0.0)
        sent[state.period % self.terms.stores.review != 0] = 0.0
        position = state.echelon_position[:chains].ravel()
        bought = np.where(position <= chosen.point, chosen.level - position, 0.0)
        return np.concatenate([bought.reshape(chains, scenarios), sent])
