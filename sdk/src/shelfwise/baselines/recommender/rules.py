"""What may not be shown, and why."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.catalogue import Catalogue
from shelfwise.types import Index, Reason, RecommendRequest

__all__ = ["Rule", "blocked_items"]


class Rule(IntEnum):
    """A rule that withholds an item; 0 is none."""

    NONE = 0
    GONE = 1
    EXCLUDED = 2
    CATEGORY = 3
    OUT_OF_STOCK = 4
    PURCHASED = 5

    @property
    def reason(self) -> Reason:
        """The rule as a code and in words."""
        return _REASONS[self]


_REASONS = {
    Rule.GONE: Reason("not_in_catalogue", "no longer in the catalogue"),
    Rule.EXCLUDED: Reason("excluded", "excluded by the request"),
    Rule.CATEGORY: Reason("category", "its category is not allowed by the request"),
    Rule.OUT_OF_STOCK: Reason("out_of_stock", "nothing available to promise at any node"),
    Rule.PURCHASED: Reason("purchased", "the customer has bought it before"),
}


def blocked_items(request: RecommendRequest, items: Index, catalogue: Catalogue) -> NDArray[np.int8]:
    """Return the :class:`Rule` of the request that withholds each item, of shape (items,)."""
    rule = np.zeros(len(items), dtype=np.int8)
    if request.allow_categories or request.deny_categories:
        allowed, denied = set(request.allow_categories), set(request.deny_categories)
        passes = {c: c not in denied and (not allowed or c in allowed) for c in set(catalogue.category)}
        rule[[not passes[c] for c in catalogue.category]] = Rule.CATEGORY
    excluded = items.positions(request.exclude_item_ids)
    rule[excluded[excluded >= 0]] = Rule.EXCLUDED
    rule[catalogue.row < 0] = Rule.GONE
    return rule
