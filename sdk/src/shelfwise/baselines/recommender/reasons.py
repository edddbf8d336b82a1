"""Why an item stands in a slate."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.session import Visitor
from shelfwise.types import Reason

__all__ = ["Explainer"]


@attrs.frozen(eq=False)
class Explainer:
    """Says which of the customer's items, or whose purchases, an item of a slate owes its place to.

    ``callers`` has in row i the items that call for item i, and how strongly; ``zones`` are those
    told apart.
    """

    callers: sparse.csr_array
    zones: frozenset[str]

    def reasons(
        self, item: int, visitor: Visitor, weight: NDArray[np.float64], names: NDArray[np.object_]
    ) -> tuple[Reason, ...]:
        """Return the reasons for one item; ``weight`` holds the weights of the visitor's items, of shape (items,)."""
        found = []
        profile = visitor.profile
        place = int(np.searchsorted(profile.item, item))
        if place < profile.item.size and profile.item[place] == item and profile.count[place] > 0:
            found.append(Reason("bought_before", "bought before"))
        row = slice(self.callers.indptr[item], self.callers.indptr[item + 1])
        caller = self.callers.indices[row]
        pull = self.callers.data[row] * weight[caller]
        if pull.any():
            best = int(caller[pull.argmax()])
            found.append(self._association(best, visitor, str(names[best])))
        if not found:
            found.append(
                Reason("popular", f"popular in {visitor.zone}" if visitor.zone in self.zones else "popular now")
            )
        return tuple(found)

    def _association(self, caller: int, visitor: Visitor, name: str) -> Reason:
        if caller in visitor.cart:
            return Reason("goes_with_cart", f"goes with {name} in the cart")
        if visitor.profile.count[np.searchsorted(visitor.profile.item, caller)] > 0:
            return Reason("bought_with", f"bought with {name}")
        return Reason("goes_with_viewed", f"goes with {name}, looked at before")
