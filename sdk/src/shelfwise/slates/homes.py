"""Which node serves whom: what a slate offers comes from there if it can."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.visitors import Visitors
from shelfwise.types import Customers, Index

__all__ = ["Homes"]


@attrs.frozen(eq=False)
class Homes:
    """Positions in the ``nodes`` that sell, -1 where it is not known: of the customers on record, and by zone."""

    customers: Customers
    nodes: Index
    of_customers: NDArray[np.int64]
    of_zones: dict[str, int]

    @classmethod
    def of(cls, customers: Customers, nodes: Index) -> Homes:
        """Look nodes up; that of a zone is the one that serves most of its customers, of equals the first."""
        node = nodes.positions(customers.node_id)
        zones = Index(dict.fromkeys(customers.zone))
        known = node >= 0
        served = np.zeros((len(zones), len(nodes)))
        np.add.at(served, (zones.positions(customers.zone)[known], node[known]), 1.0)
        some = np.flatnonzero(served.any(axis=1)).tolist()
        return cls(customers, nodes, node, {zones[zone]: int(served[zone].argmax()) for zone in some})

    def of_visitors(self, visitors: Visitors) -> NDArray[np.int64]:
        """Return the home of each visitor: their own, where personal data may be used, else that of their zone."""
        own = np.append(self.of_customers, -1)[visitors.record]
        zone = np.array([self.of_zones.get(zone, -1) for zone in visitors.zones], dtype=np.int64)[visitors.zone]
        return np.where(own >= 0, own, zone)
