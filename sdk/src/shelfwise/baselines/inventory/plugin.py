"""The inventory baseline as a plugin: its options, what it learns, and how a plan comes about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.inventory.constraints import Limits, quantities
from shelfwise.baselines.inventory.cycle import order_cycles
from shelfwise.baselines.inventory.demand import DailyDemand, from_forecast
from shelfwise.baselines.inventory.echelon import echelons
from shelfwise.baselines.inventory.law import CountLaw
from shelfwise.baselines.inventory.levels import UnitCosts, lost_sales_divisor, order_up_to
from shelfwise.baselines.inventory.lines import possible_lines
from shelfwise.baselines.inventory.network import Supply, choose_lanes
from shelfwise.baselines.inventory.orders import make_orders
from shelfwise.baselines.inventory.outlook import look_ahead
from shelfwise.baselines.inventory.position import Stock, take_stock
from shelfwise.baselines.inventory.statistics import DemandStatistics, learn
from shelfwise.errors import PluginError, UnknownIdError, Violation
from shelfwise.hookspecs import Progress, hookimpl
from shelfwise.types import (
    DeliveryCosts,
    DemandForecast,
    Index,
    ReplenishmentPlan,
    ReplenishRequest,
    State,
    StockOutlook,
)
from shelfwise.types.ranges import TUNE, Uniform

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

DAYS_PER_YEAR = 365.0


@attrs.define(eq=False)
class BaselineInventory:
    """Order up to the quantile of demand over lead time and review period, in every echelon.

    The level of an item at a node is the least-cost one, or meets the request's service target; stock on hand and
    on order is filled up to it, within packs, minimums, lanes, shelf life, source stock, capacity and budget.
    """

    holding_rate_per_year: float = attrs.field(default=0.25, validator=attrs.validators.ge(0.0))
    """Cost of holding a unit for a year, as a share of its unit cost."""
    goodwill_cost: float = attrs.field(default=0.0, validator=attrs.validators.ge(0.0))
    """Loss per unit of unmet demand beyond its margin, in currency."""
    lost_sales: bool = True
    """Whether unmet demand is lost; otherwise it waits."""
    quantile_ceiling: float = attrs.field(
        default=0.995,
        validator=[attrs.validators.ge(0.5), attrs.validators.lt(1.0)],
        metadata={TUNE: Uniform(0.5, 0.9995)},
    )
    """The highest quantile of demand that costs alone can ask for."""
    history_days: int = attrs.field(default=182, validator=attrs.validators.ge(1))
    """Days of the past that the statistics are taken from."""
    horizon_days: int = attrs.field(default=28, validator=attrs.validators.ge(1))
    """Days that stock is projected over when there is no forecast."""
    _statistics: DemandStatistics | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Learn mean and variance of daily demand, for plans without a forecast."""
        self._statistics = learn(dataset.demand_panel(), self.history_days)
        progress("demand statistics", 1, 1)

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write the statistics."""
        if self._statistics is not None:
            self._statistics.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read the statistics."""
        self._statistics = DemandStatistics.load(directory)

    @hookimpl
    def replenish(
        self,
        request: ReplenishRequest,
        state: State,
        forecast: DemandForecast | None,
        delivery_costs: DeliveryCosts | None,
    ) -> ReplenishmentPlan:
        """Plan the orders of one day.

        Raises:
            UnknownIdError: the request names items or nodes that the state does not have.
            PluginError: there is neither a forecast nor training.
        """
        items, nodes = _positions(request, state)
        demand = self._demand(request, state, forecast)
        daily_holding = self.holding_rate_per_year / DAYS_PER_YEAR * np.nan_to_num(state.items.unit_cost[items])
        supply = choose_lanes(state, items, daily_holding, demand.rate.sum(axis=0), delivery_costs)
        stock = take_stock(state, items, supply, demand.horizon_days)
        echelon = echelons(demand, supply, stock.position, request.review_days)
        margin = np.nan_to_num(state.items.margin[items])
        cycles = order_cycles(supply, echelon.rate, daily_holding[:, None], request.review_days)
        costs = UnitCosts(
            shortage=np.broadcast_to(np.maximum(margin + self.goodwill_cost, 0.0)[:, None], cycles.days.shape),
            holding=daily_holding[:, None] * cycles.days,
        )
        recounted = lost_sales_divisor(echelon.lead_days, cycles.days) if self.lost_sales else np.ones_like(cycles.days)
        level = order_up_to(echelon.lead, echelon.cover, costs, recounted, request, self.quantile_ceiling)
        shelf = _shelf_law(state.items.shelf_life_days[items], demand, supply)
        lines = possible_lines(
            state.items, (items, nodes), supply, echelon, stock, cycles, costs, level, shelf, request.review_days
        )
        plan = quantities(lines, _limits(request, state, items, demand, supply, stock))
        outlook = look_ahead(demand, supply, stock, lines, plan, costs, request.review_days)
        item_index, node_index = Index(request.item_ids), Index(request.node_ids)
        return ReplenishmentPlan(
            items=item_index,
            nodes=node_index,
            orders=make_orders(state, request.item_ids, lines, plan),
            stock_outlook=StockOutlook(
                item_index,
                node_index,
                outlook.available[:, nodes],
                outlook.in_stock_probability[:, nodes],
                outlook.unit_value[:, nodes],
            ),
            projected_stock=outlook.projected[:, nodes],
            budget_price=plan.budget_price,
        )

    def _demand(self, request: ReplenishRequest, state: State, forecast: DemandForecast | None) -> DailyDemand:
        if forecast is not None:
            return from_forecast(forecast, request.item_ids, state.nodes.index)
        if self._statistics is None:
            raise PluginError("the inventory baseline needs a forecast, or training on demand")
        return self._statistics.daily(request.item_ids, state.nodes.index, self.horizon_days)


def _positions(request: ReplenishRequest, state: State) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    items, nodes = state.items.index.positions(request.item_ids), state.nodes.index.positions(request.node_ids)
    unknown = [Violation(f"replenish.item_ids[{row}]", "is no known item") for row in np.flatnonzero(items < 0)]
    unknown += [Violation(f"replenish.node_ids[{row}]", "is no known node") for row in np.flatnonzero(nodes < 0)]
    if unknown:
        raise UnknownIdError(unknown)
    return items, nodes


def _shelf_law(shelf_life_days: NDArray[np.float64], demand: DailyDemand, supply: Supply) -> CountLaw:
    """Return the law of demand until stock ordered now perishes, with a mean of NaN where it does not."""
    life = shelf_life_days[:, None]
    bounded = np.isfinite(life) & np.ones(supply.source.shape, dtype=bool)
    if not bounded.any():
        return CountLaw(np.full(bounded.shape, np.nan), np.full(bounded.shape, np.nan))
    days = supply.lead_days + np.where(bounded, np.maximum(life, 0.0), 0.0).astype(np.int64)
    mean, variance = demand.over(days)
    return CountLaw(np.where(bounded, mean, np.nan), np.where(bounded, variance, np.nan))


def _limits(
    request: ReplenishRequest,
    state: State,
    items: NDArray[np.int64],
    demand: DailyDemand,
    supply: Supply,
    stock: Stock,
) -> Limits:
    """A node gives away what its own demand leaves until its next order can arrive."""
    own = demand.over(supply.lead_days + request.review_days)[0]
    others = np.setdiff1d(np.arange(len(state.items.index)), items)
    stored = state.on_hand[others].sum(axis=0) if state.on_hand.size else np.zeros(own.shape[1])
    return Limits(
        source_units=np.maximum(stock.on_hand - stock.leaving - own, 0.0),
        room=np.where(np.isnan(state.nodes.capacity), np.inf, state.nodes.capacity),
        stored=stored,
        budget=np.inf if request.budget is None else request.budget,
    )
