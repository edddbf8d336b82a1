"""Which deliveries are near each other."""

from __future__ import annotations

import numpy as np

from shelfwise.routing.problem import Ints, Problem

__all__ = ["nearest"]


def nearest(problem: Problem, most: int) -> Ints:
    """Return for each delivery the rows of the ``most`` nearest others, of shape (deliveries, at most ``most``).

    Near is what costs little to go to and come from with the dearest vehicle, or takes little time if all is free.
    """
    size, types = len(problem), problem.types
    per_km = types.cost_per_km.max(initial=0.0)
    per_minute = (types.cost_per_minute * types.pace).max(initial=0.0)
    near = per_km * problem.distance[:size, :size] + (per_minute or not per_km) * problem.minutes[:size, :size]
    near = near + near.T
    np.fill_diagonal(near, np.inf)
    keep = min(most, size - 1)
    part = np.argpartition(near, keep - 1, axis=1)[:, :keep] if keep else np.zeros((size, 0), dtype=np.int64)
    order = np.argsort(np.take_along_axis(near, part, axis=1), axis=1, kind="stable")
    return np.take_along_axis(part, order, axis=1)
