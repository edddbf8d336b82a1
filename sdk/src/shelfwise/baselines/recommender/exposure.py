"""What the slates will cause: impressions and extra units per item, node and day."""

from __future__ import annotations

from datetime import date

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Exposure, Index

__all__ = ["Tally"]


@attrs.frozen(eq=False)
class Tally:
    """Collects what slates show; ``add`` once per slate, ``exposure`` at the end."""

    item: list[NDArray[np.int64]] = attrs.field(factory=list)
    node: list[NDArray[np.int64]] = attrs.field(factory=list)
    impressions: list[NDArray[np.float64]] = attrs.field(factory=list)
    probability: list[NDArray[np.float64]] = attrs.field(factory=list)

    def add(
        self, item: NDArray[np.int64], node: NDArray[np.int64], visits: float, probability: NDArray[np.float64]
    ) -> None:
        """Count one slate: its items, the nodes that fulfil them (-1 undecided) and who will see and buy them."""
        self.item.append(item)
        self.node.append(node)
        self.impressions.append(np.maximum(visits, probability))
        self.probability.append(probability)

    def exposure(
        self,
        items: Index,
        nodes: Index,
        *,
        extra_per_purchase: NDArray[np.float64],
        node_share: NDArray[np.float64],
        weekday_share: NDArray[np.float64],
        starts_on: date,
        days: int,
    ) -> Exposure:
        """Return the exposure of the items shown.

        ``extra_per_purchase`` holds the extra units that one purchase of each item stands for, ``node_share`` how
        demand spreads over nodes where the slate left that open, ``weekday_share`` how it spreads over the week
        (Monday first).
        """
        item = np.concatenate([np.zeros(0, np.int64), *self.item])
        node = np.concatenate([np.zeros(0, np.int64), *self.node])
        shown, place = np.unique(item, return_inverse=True)
        weekday = (starts_on.weekday() + np.arange(days)) % 7
        share = weekday_share[weekday]
        share = share / share.sum() if share.sum() > 0 else np.full(days, 1.0 / max(1, days))

        def spread(amount: NDArray[np.float64]) -> NDArray[np.float64]:
            total = np.zeros((shown.size, len(nodes)))
            decided = node >= 0
            np.add.at(total, (place[decided], node[decided]), amount[decided])
            total += np.bincount(place[~decided], amount[~decided], shown.size)[:, None] * node_share
            return np.asarray(total[:, :, None] * share)

        probability = np.concatenate([np.zeros(0), *self.probability])
        return Exposure(
            items=Index(tuple(items.array[shown])),
            nodes=nodes,
            impressions=spread(np.concatenate([np.zeros(0), *self.impressions])),
            extra_units=spread(probability * extra_per_purchase[item]),
        )
