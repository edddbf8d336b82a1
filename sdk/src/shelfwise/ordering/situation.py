"""All that is known before a quantity is chosen: demand, lanes, stock, cycles and costs."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import UnknownIdError, Violation
from shelfwise.ordering.checking import check_state
from shelfwise.ordering.circles import check_circles
from shelfwise.ordering.costs import UnitCosts
from shelfwise.ordering.coverage import Coverage, losing, waiting
from shelfwise.ordering.cycle import Cycles, order_cycles
from shelfwise.ordering.demand import DailyDemand
from shelfwise.ordering.echelon import Echelon, echelons
from shelfwise.ordering.network import Supply, choose_lanes
from shelfwise.ordering.position import Stock, take_stock
from shelfwise.types import DeliveryCosts, ReplenishRequest, State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAYS_PER_YEAR = 365.0


@attrs.frozen(eq=False)
class Situation:
    """Arrays of shape (items, nodes): a row an item that is planned, a column a node of the state, planned or not.

    Quantities are in units, money is in currency, times in days.
    """

    request: ReplenishRequest
    state: State
    items: Ints
    """Rows of the planned items in the catalogue."""
    nodes: Ints
    """Rows of the planned nodes in the state, of those that the request names."""
    demand: DailyDemand
    supply: Supply
    """The lane over which each item comes to each node: source, lead time, costs and limits."""
    stock: Stock
    """Of each node by itself: on hand, on order, placed today."""
    echelon: Echelon
    """Demand and stock of each node together with all that it supplies."""
    coverage: Coverage
    """What of that demand stock has to last for: all that is told of a line is told by it."""
    cycles: Cycles
    """Which lines share an order, and the days that an order is meant to last."""
    costs: UnitCosts
    """``shortage`` of a unit of unmet demand, ``holding`` of a unit for the days that an order is meant to last."""
    daily_holding: Floats
    """Of a unit for a day."""
    lost_sales: bool
    """Whether unmet demand is lost; otherwise it waits."""

    @property
    def position(self) -> Floats:
        """On hand and on order, of the node and all that it supplies, with what was placed today.

        This is what a reorder level is compared with.
        """
        return self.echelon.position

    @property
    def placed_today(self) -> Floats:
        """Units on order to each node that count as placed today: planning again must not order them twice."""
        return self.stock.placed_today

    @property
    def pipeline(self) -> Floats:
        """Open orders without those placed today, by day of arrival: shape (items, nodes, days)."""
        return self.stock.pipeline(self.lead_days)

    @property
    def upstream(self) -> Floats:
        """Units on hand where each node is supplied from: inf at suppliers, 0 where there is no lane."""
        rows = np.arange(len(self.items))[:, None]
        held = np.maximum(self.stock.on_hand[rows, self.supply.source], 0.0)
        return np.where(self.supply.purchase, np.inf, np.where(self.supply.supplied, held, 0.0))

    @property
    def lead_days(self) -> Ints:
        """Whole days from placing an order to its arrival, 0 where there is no lane."""
        return self.supply.lead_days

    @property
    def review_days(self) -> Ints:
        """Days until the next order over the lane: the request's, or more where the lane takes no orders then."""
        return self.supply.review_days

    @property
    def lead_variance(self) -> Floats:
        """Variance of the lead time, in days squared."""
        return self.supply.lead_variance


def assess(
    request: ReplenishRequest,
    state: State,
    demand: DailyDemand,
    delivery_costs: DeliveryCosts | None,
    *,
    holding_rate_per_year: float,
    goodwill_cost: float,
    lost_sales: bool,
) -> Situation:
    """Work out all that is known before a quantity is chosen.

    ``demand`` is of the request's items at every node of the state. ``holding_rate_per_year`` is the cost of holding
    a unit for a year as a share of its unit cost, ``goodwill_cost`` the loss per unit of unmet demand beyond its
    margin, in currency. Where ``lost_sales``, unmet demand is lost, and otherwise it waits: what a plan tells of its
    lines and of the stock to come goes by it, so it has to be what the policy goes by.

    Raises:
        UnknownIdError: the request names items or nodes that the state does not have.
        DataError: a lead time or a unit cost of the state cannot be, or demand is asked of lanes that lead in a circle.
    """
    items, nodes = _positions(request, state)
    check_state(state)
    daily_holding = holding_rate_per_year / DAYS_PER_YEAR * np.nan_to_num(state.items.unit_cost[items])
    node_rate = demand.rate.sum(axis=0)
    supply = choose_lanes(state, items, daily_holding, node_rate, delivery_costs, request.review_days)
    check_circles(state, items, supply, demand)
    stock = take_stock(state, items, supply, demand.horizon_days)
    echelon = echelons(demand, supply, stock.position)
    cycles = order_cycles(supply, echelon.rate, daily_holding[:, None])
    shape = cycles.days.shape
    margin = np.nan_to_num(state.items.margin[items])
    return Situation(
        request=request,
        state=state,
        items=items,
        nodes=nodes,
        demand=demand,
        supply=supply,
        stock=stock,
        echelon=echelon,
        coverage=losing(demand, supply, stock, echelon) if lost_sales else waiting(echelon),
        cycles=cycles,
        costs=UnitCosts(
            shortage=np.broadcast_to(np.maximum(margin + goodwill_cost, 0.0)[:, None], shape),
            holding=daily_holding[:, None] * cycles.days,
        ),
        daily_holding=np.broadcast_to(daily_holding[:, None], shape),
        lost_sales=lost_sales,
    )


def _positions(request: ReplenishRequest, state: State) -> tuple[Ints, Ints]:
    items, nodes = state.items.index.positions(request.item_ids), state.nodes.index.positions(request.node_ids)
    unknown = [Violation(f"replenish.item_ids[{row}]", "is no known item") for row in np.flatnonzero(items < 0)]
    unknown += [Violation(f"replenish.node_ids[{row}]", "is no known node") for row in np.flatnonzero(nodes < 0)]
    if unknown:
        raise UnknownIdError(unknown)
    return items, nodes
