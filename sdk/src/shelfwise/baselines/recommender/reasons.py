"""Why an item stands in a slate."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.histories import Profile
from shelfwise.slates import ReasonCode, Reasons, Rows, Visitors, association

__all__ = ["Explainer"]


@attrs.frozen(eq=False)
class Explainer:
    """Says which of the customer's items, or whose purchases, an item of a slate owes its place to.

    ``callers`` has in row i the items that call for item i, and how strongly.
    """

    callers: sparse.csr_array

    def reasons(
        self, chosen: NDArray[np.int64], visitors: Visitors, profiles: Sequence[Profile], bought: Rows
    ) -> Reasons:
        """Return the reasons of the items chosen, of shape (customers, slots): bought before, and what calls for it."""
        caller = np.full(chosen.shape, -1)
        weight = np.zeros(self.callers.shape[0])
        for row, profile in enumerate(profiles):
            weight[profile.item] = profile.weight
            if profile.item.size:
                caller[row] = [self._caller(item, weight) for item in chosen[row].tolist()]
            weight[profile.item] = 0.0
        again = bought.contains(np.arange(len(chosen))[:, None], chosen)
        code = np.where(again, ReasonCode.BOUGHT_BEFORE, ReasonCode.NONE).astype(np.int8)
        return Reasons(
            np.stack([code, association(visitors, caller, bought)], axis=2), np.stack([caller, caller], axis=2)
        )

    def _caller(self, item: int, weight: NDArray[np.float64]) -> int:
        """Return the item that calls for this one most strongly, -1 where none does."""
        row = slice(self.callers.indptr[item], self.callers.indptr[item + 1]) if item >= 0 else slice(0, 0)
        pull = self.callers.data[row] * weight[self.callers.indices[row]]
        return int(self.callers.indices[row][pull.argmax()]) if pull.any() else -1
