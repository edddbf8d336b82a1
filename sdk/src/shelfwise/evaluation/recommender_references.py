"""Rows that every recommender must beat: best sellers, of everything, of the categories liked, of the last week."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.hookspecs import hookimpl
from shelfwise.types import Event, EventKind, Index, Progress, Recommendations, RecommendRequest, Slate, SlateItem

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset
    from shelfwise.evaluation.recommender_task import RecommenderTask

__all__ = ["REFERENCE", "BestSellers", "category_popular", "last_week", "most_popular", "references"]

REFERENCE = "most_popular"
_NOTHING = np.zeros(0, dtype=np.int64)
_WEEK = pd.Timedelta(days=7)

Share = Callable[[NDArray[np.int64]], NDArray[np.float64]]
"""From the rows of the items that a customer has had to the share of sales that each item is expected to have."""


def references(task: RecommenderTask) -> Mapping[str, BestSellers]:
    """Return the references that tell something on ``task``: the last week needs times, categories more than one."""
    rows = {REFERENCE: BestSellers(most_popular)}
    if _groups(task.dataset.items).shape[1] > 1:
        rows["category_popular"] = BestSellers(category_popular)
    if task.window is not None:
        rows["last_week"] = BestSellers(last_week)
    return rows


def most_popular(dataset: Dataset, items: Index) -> Share:
    """Expect everybody to buy what was bought most often."""
    count = _purchases(dataset.events, items)
    return lambda _: count


def last_week(dataset: Dataset, items: Index) -> Share:
    """Expect everybody to buy what was bought most often in the last week of the events."""
    events = dataset.events
    count = _purchases(events[(events["time"] > events["time"].max() - _WEEK).to_numpy(bool)], items)
    return lambda _: count


def category_popular(dataset: Dataset, items: Index) -> Share:
    """Expect a customer to stay with the categories of what they have had, and to buy the best sellers of each.

    Of somebody who has had nothing yet, all that is known is how popular the categories are. Where there is but one
    category, the words of the column ``attributes`` stand for them.
    """
    count = _purchases(dataset.events, items)
    groups = _groups(dataset.items)
    sold = groups.T @ count
    within = sparse.diags_array(count) @ groups @ sparse.diags_array(1.0 / np.maximum(sold, 1e-12))
    within = sparse.csr_array(within)

    def share(had: NDArray[np.int64]) -> NDArray[np.float64]:
        if not had.size:
            return count
        liked = np.asarray(groups[had].sum(axis=0)).ravel()
        return np.asarray(within @ liked) + 1e-6 * count

    return share


@attrs.define(eq=False)
class BestSellers:
    """Shows the items with the largest share, leaving out what the customer has had if repeats do not count."""

    learn: Callable[[Dataset, Index], Share]
    _items: Index = attrs.field(init=False, factory=Index)
    _share: Share | None = attrs.field(init=False, default=None)
    _had: dict[str, NDArray[np.int64]] = attrs.field(init=False, factory=dict)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Count purchases, and remember who had what."""
        bought = _bought(dataset.events)
        self._items = Index(tuple(dataset.items["item_id"]))
        self._share = self.learn(dataset, self._items)
        rows = pd.Series(self._items.positions(bought["item_id"]), index=bought.index)
        self._had = {str(name): part.unique() for name, part in rows.groupby(bought["customer_id"])}
        progress("best sellers", 1, 1)

    @hookimpl
    def recommend(self, request: RecommendRequest) -> Recommendations | None:
        """Return the best sellers, the excluded ones left out."""
        if self._share is None:
            return None
        excluded = _known(self._items.positions(request.exclude_item_ids))
        slates = []
        for customer in request.customers:
            known = self._had.get(customer.customer_id, _NOTHING)
            had = np.concatenate([known, self._rows(customer.events)])
            skip = excluded
            if request.exclude_purchased:
                new = self._rows(event for event in customer.events if event.kind == EventKind.PURCHASE)
                skip = np.concatenate([excluded, known, new])
            share = self._share(had)
            best = _best(share, set(skip.tolist()), request.slate_size)
            whole = max(float(share.sum()), 1e-12)
            items = (
                SlateItem(rank, self._items[row], float(share[row]), float(share[row]) / whole, 0.0)
                for rank, row in enumerate(best, start=1)
            )
            slates.append(Slate(customer.customer_id, tuple(items), impersonal=not had.size))
        return Recommendations(tuple(slates))

    def _rows(self, events: Iterable[Event]) -> NDArray[np.int64]:
        return _known(self._items.positions(event.item_id for event in events))


def _known(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return rows[rows >= 0]


def _best(share: NDArray[np.float64], skip: set[int], size: int) -> list[int]:
    """Return the rows with the largest share in order, equals in the order of the catalogue."""
    count = min(share.size, size + len(skip))
    threshold = np.partition(share, -count)[-count] if count else 0.0
    near = np.flatnonzero(share >= threshold)
    ordered = near[np.argsort(-share[near], kind="stable")]
    return [row for row in ordered[: size + len(skip)].tolist() if row not in skip][:size]


def _bought(events: pd.DataFrame) -> pd.DataFrame:
    return events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)]


def _purchases(events: pd.DataFrame, items: Index) -> NDArray[np.float64]:
    return np.bincount(items.positions(_bought(events)["item_id"]), minlength=len(items)).astype(np.float64)


def _groups(items: pd.DataFrame) -> sparse.csr_array:
    """Return which item belongs to which category, or else attribute, of shape (items, groups)."""
    texts = [[str(category)] for category in items["category"]]
    if len({text[0] for text in texts}) <= 1 and "attributes" in items:
        texts = [str(words).split() for words in items["attributes"]]
    names = Index(tuple(dict.fromkeys(word for words in texts for word in words)))
    row = np.repeat(np.arange(len(texts)), [len(words) for words in texts])
    column = names.positions(word for words in texts for word in words)
    return sparse.csr_array((np.ones(row.size), (row, column)), shape=(len(texts), len(names)))
