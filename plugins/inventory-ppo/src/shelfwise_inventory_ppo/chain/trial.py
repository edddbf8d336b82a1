"""The trial of chains: decided together and each node by itself, in the same simulated worlds."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation import Network, Policy, World, simulate
from shelfwise.simulation.laws import DiscreteLaw
from shelfwise_inventory_ppo.chain.simulated import SimulatedChains
from shelfwise_inventory_ppo.chain.terms import ChainTerms
from shelfwise_inventory_ppo.chain.tuning import tuned_chains
from shelfwise_inventory_ppo.chain.verdicts import ChainVerdicts
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Effort
from shelfwise_inventory_ppo.trial import paired_interval

__all__ = ["Shop", "try_chains"]

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Shop:
    """Chains in the simulator: a ``network`` as :class:`SimulatedChains` wants it, with its laws."""

    terms: ChainTerms
    network: Network
    demand: Sequence[DiscreteLaw | None]
    lead_times: Sequence[DiscreteLaw | None]

    def world(self, effort: Effort, scenarios: int, seed: int, study: str) -> World:
        """Draw a world."""
        periods = effort.warmup + effort.periods
        return World.draw(
            self.network,
            self.demand,
            periods=periods,
            scenarios=scenarios,
            seed=seed,
            lead_times=self.lead_times,
            study=study,
        )


def try_chains(policy: LearnedPolicy, apart: Policy, shop: Shop, effort: Effort, seed: int) -> ChainVerdicts:
    """Find each chain's best numbers, with the learned policy and without, then let it face what it is ``apart``.

    Which of the two it is, and with which numbers, is chosen on draws that the trial does not use.
    """
    terms, warmup = shop.terms, effort.warmup
    study = shop.world(effort, effort.chain_scenarios, seed, "tuning of chains")
    with_it, without = (tuned_chains(one, terms, study, warmup=warmup) for one in (policy, LearnedPolicy.unlearned()))
    learned = with_it[1] <= without[1]
    world = shop.world(effort, effort.scenarios, seed, "trial of chains")

    def cost(one: Policy) -> Floats:
        return world.network.echelon(simulate(world, one, warmup=warmup).cost)[: len(terms)]

    together = [
        cost(SimulatedChains(one, terms, found[0]))
        for one, found in ((policy, with_it), (LearnedPolicy.unlearned(), without))
    ]
    by_themselves = cost(apart)
    usual = np.maximum(by_themselves.mean(axis=1), 1e-12)
    mean, half = paired_interval(by_themselves - np.where(learned[:, None], *together))
    numbers = with_it[0].where(learned, without[0])
    return ChainVerdicts(learned, numbers, mean / usual, (mean - half) / usual, (mean + half) / usual)
