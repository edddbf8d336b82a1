"""The inventory baseline as a plugin: its options, what it learns, and how a plan comes about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np

from shelfwise.hookspecs import Progress, hookimpl
from shelfwise.ordering import DemandStatistics, aim, assess, expected_demand, formula_levels, learn, plan
from shelfwise.types import DeliveryCosts, DemandForecast, ReplenishmentPlan, ReplenishRequest, State
from shelfwise.types.ranges import TUNE, Uniform

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset


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
            DataError: a lead time or a unit cost of the state cannot be, or lanes lead in a circle.
        """
        demand = expected_demand(forecast, self._statistics, request.item_ids, state, self.horizon_days)
        situation = assess(
            request,
            state,
            demand,
            delivery_costs,
            holding_rate_per_year=self.holding_rate_per_year,
            goodwill_cost=self.goodwill_cost,
            lost_sales=self.lost_sales,
        )
        level = formula_levels(situation, quantile_ceiling=self.quantile_ceiling)
        reasons = np.full(level.shape, f"order-up-to formula for {aim(request)}", object)
        return plan(situation, level, reasons=reasons)
