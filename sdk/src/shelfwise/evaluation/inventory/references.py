"""The best simple policies of a scenario, found by search on demand of their own."""

from __future__ import annotations

from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.simulation.tuning import Service, Tuned, tuned

__all__ = ["best", "references"]


def references(scenario: Scenario) -> dict[str, Tuned]:
    """Return the best base-stock and capped base-stock policies, and (s, S) where orders have a fixed cost."""
    kinds = ["base_stock", "capped_base_stock"]
    if scenario.column("fixed_order_cost").any():
        kinds.append("reorder_point")
    return {kind: best(kind, scenario) for kind in kinds}


def best(kind: str, scenario: Scenario, service: Service | None = None) -> Tuned:
    """Return the policy of a kind that is tuned item by item, on draws that the evaluation does not use.

    Where the evaluation replays a record, it is tuned on the law of the warm-up.
    """
    return tuned(
        kind,
        scenario.network,
        scenario.laws,
        lead_times=scenario.lead_times,
        review_periods=scenario.review_periods,
        service=service,
        seed=scenario.seed,
    )
