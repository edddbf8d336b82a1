"""A scenario: items with their demand, lead time and costs, and how long to simulate them."""

from __future__ import annotations

import attrs
import numpy as np
from attrs.validators import ge, gt, optional
from numpy.typing import NDArray

from shelfwise.simulation import laws
from shelfwise.simulation.draws import uniforms

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

    def demand(self, purpose: str, replications: int) -> Floats:
        """Return demand of shape (warm-up and periods, items, replications); a replay repeats the trace."""
        length = self.warmup + self.periods
        if self.trace is not None:
            return np.repeat(self.trace[:length, :, None], replications, axis=2)
        drawn = np.empty((length, len(self.items), replications))
        for row, (item, law) in enumerate(zip(self.items, self.laws, strict=True)):
            drawn[:, row] = law.quantile(uniforms(self.seed, purpose, item.item_id, length, replications))
        return drawn
