"""The best of several kinds of tuned policies, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.demand import Source
from shelfwise.simulation.network import Network
from shelfwise.simulation.state import State
from shelfwise.simulation.tuning.search import Tuned, tuned

__all__ = ["HEURISTICS", "Best", "best"]

Floats = NDArray[np.float64]

HEURISTICS = (
    "base_stock",
    "capped_base_stock",
    "reorder_point",
    "reorder_quantity",
    "projected_inventory",
    "newsvendor",
    "echelon_base_stock",
)
"""Kinds that are compared; the last only where item-nodes supply others, as it is a base-stock policy elsewhere."""


@attrs.frozen(eq=False)
class Best:
    """For each item-node the policy of one of the ``candidates``, named in ``kinds`` (item-nodes,).

    All item-nodes of a tree have the same kind.
    """

    kinds: NDArray[np.object_]
    candidates: Mapping[str, Tuned]
    name: str = "best"

    @property
    def cost(self) -> Floats:
        """What each item-node costs a period, as :class:`Tuned` tells it."""
        return self._chosen("cost")

    @property
    def shortfall(self) -> Floats:
        """What each item-node lacks of the service, as :class:`Tuned` tells it."""
        return self._chosen("shortfall")

    def parameters_of(self, row: int) -> dict[str, float]:
        """Return the parameters of the policy that was chosen for an item-node."""
        chosen = self.candidates[self.kinds[row]]
        return {name: float(values[row]) for name, values in chosen.parameters.items()}

    def _chosen(self, field: str) -> Floats:
        return np.array([getattr(self.candidates[kind], field)[row] for row, kind in enumerate(self.kinds)])

    def order(self, state: State) -> Floats:
        """Return what the policies order."""
        ordered = np.zeros(state.on_hand.shape)
        for kind in sorted(set(self.kinds)):
            rows = self.kinds == kind
            ordered[rows] = self.candidates[kind].order(state)[rows]
        return ordered


def best(
    network: Network, demand: Sequence[Source | None], *, kinds: Sequence[str] | None = None, **options: Any
) -> Best:
    """Tune several kinds (by default all ``HEURISTICS``) and choose by what a tree of item-nodes costs in all.

    Where a service has to be reached, a kind that reaches it everywhere is better than one that does not. ``options``
    are those of :func:`tuned`, the same for every kind.
    """
    if kinds is None:
        kinds = [kind for kind in HEURISTICS if kind != "echelon_base_stock" or len(network.tiers) > 1]
    candidates = {kind: tuned(kind, network, demand, **options) for kind in kinds}
    root = network.roots
    costs, lacking = (
        np.stack([np.bincount(root, getattr(one, field), len(network)) for one in candidates.values()])
        for field in ("cost", "shortfall")
    )
    choice = np.argmin(np.where(lacking > 0, 1e6 * (1.0 + costs.max()) * (1.0 + lacking), costs), axis=0)[root]
    return Best(np.array(list(candidates), dtype=object)[choice], candidates)
