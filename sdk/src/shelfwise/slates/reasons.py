"""Why an item stands in a slate: codes and anchors from the recommender, words from here."""

from __future__ import annotations

from enum import IntEnum

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.catalogue import Catalogue
from shelfwise.types import Reason

__all__ = ["ReasonCode", "Reasons", "Wording"]


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


@attrs.frozen(eq=False)
class Reasons:
    """The reasons of each slot: arrays of shape (customers, slots, reasons a slot), aligned with ``Chosen.item``.

    ``code`` is a :class:`ReasonCode`, 0 for none; ``anchor`` the position of an item, or of a label in ``labels``,
    where the code has one. A slot without any reason is popular in the zone.
    """

    code: NDArray[np.int8]
    anchor: NDArray[np.int64]
    labels: tuple[str, ...] = ()


@attrs.frozen(eq=False)
class Wording:
    """Turns codes into reasons, equal ones into the same object; ``told_apart`` are the zones that may be named."""

    catalogue: Catalogue
    told_apart: frozenset[str]
    labels: tuple[str, ...] = ()
    _made: dict[tuple[int, int, str], Reason] = attrs.field(factory=dict)

    def of(self, code: int, anchor: int, item: int, zone: str) -> Reason:
        """Return one reason for an item that is shown in a zone."""
        if code == ReasonCode.POPULAR_IN_CATEGORY:
            anchor = int(self.catalogue.category[item])
        place = zone if code == ReasonCode.POPULAR_IN_ZONE else ""
        reason = self._made.get((code, anchor, place))
        if reason is None:
            reason = self._made[code, anchor, place] = self._worded(ReasonCode(code), anchor, place)
        return reason

    def _worded(self, code: ReasonCode, anchor: int, zone: str) -> Reason:
        if code in _ITEM_TEXTS:
            return Reason(code.name.lower(), _ITEM_TEXTS[code].format(self.catalogue.name(anchor)))
        if code == ReasonCode.MATCHES:
            return Reason("matches", f"matches {self.labels[anchor]}")
        if code == ReasonCode.POPULAR_IN_CATEGORY and anchor >= 0:
            return Reason("popular_in_category", f"popular in {self.catalogue.categories[anchor]}")
        if code == ReasonCode.POPULAR_IN_ZONE and zone in self.told_apart:
            return Reason("popular", f"popular in {zone}")
        return Reason(*_PLAIN.get(code, ("popular", "popular now")))


_ITEM_TEXTS = {
    ReasonCode.GOES_WITH_CART: "goes with {} in the cart",
    ReasonCode.BOUGHT_WITH: "bought with {}",
    ReasonCode.GOES_WITH_VIEWED: "goes with {}, looked at before",
    ReasonCode.SIMILAR_TO: "similar to {}",
}
_PLAIN = {
    ReasonCode.BOUGHT_BEFORE: ("bought_before", "bought before"),
    ReasonCode.NEW: ("new", "new in the catalogue"),
}
