"""The chains of a situation that can be decided together."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering import Situation
from shelfwise_inventory_ppo.chain.terms import ChainTerms
from shelfwise_inventory_ppo.rows import Rows

__all__ = ["Chains", "find_chains"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@attrs.frozen(eq=False)
class Chains:
    """Warehouses at the positions ``at`` of a situation's arrays, (chains,), with their ``stores``.

    ``chain`` (rows,) says which warehouse supplies a store, ``size`` (chains,) how many each supplies, and ``minimum``
    (chains,) is the least order of a warehouse, in units.
    """

    at: tuple[Ints, Ints]
    stores: Rows
    chain: Ints
    minimum: Floats

    def __len__(self) -> int:
        return len(self.at[0])

    @property
    def size(self) -> Ints:
        """How many stores each warehouse supplies, (chains,)."""
        return np.bincount(self.chain, minlength=len(self))

    @property
    def reviews(self) -> Ints:
        """The days from order to order of each warehouse's stores, added up, (chains,)."""
        return np.bincount(self.chain, self.stores.terms.review, len(self)).astype(np.int64)

    def terms(self, situation: Situation, ratio: Floats) -> ChainTerms:
        """Return what a policy is told of them; ``ratio`` (items, nodes) is shortage over holding cost."""
        cover, rate = situation.echelon.cover.at(self.at), situation.echelon.rate[self.at]
        return ChainTerms(
            self.stores.terms,
            ratio=ratio[self.stores.at],
            chain=self.chain,
            batch=np.bincount(self.chain, self.stores.terms.batch, len(self)).astype(np.float64),
            cover=cover.mean,
            spread=np.sqrt(cover.variance),
            lot=np.maximum(situation.cycles.days[self.at] * rate, self.minimum),
        )

    def take(self, chosen: Ints) -> Chains:
        """Return some chains with their stores."""
        place = np.full(len(self), -1)
        place[chosen] = np.arange(len(chosen))
        rows = np.flatnonzero(place[self.chain] >= 0)
        at = (self.at[0][chosen], self.at[1][chosen])
        return Chains(at, self.stores.take(rows), place[self.chain][rows], self.minimum[chosen])


def find_chains(situation: Situation, decidable: Flags, review: Ints, ratio: Floats, among: Flags) -> Chains:
    """Find warehouses that sell nothing themselves, all of whose stores are ``decidable``.

    Arrays have shape (items, nodes); ``review`` is days from order to order, ``among`` says which warehouses are looked
    at. The cost of a warehouse's orders must be of the item alone: when an order that is shared for its cost is due is
    not for one item to say.
    """
    supply, rate, items = situation.supply, situation.echelon.rate, situation.state.items
    supplied = supply.supplied & ~supply.purchase & (rate > 0)
    store = supplied & decidable
    size, all_of_them = np.zeros(rate.shape, np.int64), np.zeros(rate.shape, np.int64)
    for count, which in ((size, store), (all_of_them, supplied)):
        item, node = np.nonzero(which)
        np.add.at(count, (item, supply.source[item, node]), 1)
    asked = np.zeros(rate.shape, bool)
    asked[:, situation.nodes] = among[:, situation.nodes]
    alone = supply.own_cost | (situation.cycles.days <= situation.review_days)
    warehouse = asked & supply.purchase & (size > 0) & (size == all_of_them) & (situation.demand.rate <= 0) & alone
    warehouse &= (situation.lead_days >= 1) & (situation.review_days == 1) & (situation.daily_holding > 0)
    store &= warehouse[np.arange(len(rate))[:, None], supply.source]
    item, node = np.nonzero(warehouse)
    at = (item, node)
    number = np.full(rate.shape, -1)
    number[at] = np.arange(len(item))
    stores = Rows.of(situation, store, ratio, review)
    bought = np.nan_to_num(items.minimum_order[situation.items[item]])
    return Chains(
        at,
        stores,
        number[stores.at[0], supply.source[stores.at]],
        np.maximum(bought, supply.minimum[at]),
    )
