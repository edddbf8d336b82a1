"""What a policy cost, by item-node and scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.network import Network

if TYPE_CHECKING:
    from shelfwise.simulation.simulator import Happened
    from shelfwise.simulation.world import World

__all__ = ["Outcome", "Tally"]

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Outcome:
    """Sums over the ``periods`` that count, in units, of shape (item-nodes, scenarios).

    ``held``, ``moving`` and ``waiting`` are units at the end of each period, on hand or at the gate, on the lane, and
    of demand that waits; ``orders`` is their number; ``served`` counts, of the ``reviews`` that ended, those in whose
    periods stock met all demand at once.
    """

    network: Network
    periods: int
    reviews: int
    held: Floats
    moving: Floats
    waiting: Floats
    orders: Floats
    ordered: Floats
    demand: Floats
    met: Floats
    lost: Floats
    wasted: Floats
    served: Floats

    @property
    def costs(self) -> dict[str, Floats]:
        """The mean cost of a period by what it is for, each of shape (item-nodes, scenarios)."""
        network = self.network
        terms = {
            "holding": (network.holding_cost, self.held),
            "transit": (network.transit_cost, self.moving),
            "backorders": (network.backorder_cost, self.waiting),
            "lost_sales": (network.lost_cost, self.lost),
            "ordering": (network.order_cost, self.orders),
            "purchases": (network.unit_cost, self.ordered),
            "waste": (network.waste_cost, self.wasted),
        }
        return {name: cost[:, None] * units / self.periods for name, (cost, units) in terms.items()}

    @property
    def cost(self) -> Floats:
        """The mean cost of a period, of shape (item-nodes, scenarios)."""
        cost: Floats = np.sum([*self.costs.values()], axis=0)
        return cost

    @property
    def fill_rate(self) -> Floats:
        """The share of demand that stock met at once, over all scenarios, NaN where there was none; (item-nodes,)."""
        demand = self.demand.sum(axis=1)
        share: Floats = np.divide(self.met.sum(axis=1), demand, out=np.full(demand.shape, np.nan), where=demand > 0)
        return share

    @property
    def cycle_service(self) -> Floats:
        """The share of reviews until whose end stock met all demand at once, over all scenarios; (item-nodes,)."""
        return np.asarray(self.served.mean(axis=1) / max(self.reviews, 1))


@attrs.define(eq=False)
class Tally:
    """The sums of an outcome while they grow."""

    network: Network
    review_periods: int
    periods: int
    reviews: int
    unbroken: NDArray[np.bool_]
    sums: dict[str, Floats]

    @classmethod
    def blank(cls, world: World, review_periods: int = 1) -> Tally:
        """Return sums of nothing."""
        shape = (len(world.network), world.scenarios)
        names = [field.name for field in attrs.fields(Outcome) if field.name not in ("network", "periods", "reviews")]
        return cls(world.network, review_periods, 0, 0, np.ones(shape, bool), {name: np.zeros(shape) for name in names})

    def add(self, happened: Happened) -> None:
        """Add a period."""
        state = happened.state
        told: dict[str, NDArray[Any]] = {
            "moving": state.in_transit,
            "waiting": state.backlog,
            "orders": happened.ordered > 0,
            "ordered": happened.ordered,
            "demand": happened.demand,
            "met": happened.met,
            "lost": happened.lost,
            "wasted": happened.wasted,
        }
        self.sums["held"] += state.on_hand
        self.sums["held"] += state.gate
        for name, units in told.items():
            self.sums[name] += units
        self.periods += 1
        self.unbroken &= happened.met >= happened.demand
        if (state.period + 1) % self.review_periods == 0:
            self.reviews += 1
            self.sums["served"] += self.unbroken
            self.unbroken[:] = True

    def outcome(self) -> Outcome:
        """Return the sums so far."""
        return Outcome(self.network, self.periods, self.reviews, **self.sums)
