"""Why items stand in a slate."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates import ReasonCode, Reasons, Rows, Visitors, association
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.legs import Associations
from shelfwise_recommender_hybrid.sequences import Sequences

__all__ = ["Explainer"]

_RECENT = 12
"""Events of a customer that may be named, the newest."""
_WORTH_NAMING = 1e-3


@attrs.frozen(eq=False)
class Explainer:
    """Finds what a recommended item goes with, in the weights of an associations leg if there is one.

    ``key`` holds ``caller x items + called`` of each weight, sorted, and ``weight`` the weights.
    """

    key: NDArray[np.int64]
    weight: NDArray[np.float32]
    items: int
    decay: float
    content: Content
    sold: NDArray[np.bool_]

    @classmethod
    def of(cls, leg: Associations | None, content: Content, sold: NDArray[np.bool_]) -> Explainer:
        """Make ready to look weights up."""
        if leg is None:
            return cls(np.zeros(0, np.int64), np.zeros(0, np.float32), sold.size, 0.7, content, sold)
        caller = np.repeat(np.arange(sold.size), np.diff(leg.matrix.indptr))
        return cls(caller * sold.size + leg.matrix.indices, leg.matrix.data, sold.size, leg.decay, content, sold)

    def reasons(self, chosen: NDArray[np.int64], visitors: Visitors, seen: Sequences, bought: Rows) -> Reasons:
        """Return two reasons a slot at most: bought before, what it goes with, else what it matches or that it is new.

        ``chosen`` has shape (customers, slots), -1 for none.
        """
        anchor = self._anchor(chosen, seen)
        row = np.arange(len(chosen))[:, None]
        again = bought.contains(row, chosen) | visitors.bought_now.contains(row, chosen)
        first = np.where(again, ReasonCode.BOUGHT_BEFORE, ReasonCode.NONE).astype(np.int8)
        second = association(visitors, anchor, bought)
        category = self.content.category[np.maximum(chosen, 0)]
        looked = np.zeros((len(chosen), len(self.content.categories)), dtype=bool)
        looked[seen.row, self.content.category[seen.item]] = True
        several = len(self.content.categories) > 1
        matches = np.take_along_axis(looked, category, axis=1) & several & (chosen >= 0)
        unexplained = (first == ReasonCode.NONE) & (second == ReasonCode.NONE)
        second = np.where(unexplained & matches, ReasonCode.MATCHES, second).astype(np.int8)
        anchor = np.where(unexplained & matches, category, anchor)
        fresh = unexplained & ~matches & ~self.sold[np.maximum(chosen, 0)] & (chosen >= 0)
        second = np.where(fresh, ReasonCode.NEW, second).astype(np.int8)
        return Reasons(
            np.stack([first, second], axis=2), np.stack([anchor, anchor], axis=2), labels=self.content.categories
        )

    def _anchor(self, chosen: NDArray[np.int64], seen: Sequences) -> NDArray[np.int64]:
        """Return the item that calls most strongly for each one chosen, -1 where none does."""
        recent = seen.newest(_RECENT)
        caller = Rows(recent.start, recent.item).padded()
        if not self.key.size or not caller.size or not chosen.size:
            return np.full(chosen.shape, -1)
        back = Rows(recent.start, recent.back).padded()
        wanted = caller[:, None, :] * self.items + chosen[:, :, None]
        place = np.minimum(np.searchsorted(self.key, wanted), self.key.size - 1)
        found = (self.key[place] == wanted) & (caller >= 0)[:, None, :] & (chosen >= 0)[:, :, None]
        pull = np.where(found, self.weight[place] * self.decay ** np.maximum(back, 0)[:, None, :], 0.0)
        best = pull.argmax(axis=2)
        strong = np.take_along_axis(pull, best[:, :, None], axis=2)[:, :, 0] > _WORTH_NAMING
        return np.where(strong, np.take_along_axis(caller, best, axis=1), -1)
