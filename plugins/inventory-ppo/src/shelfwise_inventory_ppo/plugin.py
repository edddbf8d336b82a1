"""The learned inventory policy as a plugin: options and life cycle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from attrs.validators import ge, in_, lt, optional

from shelfwise.hookspecs import Progress, hookimpl
from shelfwise.ordering import assess, expected_demand, plan
from shelfwise.types import DeliveryCosts, DemandForecast, ReplenishmentPlan, ReplenishRequest, State
from shelfwise_inventory_ppo.learned import Learned
from shelfwise_inventory_ppo.planning import decided_levels
from shelfwise_inventory_ppo.presets import PRESETS

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["PPOInventory"]


@attrs.define(eq=False)
class PPOInventory:
    """A policy learned in simulation, where a trial has proven it cheaper than the best tuned simple policy.

    ``preset`` is the effort of a training: fast, balanced or best; the ``steps`` of learning from the retailer's own
    demand and the number of ``trials`` stand in for those of the preset. ``holding_rate_per_year`` is the cost of
    holding a unit for a year as a share of its unit cost, ``goodwill_cost`` the loss per unit of unmet demand beyond
    its margin, in currency. Unmet demand is lost, or waits without ``lost_sales``. ``quantile_ceiling`` is the highest
    quantile of demand that costs alone can ask for. Laws of demand are taken from the last ``history_days``; without
    a forecast stock is projected over ``horizon_days``.
    """

    preset: str = attrs.field(default="balanced", validator=in_(tuple(PRESETS)))
    steps: int | None = attrs.field(default=None, validator=optional(ge(0)))
    trials: int | None = attrs.field(default=None, validator=optional(ge(0)))
    holding_rate_per_year: float = attrs.field(default=0.25, validator=ge(0.0))
    goodwill_cost: float = attrs.field(default=0.0, validator=ge(0.0))
    lost_sales: bool = True
    quantile_ceiling: float = attrs.field(default=0.995, validator=[ge(0.5), lt(1.0)])
    history_days: int = attrs.field(default=182, validator=ge(1))
    horizon_days: int = attrs.field(default=28, validator=ge(1))
    seed: int = attrs.field(default=0, validator=ge(0))
    _learned: Learned = attrs.field(init=False, factory=Learned.shipped)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress, checkpoints: Path | None) -> None:
        """Learn from the retailer's demand, and try the policy out on the item-nodes that earn most."""
        # What only a training needs takes longer to import than a plan to make.
        from shelfwise_inventory_ppo.training import Task, train

        settings = PRESETS[self.preset]
        if self.steps is not None:
            settings = attrs.evolve(settings, steps=self.steps, least=1)
        if self.trials is not None:
            settings = attrs.evolve(settings, trials=self.trials)
        task = Task(
            settings,
            holding_rate_per_year=self.holding_rate_per_year,
            goodwill_cost=self.goodwill_cost,
            lost_sales=self.lost_sales,
            quantile_ceiling=self.quantile_ceiling,
            history_days=self.history_days,
            seed=self.seed,
        )
        self._learned = train(dataset, task, progress, checkpoints)

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write policy, verdicts and statistics."""
        self._learned.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read them."""
        self._learned = Learned.load(directory)

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
        learned = self._learned
        demand = expected_demand(forecast, learned.statistics, request.item_ids, state, self.horizon_days)
        situation = assess(
            request,
            state,
            demand,
            delivery_costs,
            holding_rate_per_year=self.holding_rate_per_year,
            goodwill_cost=self.goodwill_cost,
            lost_sales=self.lost_sales,
        )
        levels = decided_levels(situation, learned, self.quantile_ceiling)
        return plan(situation, levels.reorder_level, level=levels.level, reasons=levels.reasons)
