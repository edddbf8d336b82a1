"""The least holding and ordering cost at which a service can be reached, exactly, where that can be computed.

A penalty for shortage is searched below whose optimal policy misses the target and above whose it reaches it. No
policy that reaches the target costs less than a coin tossed between the two that makes it just reached (Altman 1999,
Constrained Markov Decision Processes).
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.exact import LostSalesItem, Measures, measures, optimal_rule
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.simulation.laws import DiscreteLaw
from shelfwise.simulation.tuning import Service
from shelfwise.types import ServiceMeasure

__all__ = ["OptimalFrontier"]

Floats = NDArray[np.float64]

_MOST_STATES = 400_000
"""Choices of a value iteration beyond which it takes too long."""
_HALVINGS = 7
"""Of the range of penalties, on a scale of logarithms: the penalty is then known to within a tenth."""


@attrs.frozen(eq=False)
class OptimalFrontier:
    """One item of a scenario; policies once computed are kept for the next target."""

    item: LostSalesItem
    most: int
    largest_order: int
    known: dict[tuple[ServiceMeasure, float], Measures] = attrs.field(factory=dict)

    @classmethod
    def of(cls, scenario: Scenario, row: int) -> OptimalFrontier | None:
        """Return the frontier of an item, None where the optimum is not computed.

        It is for lost sales reviewed in every period, with a law of whole units, a certain lead time of at least a
        period, and not too many states.
        """
        item, law = scenario.items[row], scenario.laws[row]
        simple = scenario.lost_sales and scenario.review_periods == 1 and scenario.trace is None
        if not simple or item.lead_time < 1 or item.lead_time_sd > 0 or not isinstance(law, DiscreteLaw):
            return None
        if law.mean <= 0 or (law.values % 1 != 0).any():
            return None
        spread = float(np.sqrt((law.values - law.mean) ** 2 @ law.probabilities))
        cover = item.lead_time + 1
        lot = float(np.sqrt(2.0 * item.fixed_order_cost * law.mean / item.holding))
        largest = int(np.ceil(max(law.mean + 4.0 * spread, 1.8 * lot)))
        most = int(np.ceil(law.mean * cover + 4.5 * spread * np.sqrt(cover) + lot))
        if (most + 1) * (largest + 1) ** item.lead_time > 10 * _MOST_STATES:
            return None
        known = LostSalesItem(law, item.lead_time, item.holding, 0.0, fixed_order_cost=item.fixed_order_cost)
        return cls(known, most, largest)

    def reaching(self, service: Service) -> Measures:
        """Return what costs least in holding and ordering among all that reaches a service, or the most it can."""
        low, high = np.log(self.item.holding), np.log(2e4 * self.item.holding)
        below, above = self._at(service.measure, low), self._at(service.measure, high)
        if below[1] >= service.target or above[1] <= service.target:
            return below[0] if below[1] >= service.target else above[0]
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            found = self._at(service.measure, middle)
            if found[1] >= service.target:
                high, above = middle, found
            else:
                low, below = middle, found
        share = (service.target - below[1]) / (above[1] - below[1])
        pairs = zip(attrs.astuple(below[0]), attrs.astuple(above[0]), strict=True)
        return Measures(*(float(left + share * (right - left)) for left, right in pairs))

    def _at(self, measure: ServiceMeasure, penalty: float) -> tuple[Measures, float]:
        """Return what the policy does that is optimal for a penalty, told by its logarithm, and the service."""
        if (measure, penalty) not in self.known:
            price = float(np.exp(penalty))
            if measure is ServiceMeasure.FILL_RATE:
                dear = attrs.evolve(self.item, penalty=price)
            else:
                dear = attrs.evolve(self.item, stock_out_cost=price)
            rule = optimal_rule(dear, self.most, self.largest_order, tolerance=1e-3 * self.item.holding)
            self.known[measure, penalty] = measures(self.item, rule, tolerance=1e-7)
        found = self.known[measure, penalty]
        return found, getattr(found, measure.value)
