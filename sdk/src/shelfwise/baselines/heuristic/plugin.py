"""The classical heuristics as a plugin: options and life cycle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from attrs.validators import ge, in_, lt

from shelfwise.baselines.heuristic.deciding import decide
from shelfwise.baselines.heuristic.kinds import Kind
from shelfwise.baselines.heuristic.scores import Scores
from shelfwise.baselines.heuristic.tuning import Effort, search
from shelfwise.hookspecs import Progress, hookimpl
from shelfwise.ordering import DailyDemand, DemandStatistics, Situation, assess, expected_demand, observe, plan
from shelfwise.types import DeliveryCosts, DemandForecast, ReplenishmentPlan, ReplenishRequest, State
from shelfwise.types.ranges import TUNE, Choice, Uniform

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["HeuristicInventory"]

_KINDS = tuple(kind.value for kind in Kind)


@attrs.define(eq=False)
class HeuristicInventory:
    """A classical policy of a ``kind``: by the textbook, or by the numbers that cost least in simulation.

    The parameters of each item at a node with demand of its own are searched on its own demand, and move with the
    forecast; nodes that supply others, service targets and what was not searched go by formula.
    """

    kind: str = attrs.field(default="reorder_point", validator=in_(_KINDS), metadata={TUNE: Choice(*_KINDS)})
    """One of eoq, reorder_quantity, reorder_point, base_stock, capped_base_stock, projected_inventory, newsvendor and
    echelon_base_stock."""
    holding_rate_per_year: float = attrs.field(default=0.25, validator=ge(0.0))
    """Cost of holding a unit for a year, as a share of its unit cost."""
    goodwill_cost: float = attrs.field(default=0.0, validator=ge(0.0))
    """Loss per unit of unmet demand beyond its margin, in currency."""
    lost_sales: bool = True
    """Whether unmet demand is lost; otherwise it waits, at that loss a day where parameters are searched."""
    quantile_ceiling: float = attrs.field(
        default=0.995, validator=[ge(0.5), lt(1.0)], metadata={TUNE: Uniform(0.5, 0.9995)}
    )
    """The highest quantile of demand that costs alone can ask for."""
    history_days: int = attrs.field(default=182, validator=ge(1))
    """Days of the past that demand is learned from."""
    horizon_days: int = attrs.field(default=28, validator=ge(1))
    """Days that stock is projected over when there is no forecast."""
    review_days: int = attrs.field(default=1, validator=ge(1))
    """Days from plan to plan that parameters are searched for; plans for others go by formula."""
    item_nodes: int = attrs.field(default=1_000, validator=ge(0))
    """For how many items at nodes parameters are searched, those first that earn most."""
    budget: int = attrs.field(default=100_000, validator=ge(1))
    """Days that are simulated for each, at most."""
    seed: int = attrs.field(default=0, validator=ge(0))
    """Of the simulation."""
    _statistics: DemandStatistics | None = attrs.field(init=False, default=None)
    _scores: Scores | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Learn mean and variance of daily demand, and find the parameters of the items that earn most."""
        observed = observe(dataset.demand_panel(), self.history_days)
        self._statistics = observed.statistics
        self._scores = None
        progress("demand statistics", 1, 1)
        if not self.item_nodes:
            return
        state = dataset.state()
        request = ReplenishRequest(state.items.index.ids, state.nodes.index.ids, review_days=self.review_days)
        demand = self._statistics.daily(request.item_ids, state.nodes.index, self.horizon_days)
        effort = Effort(self.quantile_ceiling, self.item_nodes, self.budget, self.seed)
        situation = self._assess(request, state, demand, None)
        self._scores = search(situation, observed, Kind(self.kind), effort, progress)

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write statistics and parameters."""
        if self._statistics is not None:
            self._statistics.save(directory)
        if self._scores is not None:
            self._scores.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read both."""
        self._statistics = DemandStatistics.load(directory)
        self._scores = Scores.load(directory, Kind(self.kind))

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
            UnknownIdError: The request names items or nodes that the state does not have.
            PluginError: There is neither a forecast nor training.
            DataError: A lead time or a unit cost of the state cannot be, or lanes lead in a circle.
        """
        demand = expected_demand(forecast, self._statistics, request.item_ids, state, self.horizon_days)
        situation, kind = self._assess(request, state, demand, delivery_costs), Kind(self.kind)
        levels = decide(situation, kind, self.quantile_ceiling, self._scores or Scores.none(kind))
        return plan(situation, levels.reorder_level, level=levels.level, reasons=levels.reasons)

    def _assess(
        self, request: ReplenishRequest, state: State, demand: DailyDemand, delivery_costs: DeliveryCosts | None
    ) -> Situation:
        return assess(
            request,
            state,
            demand,
            delivery_costs,
            holding_rate_per_year=self.holding_rate_per_year,
            goodwill_cost=self.goodwill_cost,
            lost_sales=self.lost_sales,
        )
