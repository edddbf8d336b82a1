"""Figures of slates: how well they hit what was bought next, and how much of the catalogue they show."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFINITIONS", "HISTORY_BINS", "Slates", "gini", "history_bin", "per_customer"]

HISTORY_BINS = ("0", "1-2", "3-5", "6-10", "11-20", "21+")
"""Customers by the number of distinct items that they had bought before."""
_BIN_ENDS = (0, 2, 5, 10, 20)

DEFINITIONS = {
    "hit_rate": "share of customers with at least one of the items they bought next in their slate",
    "ndcg": "discounted cumulative gain, 1 / log2(1 + rank) for each hit, over that of a perfect slate",
    "precision": "hits over the slate size",
    "recall": "hits over the number of items bought next",
    "mrr": "1 / rank of the first hit, 0 without one",
    "coverage": "share of the catalogue that stands in at least one slate",
    "novelty": "mean of -log2 of the share of customers who had bought the item shown (never bought: half a customer)",
    "gini": "inequality of how often the items of the catalogue are shown: 0 all alike, 1 a single one",
    "by_history": "the same for customers by how many distinct items they had bought before",
    "new_items": "the same for items that nobody had bought or looked at in the training data, over the customers who "
    "bought one next",
    "calibration": "items shown to customers on record, by purchase probability: its mean and the share bought within "
    "window_days; error: mean distance of the two",
    "standings": "in each segment, the best other row, how far above it (below 0: behind), and the standard error",
    "comparisons": "differences of means over the same customers",
}


@attrs.frozen(eq=False)
class Slates:
    """The slates of an evaluation, one row a customer.

    ``hit`` of shape (customers, slate size) tells which places hold an item that was bought next, ``wanted`` of shape
    (customers,) how many items were.
    """

    hit: NDArray[np.bool_]
    wanted: NDArray[np.int64]

    @classmethod
    def of(cls, shown: Sequence[Sequence[str]], targets: Sequence[frozenset[str]], size: int) -> Slates:
        """Compare what was shown with what was bought; places beyond the slate's end hold nothing."""
        hit = np.zeros((len(shown), size), dtype=bool)
        for row, (slate, target) in enumerate(zip(shown, targets, strict=True)):
            for place, item in enumerate(slate[:size]):
                hit[row, place] = item in target
        return cls(hit, np.array([len(target) for target in targets], dtype=np.int64))


def per_customer(slates: Slates) -> dict[str, NDArray[np.float64]]:
    """Return each accuracy metric of :data:`DEFINITIONS` for every customer, of shape (customers,)."""
    hit, size = slates.hit, slates.hit.shape[1]
    hits = hit.sum(axis=1)
    discount = 1.0 / np.log2(np.arange(size) + 2.0)
    perfect = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(slates.wanted, size)]
    found = hits > 0
    return {
        "hit_rate": found.astype(np.float64),
        "ndcg": _ratio(hit @ discount, perfect),
        "precision": hits / size,
        "recall": _ratio(hits.astype(np.float64), slates.wanted.astype(np.float64)),
        "mrr": np.where(found, 1.0 / (hit.argmax(axis=1) + 1.0), 0.0),
    }


def gini(shown: NDArray[np.int64]) -> float:
    """Return the Gini coefficient of how often each item of the catalogue is shown, of shape (items,)."""
    ordered = np.sort(shown.astype(np.float64))
    total = ordered.sum()
    if not total:
        return 0.0
    rank = np.arange(1, ordered.size + 1)
    return float((2.0 * rank - ordered.size - 1.0) @ ordered / (ordered.size * total))


def history_bin(size: int) -> str:
    """Return the bin of :data:`HISTORY_BINS` that a history of ``size`` items falls into."""
    return HISTORY_BINS[int(np.searchsorted(_BIN_ENDS, size))]


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
