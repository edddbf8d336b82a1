"""Policies that are told by a few numbers an item-node, each of shape (item-nodes,) or (item-nodes, scenarios)."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.projection import projected
from shelfwise.simulation.state import State

__all__ = ["BaseStock", "EchelonBaseStock", "Newsvendor", "ProjectedInventory", "ReorderPoint", "ReorderQuantity"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
    """Order up to ``level`` with all that an item-node supplies: best in series with backorders (Clark, Scarf 1960).

    A source that has less than is ordered of it shares it out in proportion.
    """

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


@attrs.frozen(eq=False)
class ProjectedInventory:
    """Order up to ``level`` of the stock expected when the order arrives (van Jaarsveld, Arts 2024).

    ``mean`` and ``variance`` are of the demand of a period, (item-nodes,), or (periods, item-nodes) and begun again
    where they end; the stock is projected by lead times as the network tells them. ``whole`` orders are rounded.
    """

    level: Floats
    mean: Floats
    variance: Floats
    whole: bool = True

    def order(self, state: State) -> Floats:
        """Return what the projection lacks of the level."""
        lacking = np.maximum(_column(self.level) - self.projection(state) - state.owed, 0.0)
        return np.rint(lacking) if self.whole else lacking

    def projection(self, state: State) -> Floats:
        """Return the stock expected when an order arrives, without what is owed; (item-nodes, scenarios)."""
        network, ages = state.network, state.by_age
        stock = state.on_hand + state.gate - state.backlog
        lost = network.backorder_share[:, None] < 1.0
        for lead in np.unique(network.lead_time[network.lead_time > 0]):
            rows = np.flatnonzero(network.lead_time == lead)
            arriving = np.array(ages[rows, :lead][:, ::-1])
            # What is overdue is expected in the next period.
            arriving[:, 0] += ages[rows, lead:].sum(axis=1)
            mean, variance = (_ahead(m, state.period, int(lead), rows) for m in (self.mean, self.variance))
            stock[rows] = projected(stock[rows], arriving.transpose(0, 2, 1), mean, variance, lost[rows])[0]
        return stock


@attrs.frozen(eq=False)
class Newsvendor:
    """Order up to the ``probability`` quantile of the demand until the order after this one could arrive.

    ``sums`` (item-nodes, periods, samples) are sorted draws of that demand from each period on, begun again where they
    end.
    """

    probability: Floats
    sums: Floats

    def order(self, state: State) -> Floats:
        """Return what the position lacks of the quantile."""
        drawn = self.sums[:, state.period % self.sums.shape[1]]
        place = np.ceil(_column(self.probability) * drawn.shape[1]).astype(np.int64) - 1
        level = np.take_along_axis(drawn, np.clip(place, 0, drawn.shape[1] - 1), axis=1)
        return np.maximum(level - state.position, 0.0)


def _ahead(moment: Floats, period: int, periods: int, rows: Ints) -> Floats:
    """Return a moment of the demand of this period and those after it, of shape (rows, 1, periods or 1)."""
    given = np.atleast_2d(np.asarray(moment, dtype=np.float64))
    when = period + np.arange(periods if len(given) > 1 else 1)
    return given[when % len(given)][:, rows].T[:, None]


def _column(values: Floats | float) -> Floats:
    given = np.atleast_1d(np.asarray(values, dtype=np.float64))
    return given if given.ndim > 1 else given[:, None]
