"""The row that every recommender must beat: the same best sellers for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.hookspecs import hookimpl
from shelfwise.types import EventKind, Index, Progress, Recommendations, RecommendRequest, Slate, SlateItem

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["MostPopular"]


@attrs.define(eq=False)
class MostPopular:
    """Shows what was bought most often in the training data, leaving out what the customer has had."""

    _items: Index = attrs.field(init=False, factory=Index)
    _count: NDArray[np.float64] = attrs.field(init=False, factory=lambda: np.zeros(0))
    _order: NDArray[np.int64] = attrs.field(init=False, factory=lambda: np.zeros(0, np.int64))
    _had: dict[str, frozenset[str]] = attrs.field(init=False, factory=dict)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Count purchases."""
        bought = dataset.events[dataset.events["kind"] == EventKind.PURCHASE.value]
        self._items = Index(tuple(dataset.items["item_id"]))
        self._count = np.bincount(self._items.positions(bought["item_id"]), minlength=len(self._items)) / max(
            1, len(bought)
        )
        self._order = np.argsort(-self._count, kind="stable")
        self._had = {str(customer): frozenset(items) for customer, items in bought.groupby("customer_id")["item_id"]}
        progress("most popular", 1, 1)

    @hookimpl
    def recommend(self, request: RecommendRequest) -> Recommendations:
        """Return the best sellers, the excluded ones left out."""
        slates = []
        for customer in request.customers:
            skip = set(request.exclude_item_ids)
            if request.exclude_purchased:
                skip |= self._had.get(customer.customer_id, frozenset())
                skip |= {event.item_id for event in customer.events if event.kind == EventKind.PURCHASE}
            best = [
                int(row) for row in self._order[: request.slate_size + len(skip)] if self._items[int(row)] not in skip
            ]
            items = (
                SlateItem(rank, self._items[row], float(self._count[row]), float(self._count[row]), 0.0)
                for rank, row in enumerate(best[: request.slate_size], start=1)
            )
            slates.append(Slate(customer.customer_id, tuple(items), impersonal=not request.exclude_purchased))
        return Recommendations(tuple(slates))
