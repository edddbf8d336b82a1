"""Why an item stands in a slate."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.blocks import blocks
from shelfwise.baselines.recommender.histories import Profiles
from shelfwise.slates import ReasonCode, Reasons, Rows, Visitors, association

__all__ = ["Explainer"]


@attrs.frozen(eq=False, slots=False)
class Explainer:
    """Says which of the customer's items, or whose purchases, an item of a slate owes its place to.

    ``callers`` has in row i the items that call for item i, and how strongly.
    """

    callers: sparse.csr_array

    def reasons(self, chosen: NDArray[np.int64], visitors: Visitors, profiles: Profiles, bought: Rows) -> Reasons:
        """Return the reasons of the items chosen, of shape (customers, slots): bought before, and what calls for it."""
        caller = np.full(chosen.shape, -1)
        for rows in blocks(len(chosen), chosen.shape[1] * self._most_callers):
            caller[rows] = self._called_by(chosen[rows], profiles.take(rows))
        again = bought.contains(np.arange(len(chosen))[:, None], chosen)
        code = np.where(again, ReasonCode.BOUGHT_BEFORE, ReasonCode.NONE).astype(np.int8)
        return Reasons(
            np.stack([code, association(visitors, caller, bought)], axis=2), np.stack([caller, caller], axis=2)
        )

    @cached_property
    def _most_callers(self) -> int:
        return int(np.diff(self.callers.indptr).max(initial=0))

    def _called_by(self, chosen: NDArray[np.int64], profiles: Profiles) -> NDArray[np.int64]:
        """Return which of the customer's items calls for each one most strongly, -1 where none does."""
        caller = np.full(chosen.shape, -1)
        row, slot = np.nonzero(chosen >= 0)
        had = profiles.matrix(profiles.weight, self.callers.shape[0])
        pull = self.callers[chosen[row, slot]].multiply(had[row]).tocsr()
        called = np.flatnonzero(np.diff(pull.indptr))
        if called.size:
            length = np.diff(pull.indptr)[called]
            strongest = np.maximum.reduceat(pull.data, pull.indptr[called])
            # Backwards, so that of equals the first is written last.
            at = np.flatnonzero(pull.data == np.repeat(strongest, length))[::-1]
            place = np.repeat(called, length)[at]
            caller[row[place], slot[place]] = pull.indices[at]
        return caller
