"""The kinds of policy that there are to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["LOTS", "NAMES", "SEARCHED", "Kind"]


class Kind(StrEnum):
    """A policy by the numbers that it is told of an item at a node."""

    EOQ = "eoq"
    """(r, nQ): at the reorder point r or below, as many economic order quantities as lift the stock above it."""
    REORDER_QUANTITY = "reorder_quantity"
    """The same, with a lot that is searched as well where there is training."""
    REORDER_POINT = "reorder_point"
    """(s, S): at s or below, up to S (Scarf 1960)."""
    BASE_STOCK = "base_stock"
    """Up to a level at every review, whatever an order costs."""
    CAPPED_BASE_STOCK = "capped_base_stock"
    """The same, with no more than a cap at a time (Xin 2021)."""
    PROJECTED_INVENTORY = "projected_inventory"
    """Up to a level of the stock that is expected when the order arrives (van Jaarsveld, Arts 2024)."""
    NEWSVENDOR = "newsvendor"
    """Up to a quantile of the demand that the forecast expects over lead time and review period."""
    ECHELON_BASE_STOCK = "echelon_base_stock"
    """Up to a level of the stock of a node and of all that it supplies (Clark, Scarf 1960)."""


LOTS = frozenset({Kind.EOQ, Kind.REORDER_QUANTITY, Kind.REORDER_POINT})
"""Kinds that wait until an order is worth its cost."""
NAMES: Mapping[Kind, str] = {
    Kind.EOQ: "economic order quantity",
    Kind.REORDER_QUANTITY: "(r, Q)",
    Kind.REORDER_POINT: "(s, S)",
    Kind.BASE_STOCK: "base-stock",
    Kind.CAPPED_BASE_STOCK: "capped base-stock",
    Kind.PROJECTED_INVENTORY: "projected inventory level",
    Kind.NEWSVENDOR: "newsvendor",
    Kind.ECHELON_BASE_STOCK: "echelon base-stock",
}
"""As they are told to people."""
SEARCHED: Mapping[Kind, str] = {kind: kind.value for kind in Kind} | {Kind.EOQ: "tuned_eoq"}
"""The search in :mod:`shelfwise.simulation.tuning` for each: an economic order quantity stays as it is."""
