"""What may not be shown, and why."""

from __future__ import annotations

from enum import IntEnum

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.catalogue import Catalogue
from shelfwise.slates.rows import Rows
from shelfwise.types import Reason, RecommendRequest, State

__all__ = ["Blocks", "Rule", "blocked_items", "on_hand_nowhere"]


class Rule(IntEnum):
    """A rule that withholds an item, or the draw of an exploration; 0 is none."""

    NONE = 0
    GONE = 1
    EXCLUDED = 2
    CATEGORY = 3
    OUT_OF_STOCK = 4
    PURCHASED = 5
    IN_CART = 6
    CATEGORY_CAP = 7
    BRAND_CAP = 8
    DRAWN = 9

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
    Rule.IN_CART: Reason("in_cart", "it is in the cart already"),
    Rule.CATEGORY_CAP: Reason("category_cap", "the slate has as many items of its category as the request allows"),
    Rule.DRAWN: Reason("drawn", "another item was drawn at random to be shown in its place"),
    Rule.BRAND_CAP: Reason("brand_cap", "the slate has as many items of its brand as the request allows"),
}
SILENT = frozenset({Rule.GONE, Rule.IN_CART})
"""Rules whose items are not named as withheld: nobody would expect them in the slate."""


@attrs.frozen(eq=False)
class Blocks:
    """What single customers may not be shown, besides what nobody may: arrays with one entry per block.

    ``row`` is the customer's place among the visitors, ``item`` the position of the item, ``rule`` a :class:`Rule`.
    """

    row: NDArray[np.int64]
    item: NDArray[np.int64]
    rule: NDArray[np.int8]

    @classmethod
    def of(cls, purchased: Rows, cart: Rows) -> Blocks:
        """Return the blocks; where an item is in both, the later one, the cart, counts."""
        rule = np.repeat(np.array([Rule.PURCHASED, Rule.IN_CART], dtype=np.int8), [purchased.item.size, cart.item.size])
        return cls(np.concatenate([purchased.row, cart.row]), np.concatenate([purchased.item, cart.item]), rule)


def blocked_items(request: RecommendRequest, catalogue: Catalogue, sold_out: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return the :class:`Rule` of the request that withholds each item from everybody, of shape (items,).

    ``sold_out``, of shape (items,), tells what nothing can be promised of.
    """
    rule = np.zeros(catalogue.row.size, dtype=np.int8)
    if request.allow_categories or request.deny_categories:
        allowed, denied = set(request.allow_categories), set(request.deny_categories)
        passes = [c not in denied and (not allowed or c in allowed) for c in (*catalogue.categories, "")]
        rule[~np.array(passes)[catalogue.category]] = Rule.CATEGORY
    excluded = catalogue.items.positions(request.exclude_item_ids)
    rule[excluded[excluded >= 0]] = Rule.EXCLUDED
    rule[catalogue.row < 0] = Rule.GONE
    rule[sold_out & (rule == Rule.NONE)] = Rule.OUT_OF_STOCK
    return rule


def on_hand_nowhere(catalogue: Catalogue, state: State) -> NDArray[np.bool_]:
    """Tell of each item whether no node that sells has a unit of it on hand, of shape (items,)."""
    there = (state.on_hand[:, state.nodes.selling] > 0).any(axis=1)
    return ~np.append(there, False)[catalogue.row]
