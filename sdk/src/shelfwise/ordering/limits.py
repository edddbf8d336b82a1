"""What the lines of a plan share: units at each source, room at each node, and money."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.situation import Situation

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Limits:
    """What the lines share: units at each source, room at each node, and money."""

    source_units: Floats
    """Units on hand at each node, of shape (items, nodes)."""
    source_own: Floats
    """Units of them that the node's own demand will need before others come in, of the same shape."""
    source_given: Floats
    """Units that transfers placed today take away already, of the same shape."""
    room: Floats
    """Units that each node can hold, of shape (nodes,), inf where unlimited."""
    stored: Floats
    """Units expected at each node when an order arrives, of the items that are not planned, of shape (nodes,)."""
    budget: float


def shared_limits(situation: Situation) -> Limits:
    """Read the limits.

    Until an order placed today can arrive, and the next one is placed, a node's own demand needs of its stock the most
    by which it runs ahead of what arrives. What was ordered today is not counted, so that planning again is the same.
    """
    state, request, stock = situation.state, situation.request, situation.stock
    others = np.setdiff1d(np.arange(len(state.items.index)), situation.items)
    stored = state.on_hand[others].sum(axis=0) if state.on_hand.size else np.zeros(stock.on_hand.shape[1])
    return Limits(
        source_units=np.maximum(stock.on_hand, 0.0),
        source_own=_own(situation),
        source_given=stock.leaving,
        room=np.where(np.isnan(state.nodes.capacity), np.inf, state.nodes.capacity),
        stored=stored,
        budget=np.inf if request.budget is None else request.budget,
    )


def _own(situation: Situation) -> Floats:
    demand, days = situation.demand.mean, situation.lead_days + situation.review_days
    ahead = np.cumsum(demand - situation.stock.pipeline(situation.lead_days), axis=2)
    known = np.arange(demand.shape[2]) < days[..., None]
    return np.asarray(np.where(known, ahead, 0.0).max(axis=2, initial=0.0))
