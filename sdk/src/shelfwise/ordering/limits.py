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
    """Units that each node can give away, of shape (items, nodes)."""
    room: Floats
    """Units that each node can hold, of shape (nodes,), inf where unlimited."""
    stored: Floats
    """Units expected at each node when an order arrives, of the items that are not planned, of shape (nodes,)."""
    budget: float


def shared_limits(situation: Situation) -> Limits:
    """Read the limits; a node gives away what its own demand leaves until its next order can arrive."""
    state, request, stock = situation.state, situation.request, situation.stock
    own = situation.demand.over(situation.lead_days + situation.review_days)[0]
    others = np.setdiff1d(np.arange(len(state.items.index)), situation.items)
    stored = state.on_hand[others].sum(axis=0) if state.on_hand.size else np.zeros(own.shape[1])
    return Limits(
        source_units=np.maximum(stock.on_hand - stock.leaving - own, 0.0),
        room=np.where(np.isnan(state.nodes.capacity), np.inf, state.nodes.capacity),
        stored=stored,
        budget=np.inf if request.budget is None else request.budget,
    )
