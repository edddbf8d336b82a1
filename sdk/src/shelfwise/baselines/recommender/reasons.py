"""Why an item stands in a slate."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.histories import Profile
from shelfwise.slates import ReasonCode, Reasons, Visitors

__all__ = ["Explainer"]


@attrs.frozen(eq=False)
class Explainer:
    """Says which of the customer's items, or whose purchases, an item of a slate owes its place to.

    ``callers`` has in row i the items that call for item i, and how strongly.
    """

    callers: sparse.csr_array

    def reasons(self, chosen: NDArray[np.int64], visitors: Visitors, profiles: Sequence[Profile]) -> Reasons:
        """Return the reasons of the items chosen, of shape (customers, slots): bought before, and what calls for it."""
        code = np.zeros((*chosen.shape, 2), dtype=np.int8)
        anchor = np.full(code.shape, -1)
        weight, count = np.zeros(self.callers.shape[0]), np.zeros(self.callers.shape[0])
        for row, profile in enumerate(profiles):
            if not profile.item.size:
                continue
            weight[profile.item], count[profile.item] = profile.weight, profile.count
            cart = set(visitors.cart.at(row).tolist())
            for slot, item in enumerate(chosen[row].tolist()):
                if item < 0:
                    break
                code[row, slot, 0] = ReasonCode.BOUGHT_BEFORE if count[item] > 0 else ReasonCode.NONE
                best = self._caller(item, weight)
                if best >= 0:
                    code[row, slot, 1] = _association(best in cart, count[best] > 0)
                    anchor[row, slot, 1] = best
            weight[profile.item], count[profile.item] = 0.0, 0.0
        return Reasons(code, anchor)

    def _caller(self, item: int, weight: NDArray[np.float64]) -> int:
        """Return the item that calls for this one most strongly, -1 where none does."""
        row = slice(self.callers.indptr[item], self.callers.indptr[item + 1])
        pull = self.callers.data[row] * weight[self.callers.indices[row]]
        return int(self.callers.indices[row][pull.argmax()]) if pull.any() else -1


def _association(in_cart: bool, bought: bool) -> ReasonCode:
    if in_cart:
        return ReasonCode.GOES_WITH_CART
    return ReasonCode.BOUGHT_WITH if bought else ReasonCode.GOES_WITH_VIEWED
