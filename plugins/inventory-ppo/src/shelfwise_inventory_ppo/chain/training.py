"""Which of a retailer's chains are tried, and what they are in the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.hookspecs import Progress
from shelfwise.ordering import ObservedDemand, Situation, formula_levels
from shelfwise.simulation import OUTSIDE, Network, laws
from shelfwise.types import Index
from shelfwise_inventory_ppo.chain.apart import Apart
from shelfwise_inventory_ppo.chain.found import Chains, find_chains
from shelfwise_inventory_ppo.chain.gate import ChainGate
from shelfwise_inventory_ppo.chain.trial import Shop, try_chains
from shelfwise_inventory_ppo.chain.tuning import TRIED
from shelfwise_inventory_ppo.chain.verdicts import ChainVerdicts
from shelfwise_inventory_ppo.gate import Gate
from shelfwise_inventory_ppo.planning import cadence, decidable, shortage_ratio
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Effort
from shelfwise_inventory_ppo.trial import lead_time_laws

__all__ = ["ChainTrials"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROWS = 20_000
"""Stores of all numbers and scenarios that are simulated side by side, or those of one chain."""


@attrs.frozen(eq=False)
class ChainTrials:
    """The trials of a ``situation``'s chains, of which ``observed`` tells the demand.

    ``policy`` and ``gate`` are how stores decide by themselves.
    """

    situation: Situation
    observed: ObservedDemand
    policy: LearnedPolicy
    gate: Gate
    quantile_ceiling: float
    effort: Effort
    seed: int

    def run(self, most: int, progress: Progress) -> ChainGate:
        """Try out at most so many chains, those first of which a day's demand earns most."""
        chains, found = self._candidates(most)
        done, verdicts = 0, [ChainGate.untried().verdicts]
        for some in self._together(chains):
            progress("trials of chains", done, len(chains))
            part = chains.take(some)
            verdicts.append(self._verdicts(part, [found[row] for row in np.flatnonzero(np.isin(chains.chain, some))]))
            done += len(some)
        progress("trials of chains", done, len(chains))
        items, nodes = Index(self.situation.request.item_ids), self.situation.state.nodes.index
        return ChainGate(items, nodes, *chains.at, chains.size, chains.reviews, ChainVerdicts.joined(verdicts))

    @property
    def _ratio(self) -> Floats:
        return shortage_ratio(self.situation, self.quantile_ceiling)

    def _candidates(self, most: int) -> tuple[Chains, list[laws.DiscreteLaw]]:
        """Return chains of which the demand of all stores is known, in whole units, and its laws."""
        situation = self.situation
        can = decidable(situation)
        chains = find_chains(situation, can, cadence(situation), self._ratio, among=np.ones_like(can))
        item, node = chains.stores.at
        seen = [
            self.observed.of(situation.request.item_ids[row], situation.state.nodes.index[column])
            for row, column in zip(item, node, strict=True)
        ]
        known = np.array([units is not None and bool((units == np.rint(units)).all()) for units in seen], bool)
        whole = np.bincount(chains.chain, ~known, len(chains)) == 0
        worth = np.bincount(chains.chain, (situation.demand.rate * situation.costs.shortage)[item, node], len(chains))
        chosen = np.sort([row for row in np.argsort(-worth, kind="stable") if whole[row]][:most]).astype(np.int64)
        kept = np.flatnonzero(np.isin(chains.chain, chosen))
        return chains.take(chosen), [laws.empirical(np.asarray(seen[row], np.float64)) for row in kept]

    def _together(self, chains: Chains) -> Iterator[Ints]:
        """Yield positions of chains that are simulated side by side."""
        part = np.cumsum(chains.size) * TRIED * self.effort.chain_scenarios // _ROWS
        for number in np.unique(part):
            yield np.flatnonzero(part == number)

    def _verdicts(self, chains: Chains, demand: list[laws.DiscreteLaw]) -> ChainVerdicts:
        situation, stores = self.situation, chains.stores
        terms = chains.terms(situation, self._ratio)
        items, nodes = np.array(situation.request.item_ids, object), situation.state.nodes.index.array
        choice = self.gate.choose(items[stores.at[0]], nodes[stores.at[1]], stores.terms, terms.ratio)
        formula, at = formula_levels(situation, quantile_ceiling=self.quantile_ceiling), chains.at
        point = formula[at] - 1.0
        lasting = np.rint((situation.cycles.days - situation.review_days)[at] * situation.echelon.rate[at])
        level = np.concatenate([formula[at] + lasting, formula[stores.at]])
        shop = Shop(terms, self._network(chains, level), [*[None] * len(chains), *demand], self._lead_times(chains))
        apart = Apart(self.policy, choice, stores.terms, point, level)
        return try_chains(self.policy, apart, shop, self.effort, self.seed)

    def _network(self, chains: Chains, stock: Floats) -> Network:
        """Return chains in the simulator; costs are in those of holding a unit of the item for a day."""
        situation, at, stores = self.situation, chains.at, chains.stores.at
        items, nodes = situation.request.item_ids, situation.state.nodes.index
        both = tuple(np.concatenate(pair) for pair in zip(at, stores, strict=True))
        pack = situation.state.items.pack_size[situation.items][both[0]]
        cost = np.where(situation.supply.own_cost[at], situation.supply.fixed_cost[at], 0.0)
        none = np.zeros(len(stores[0]))
        return Network(
            names=[f"{items[item]} at {nodes[node]}" for item, node in zip(*both, strict=True)],
            source=np.concatenate([np.full(len(chains), OUTSIDE), chains.chain]),
            lead_time=situation.lead_days[both],
            minimum=np.append(chains.minimum, situation.supply.minimum[stores]),
            pack=np.where(pack > 1, pack, 0.0),
            order_cost=np.append(cost / situation.daily_holding[at], none),
            holding_cost=1.0,
            lost_cost=np.append(np.zeros(len(chains)), self._ratio[stores]),
            initial_stock=np.ceil(stock),
        )

    def _lead_times(self, chains: Chains) -> list[laws.DiscreteLaw | None]:
        situation = self.situation
        both = tuple(np.concatenate(pair) for pair in zip(chains.at, chains.stores.at, strict=True))
        return lead_time_laws(situation.lead_days[both], np.sqrt(situation.lead_variance[both]))
