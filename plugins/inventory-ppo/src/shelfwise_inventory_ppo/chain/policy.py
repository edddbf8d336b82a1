"""How a chain is decided: what a warehouse sends to its stores, and when it orders how much."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_inventory_ppo.arrays import NUMPY
from shelfwise_inventory_ppo.chain.allocation import allocate
from shelfwise_inventory_ppo.chain.numbers import Numbers
from shelfwise_inventory_ppo.chain.terms import ChainTerms
from shelfwise_inventory_ppo.features import look
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.promise import HIGHEST

__all__ = ["ChainPolicy"]

Floats = NDArray[np.float64]

_REVIEWS = 1.5
"""Of a chain's demand, that its warehouse has beyond what stores need: so many are much, so many too few are little."""
_SCORE = 0.75
"""Of the usual point, in deviations."""


@attrs.frozen(eq=False)
class ChainPolicy:
    """The one ``policy`` for item-nodes, told at each store what a unit is worth by what the warehouse has.

    That is how a policy which was learned where supply never fails minds the stock upstream: stores want little while
    units may be needed more elsewhere, and much while holding them costs no more than at the warehouse.
    """

    policy: LearnedPolicy
    terms: ChainTerms
    numbers: Numbers

    @property
    def point(self) -> Floats:
        """Units on hand and on order in a whole chain, or fewer, at which its warehouse orders; (chains,)."""
        return np.floor(self.terms.cover + (_SCORE + self.numbers.shift) * self.terms.spread)

    @property
    def level(self) -> Floats:
        """Units on hand and on order in a whole chain that an order of its warehouse leads to; (chains,)."""
        return np.asarray(self.point + np.maximum(np.rint(self.numbers.lots * self.terms.lot), 1.0))

    def send(self, on_hand: Floats, due: Floats, held: Floats) -> Floats:
        """Return units of any size for each store, (rows,), none that its warehouse has not.

        ``on_hand`` (rows,) is after arrivals, ``due`` (rows, periods) what arrives in 1, 2, ... periods, ``held``
        (chains,) what warehouses have.
        """
        terms, numbers = self.terms, self.numbers
        need = look(terms.stores, on_hand.astype(np.float32), due.astype(np.float32), NUMPY).myopic
        spare = held - np.bincount(terms.chain, need, len(held))
        price = numbers.price + numbers.swing * np.tanh(spare / (_REVIEWS * terms.batch))
        told = terms.stores.priced(np.clip(terms.ratio * np.exp(price)[terms.chain], 1.0, HIGHEST))
        wanted = self.policy.order(told, on_hand, due).astype(np.float64)
        return allocate(wanted, terms.stores.scale.astype(np.float64), terms.chain, held)
