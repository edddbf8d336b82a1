"""Policies of this plugin as the simulator asks them."""

from __future__ import annotations

from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation import State
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["Simulated", "stocks"]

Floats = NDArray[np.float64]


class _Policy(Protocol):
    def order(self, terms: Terms, on_hand: Floats, due: Floats) -> NDArray[np.floating]: ...


@attrs.define(eq=False)
class Simulated:
    """A policy for item-nodes of the simulator, of which ``terms`` has a row each; it orders whole units.

    Lead times of the network, which are those announced, must be the terms' own.
    """

    policy: _Policy
    terms: Terms
    _by_scenario: Terms | None = attrs.field(init=False, default=None)

    def order(self, state: State) -> Floats:
        """Return units to order, of shape (item-nodes, scenarios)."""
        shape = state.on_hand.shape
        if self._by_scenario is None or len(self._by_scenario.rate) != shape[0] * shape[1]:
            self._by_scenario = self.terms.each(lambda column: np.repeat(column, shape[1], axis=0))
        on_hand, due = stocks(state, np.arange(shape[0]), self.terms)
        units = self.policy.order(self._by_scenario, on_hand, due)
        return np.asarray(np.maximum(np.rint(units).reshape(shape) - state.owed, 0.0), np.float64)


def stocks(state: State, rows: NDArray[np.int64], terms: Terms) -> tuple[Floats, Floats]:
    """Return what is on hand and due at some item-nodes, whose ``terms`` are told, in every scenario.

    That has shape (rows x scenarios,), and (rows x scenarios, periods) for what is announced for 1, 2, ... periods
    from now, and what is late with the first.
    """
    stock = (state.on_hand + state.gate - state.backlog)[rows]
    ages, lead = state.by_age[rows], terms.lead_time
    periods = terms.mean.shape[1] - 1
    age = lead[:, None] - 1 - np.arange(periods)
    known = (age >= 0) & (age < ages.shape[1])
    due = np.where(known[..., None], np.take_along_axis(ages, np.clip(age, 0, ages.shape[1] - 1)[..., None], 1), 0.0)
    late = np.arange(ages.shape[1]) >= lead[:, None]
    due[:, 0] += np.where(late[..., None], ages, 0.0).sum(axis=1)
    return stock.ravel(), due.transpose(0, 2, 1).reshape(stock.size, -1)
