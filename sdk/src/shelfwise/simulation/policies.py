"""Policies that are told by a few numbers an item-node, each of shape (item-nodes,) or (item-nodes, scenarios)."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.state import State

__all__ = ["BaseStock", "EchelonBaseStock", "ReorderPoint", "ReorderQuantity"]

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class BaseStock:
    """Order up to ``level``, but no more than ``cap`` at a time: a capped base-stock policy (Xin 2021)."""

    level: Floats
    cap: Floats | float = np.inf

    def order(self, state: State) -> Floats:
        """Return what the position lacks of the level, within the cap."""
        return np.clip(_column(self.level) - state.position, 0.0, _column(self.cap))


@attrs.frozen(eq=False)
class EchelonBaseStock:
    """Order up to ``level`` with all that an item-node supplies: best in series with backorders (Clark, Scarf 1960)."""

    level: Floats

    def order(self, state: State) -> Floats:
        """Return what the echelon position lacks of the level."""
        return np.maximum(_column(self.level) - state.echelon_position, 0.0)


@attrs.frozen(eq=False)
class ReorderPoint:
    """When the position is at most ``reorder_point``, order up to ``level``: an (s, S) policy (Scarf 1960)."""

    reorder_point: Floats
    level: Floats

    def order(self, state: State) -> Floats:
        """Return what the position lacks of the level where an order is due."""
        position = state.position
        return np.where(position <= _column(self.reorder_point), np.maximum(_column(self.level) - position, 0.0), 0.0)


@attrs.frozen(eq=False)
class ReorderQuantity:
    """When the position is at most ``reorder_point``, order as many times ``quantity`` as lift it above: (r, nQ)."""

    reorder_point: Floats
    quantity: Floats

    def order(self, state: State) -> Floats:
        """Return the quantities that are due."""
        lacking = _column(self.reorder_point) - state.position
        return np.where(lacking >= 0, (np.floor(lacking / _column(self.quantity)) + 1) * _column(self.quantity), 0.0)


def _column(values: Floats | float) -> Floats:
    given = np.atleast_1d(np.asarray(values, dtype=np.float64))
    return given if given.ndim > 1 else given[:, None]
