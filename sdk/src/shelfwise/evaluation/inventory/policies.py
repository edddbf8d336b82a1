"""Reference policies; parameters have shape (rows,)."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.simulator import Policy, View
from shelfwise.hookspecs import Progress

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class BaseStock:
    """Order up to ``level``, but no more than ``cap`` at a time (a capped base-stock policy: Xin 2021)."""

    level: Floats
    cap: Floats | float = np.inf

    def order(self, view: View) -> Floats:
        """Return what is missing of the level, within the cap."""
        return np.minimum(np.maximum(self.level - view.position, 0.0), self.cap)


@attrs.frozen(eq=False)
class ReorderPoint:
    """When stock on hand and on order is at most ``reorder_point``, order up to ``level``: an (s, S) policy."""

    reorder_point: Floats
    level: Floats

    def order(self, view: View) -> Floats:
        """Return what is missing of the level where an order is due."""
        position = view.position
        return np.where(position <= self.reorder_point, np.maximum(self.level - position, 0.0), 0.0)


@attrs.frozen(eq=False)
class Told:
    """A policy that tells of the period it is asked in, of how many."""

    policy: Policy
    name: str
    periods: int
    progress: Progress

    def order(self, view: View) -> Floats:
        """Return what the policy orders."""
        self.progress(self.name, view.period, self.periods)
        return self.policy.order(view)
