"""Why an item stands in a slate: codes and anchors from the recommender, words from here."""

from __future__ import annotations

from enum import IntEnum

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.catalogue import Catalogue
from shelfwise.slates.rows import Rows
from shelfwise.slates.visitors import Visitors
from shelfwise.types import Reason

__all__ = ["ReasonCode", "Reasons", "Wording", "association"]


class ReasonCode(IntEnum):
    """Why an item was chosen; ``anchor`` in the comments is what :class:`Reasons` names beside the code."""

    NONE = 0
    BOUGHT_BEFORE = 1
    GOES_WITH_CART = 2  # anchor: an item of the cart
    BOUGHT_WITH = 3  # anchor: an item that the customer has bought
    GOES_WITH_VIEWED = 4  # anchor: an item that the customer has looked at
    SIMILAR_TO = 5  # anchor: an item that the customer has had or looked at
    MATCHES = 6  # anchor: a label
    POPULAR_IN_ZONE = 7  # "now" where the customer's zone is not one that is told apart
    POPULAR_IN_CATEGORY = 8  # the category is that of the recommended item
    POPULAR = 9
    NEW = 10
    DRAWN = 11


@attrs.frozen(eq=False)
class Reasons:
    """The reasons of each slot: arrays of shape (customers, slots, reasons a slot), aligned with ``Chosen.item``.

    ``code`` is a :class:`ReasonCode`, 0 for none; ``anchor`` the position of an item, or of a label in ``labels``,
    where the code has one. A slot without any reason is popular in the zone.
    """

    code: NDArray[np.int8]
    anchor: NDArray[np.int64]
    labels: tuple[str, ...] = ()

    def drawn(self, explored: NDArray[np.bool_]) -> Reasons:
        """Return the reasons with those of slots that were filled at random, of shape (customers, slots), replaced."""
        if not explored.any():
            return self
        code = np.where(explored[..., None], ReasonCode.NONE, self.code).astype(np.int8)
        code[..., 0][explored] = ReasonCode.DRAWN
        return Reasons(code, self.anchor, self.labels)


def association(visitors: Visitors, anchor: NDArray[np.int64], bought: Rows) -> NDArray[np.int8]:
    """Return how customers came by the items that recommendations go with: the code that fits each anchor.

    ``anchor`` has shape (customers, slots), -1 for none. An item of the cart goes before one of ``bought`` or one that
    was bought in the session; all others count as looked at.
    """
    row = np.arange(len(visitors))[:, None]
    had = bought.contains(row, anchor) | visitors.bought_now.contains(row, anchor)
    code = np.where(had, ReasonCode.BOUGHT_WITH, ReasonCode.GOES_WITH_VIEWED)
    code[visitors.cart.contains(row, anchor)] = ReasonCode.GOES_WITH_CART
    return np.where(anchor >= 0, code, ReasonCode.NONE).astype(np.int8)


@attrs.frozen(eq=False)
class Wording:
    """Turns codes into reasons, equal ones into the same object; ``told_apart`` are the zones that may be named."""

    catalogue: Catalogue
    told_apart: frozenset[str]
    _made: dict[tuple[int, int | str], Reason] = attrs.field(factory=dict)

    def of(
        self, reasons: Reasons, item: NDArray[np.int64], zone: NDArray[np.int64], zones: tuple[str, ...]
    ) -> NDArray[np.object_]:
        """Return a tuple of reasons for each item shown, of the shape of ``item``: (customers, slots).

        ``zone`` holds each customer's position in ``zones``.
        """
        if not item.size:
            return np.empty(item.shape, dtype=object)
        code, anchor = reasons.code.astype(np.int64), reasons.anchor
        code[..., 0][~code.any(axis=2)] = ReasonCode.POPULAR_IN_ZONE
        anchor = np.where(_ANCHORED[code], anchor, -1)
        category = self.catalogue.recorded_category[item][..., None]
        anchor = np.where(code == ReasonCode.POPULAR_IN_CATEGORY, category, anchor)
        anchor = np.where(code == ReasonCode.POPULAR_IN_ZONE, zone[:, None, None], anchor)
        span = int(anchor.max()) + 2
        keys, which = np.unique(code * span + anchor + 1, return_inverse=True)
        words = [self._reason(key // span, key % span - 1, zones, reasons.labels) for key in keys.tolist()]
        return _together(words, which.reshape(code.shape))

    def _reason(self, code: int, place: int, zones: tuple[str, ...], labels: tuple[str, ...]) -> Reason | None:
        if code == ReasonCode.NONE:
            return None
        named = zones if code == ReasonCode.POPULAR_IN_ZONE else labels if code == ReasonCode.MATCHES else None
        anchor = place if named is None else named[place]
        if (code, anchor) not in self._made:
            self._made[code, anchor] = self._worded(ReasonCode(code), anchor)
        return self._made[code, anchor]

    def _worded(self, code: ReasonCode, anchor: int | str) -> Reason:
        if isinstance(anchor, str):
            if code == ReasonCode.MATCHES:
                return Reason("matches", f"matches {anchor}")
            return Reason("popular", f"popular in {anchor}" if anchor in self.told_apart else "popular now")
        if code in _ITEM_TEXTS:
            return Reason(code.name.lower(), _ITEM_TEXTS[code].format(self.catalogue.name(anchor)))
        if code == ReasonCode.POPULAR_IN_CATEGORY and anchor >= 0:
            return Reason("popular_in_category", f"popular in {self.catalogue.categories[anchor]}")
        return Reason(*_PLAIN.get(code, ("popular", "popular now")))


def _together(words: list[Reason | None], which: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return for each slot the tuple of its words; ``which`` has shape (customers, slots, reasons a slot)."""
    slot = which[..., 0].ravel()
    for column in range(1, which.shape[2]):
        if column > 1:  # numbered anew, so that the numbers stay small
            slot = np.unique(slot, return_inverse=True)[1]
        slot = slot * len(words) + which[..., column].ravel()
    _, first, slot = np.unique(slot, return_index=True, return_inverse=True)
    made = np.empty(first.size, dtype=object)
    made[:] = [
        tuple(found for place in places if (found := words[place]) is not None)
        for places in which.reshape(-1, which.shape[2])[first].tolist()
    ]
    return made[slot].reshape(which.shape[:2])


_ITEM_TEXTS = {
    ReasonCode.GOES_WITH_CART: "goes with {} in the cart",
    ReasonCode.BOUGHT_WITH: "bought with {}",
    ReasonCode.GOES_WITH_VIEWED: "goes with {}, looked at before",
    ReasonCode.SIMILAR_TO: "similar to {}",
}
_PLAIN = {
    ReasonCode.BOUGHT_BEFORE: ("bought_before", "bought before"),
    ReasonCode.NEW: ("new", "new in the catalogue"),
    ReasonCode.DRAWN: ("drawn", "something different"),
}
_ANCHORED = np.array([code in _ITEM_TEXTS or code == ReasonCode.MATCHES for code in ReasonCode])
