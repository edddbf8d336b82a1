"""From what a policy wants to orders: demand, lanes, stock, packs, limits, budget, explanations and the stock outlook.

An inventory policy says how much is wanted; everything else about a plan is here, for all items and nodes at once::

    @attrs.define(eq=False)
    class Weeks:
        weeks: float = 2.0                               # of demand that stock on hand and on order should last

        @hookimpl
        def replenish(self, request, state, forecast, delivery_costs):
            demand = expected_demand(forecast, None, request.item_ids, state, days=28)
            situation = assess(
                request, state, demand, delivery_costs,
                holding_rate_per_year=0.25, goodwill_cost=0.0, lost_sales=True,
            )                                            # lanes, stock, echelons, order cycles and costs
            return plan(situation, np.ceil(7 * self.weeks * situation.echelon.rate))

Arrays have shape (items, nodes): the planned items at every node of the state. See :class:`Situation` for all that is
known before a quantity is chosen, and :func:`plan` for what a policy may say beside the reorder level.
"""

from shelfwise.ordering.costs import UnitCosts
from shelfwise.ordering.cycle import Cycles
from shelfwise.ordering.demand import DailyDemand, from_forecast, steady
from shelfwise.ordering.echelon import Echelon
from shelfwise.ordering.law import CountLaw, least_whole
from shelfwise.ordering.levels import formula_levels
from shelfwise.ordering.network import Supply
from shelfwise.ordering.planning import plan
from shelfwise.ordering.position import Stock
from shelfwise.ordering.situation import Situation, assess
from shelfwise.ordering.statistics import DemandStatistics, ObservedDemand, expected_demand, learn, observe
from shelfwise.ordering.words import aim, number

__all__ = [
    "CountLaw",
    "Cycles",
    "DailyDemand",
    "DemandStatistics",
    "Echelon",
    "ObservedDemand",
    "Situation",
    "Stock",
    "Supply",
    "UnitCosts",
    "aim",
    "assess",
    "expected_demand",
    "formula_levels",
    "from_forecast",
    "learn",
    "least_whole",
    "number",
    "observe",
    "plan",
    "steady",
]
