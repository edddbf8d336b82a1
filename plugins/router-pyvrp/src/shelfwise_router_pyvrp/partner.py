"""Another router, where it is installed, for what it can prove."""

from __future__ import annotations

from functools import lru_cache

import structlog

from shelfwise.errors import ConfigError, PluginError
from shelfwise.plugins import build, call
from shelfwise.types import Deadline, Delivery, RoutePlan, RouteRequest, Stage, State

__all__ = ["proven"]

_TOLERANCE = 1e-6
"""How far a cost may be above its bound, as a share of it, and still be the least."""

log = structlog.get_logger(__name__)


def proven(
    name: str, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...], deadline: Deadline
) -> RoutePlan | None:
    """Return the plan of the router called ``name`` if it comes with the proof that none is cheaper, else None."""
    plugin = _router(name)
    if plugin is None:
        return None
    plan: RoutePlan | None = call(
        plugin, "route", request=request, state=state, deliveries=deliveries, deadline=deadline
    )
    if plan is None or plan.lower_bound is None:
        return None
    optional = {delivery.delivery_id: delivery.skip_cost or 0.0 for delivery in deliveries}
    cost = plan.cost + sum(optional[skip.delivery_id] for skip in plan.skipped)
    return plan if cost <= plan.lower_bound * (1.0 + _TOLERANCE) + _TOLERANCE else None


@lru_cache
def _router(name: str) -> object | None:
    try:
        return build(Stage.ROUTER, name).plugin
    except (PluginError, ConfigError) as error:
        log.info("router.no_partner", partner=name, reason=str(error))
        return None
