"""What one pass over the stages came to."""

from __future__ import annotations

import attrs

from shelfwise.coordination.prices import Prices
from shelfwise.coordination.signals import Signals, updated
from shelfwise.types import DemandForecast, Recommendations, ReplenishmentPlan, RoutePlan


@attrs.frozen(eq=False)
class Plan:
    """What one pass came to."""

    forecast: DemandForecast | None = None
    replenishment: ReplenishmentPlan | None = None
    recommendations: Recommendations | None = None
    routing: RoutePlan | None = None
    apart: RoutePlan | None = None
    """Routes of the transfers alone, where the ``deliveries`` link is off and they share no van with customers."""
    prices: Prices = attrs.field(factory=Prices)
    """Those that it was made with."""
    objective: float = 0.0

    def signals(self, earlier: Signals) -> Signals:
        """Return what this pass has to tell the next; what it has no stage for is taken from ``earlier``."""
        outlook = self.replenishment.stock_outlook if self.replenishment else None
        if outlook is None or earlier.stock_outlook is None:
            outlook = outlook or earlier.stock_outlook
        else:
            outlook = updated(earlier.stock_outlook, outlook)
        return Signals(outlook, (self.routing.delivery_costs if self.routing else None) or earlier.delivery_costs)
