"""One policy through one scenario."""

from __future__ import annotations

import numpy as np
from scipy import special

from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.evaluation.inventory.simulator import Ints, Outcome, Policy, System, simulate
from shelfwise.simulation import laws
from shelfwise.simulation.draws import uniforms


def run(scenario: Scenario, policy: Policy, purpose: str = "demand") -> Outcome:
    """Simulate a policy; rows are items by replications, in this order.

    Demand and lead times depend on the scenario's seed and on ``purpose`` alone, so that every policy meets the same.
    """
    copies = scenario.replications

    def column(name: str) -> laws.Floats:
        return np.repeat(scenario.column(name), copies)

    mean = np.repeat([law.mean for law in scenario.laws], copies)
    lead_time = column("lead_time").astype(np.int64)
    system = System(
        lead_time=lead_time,
        holding=column("holding"),
        penalty=column("penalty"),
        fixed_order_cost=column("fixed_order_cost"),
        initial_stock=np.ceil(mean * (lead_time + scenario.review_periods)),
        review_periods=scenario.review_periods,
        lost_sales=scenario.lost_sales,
    )
    demand = scenario.demand(purpose, copies)
    demand = demand.reshape(len(demand), -1)
    return simulate(system, policy, demand, scenario.warmup, _lead_times(scenario, purpose, lead_time, len(demand)))


def _lead_times(scenario: Scenario, purpose: str, announced: Ints, length: int) -> Ints | None:
    """Draw true lead times of shape (periods, rows), None where all are as announced."""
    deviation = np.repeat(scenario.column("lead_time_sd"), scenario.replications)
    if not deviation.any():
        return None
    scores = np.column_stack(
        [
            special.ndtri(uniforms(scenario.seed, f"{purpose}/lead_time", item.item_id, length, scenario.replications))
            for item in scenario.items
        ]
    )
    return np.asarray(np.maximum(np.rint(announced + deviation * scores), 0.0), dtype=np.int64)
