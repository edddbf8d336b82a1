"""A scenario: items with their demand, lead time and costs, and how long to simulate them."""

from __future__ import annotations

import attrs
import numpy as np
from attrs.validators import ge, gt, optional
from numpy.typing import NDArray

from shelfwise.simulation import Network, Replay, Source, World, laws

Floats = NDArray[np.float64]


@attrs.frozen
class ScenarioItem:
    """One item; :mod:`~shelfwise.evaluation.inventory.scenario_file` says what each field means."""

    demand_mean: float = attrs.field(default=0.0, validator=ge(0.0))
    lead_time: int = attrs.field(default=1, validator=ge(0))
    penalty: float = attrs.field(default=9.0, validator=ge(0.0))
    holding: float = attrs.field(default=1.0, validator=gt(0.0))
    item_id: str = ""
    demand_variance: float | None = attrs.field(default=None, validator=optional(gt(0.0)))
    lead_time_sd: float = attrs.field(default=0.0, validator=ge(0.0))
    fixed_order_cost: float = attrs.field(default=0.0, validator=ge(0.0))
    optimal_cost: float | None = attrs.field(default=None, validator=optional(gt(0.0)))


@attrs.frozen(eq=False)
class Scenario:
    """Items, their laws of demand, and the length of the run in periods."""

    name: str
    items: tuple[ScenarioItem, ...]
    laws: tuple[laws.Law, ...]
    periods: int = 2000
    warmup: int = 200
    replications: int = 8
    seed: int = 0
    review_periods: int = 1
    lost_sales: bool = True
    holding_rate_per_year: float = 0.25
    trace: Floats | None = None
    """Demand to replay, of shape (warm-up and periods, items)."""

    def column(self, name: str) -> Floats:
        """Return one number per item: a field of :class:`ScenarioItem`, NaN where it is None."""
        return np.array([getattr(item, name) for item in self.items], dtype=np.float64)

    @property
    def network(self) -> Network:
        """The items as item-nodes that are supplied from outside, each with stock for its lead time and a review."""
        lead, penalty = self.column("lead_time"), self.column("penalty")
        mean = np.array([law.mean for law in self.laws])
        return Network(
            tuple(item.item_id for item in self.items),
            lead_time=lead,
            order_cost=self.column("fixed_order_cost"),
            holding_cost=self.column("holding"),
            lost_cost=penalty if self.lost_sales else 0.0,
            backorder_cost=0.0 if self.lost_sales else penalty,
            backorder_share=0.0 if self.lost_sales else 1.0,
            initial_stock=np.ceil(mean * (lead + self.review_periods)),
        )

    @property
    def lead_times(self) -> tuple[Source | None, ...] | None:
        """The laws of the lead times that are not always the announced ones, which are None; None if all are."""
        if not self.column("lead_time_sd").any():
            return None
        return tuple(
            laws.NormalLaw(float(item.lead_time), item.lead_time_sd) if item.lead_time_sd > 0 else None
            for item in self.items
        )

    def world(self, study: str = "") -> World:
        """Draw the demand and lead times of the warm-up and the periods; a replay repeats the trace.

        ``study`` names what the draws are for: studies of other names have other draws.
        """
        demand: tuple[Source, ...] = self.laws
        if self.trace is not None:
            demand = tuple(Replay(units) for units in self.trace.T)
        return World.draw(
            self.network,
            demand,
            periods=self.warmup + self.periods,
            scenarios=self.replications,
            seed=self.seed,
            lead_times=self.lead_times,
            study=study,
        )
