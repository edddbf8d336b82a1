"""Routes as they are driven: a day's traffic is not that of the plan, so drops come late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs
import numpy as np

from shelfwise.twin.keyed import Keyed
from shelfwise.types import Delivery, Route, RoutePlan

__all__ = ["Driven", "drive"]

_PATIENCE = timedelta(minutes=10)
"""A drop is late if it comes so long after its window."""


@attrs.frozen
class Driven:
    """What became of a plan's drops: whether each was late by its id, and what the routes cost, in currency."""

    late: dict[str, bool]
    cost: float


def drive(plan: RoutePlan, deliveries: Mapping[str, Delivery], *, day: int, draws: Keyed, traffic: float) -> Driven:
    """Drive the routes of a plan, each exp(``traffic`` x a normal number) times as slowly, one a vehicle and day."""
    late: dict[str, bool] = {}
    cost = 0.0
    for route in plan.routes:
        factor = float(np.exp(traffic * draws.normals(f"traffic of {route.vehicle_id}", day)))
        longer = _drive(route, deliveries, factor, late)
        planned = (route.returns_at - route.departs_at).total_seconds()
        per_second = route.time_cost / planned if planned > 0 else 0.0
        cost += route.fixed_cost + route.distance_cost + route.time_cost + per_second * max(longer, -planned)
    return Driven(late, cost)


def _drive(route: Route, deliveries: Mapping[str, Delivery], factor: float, late: dict[str, bool]) -> float:
    """Note which drops of a route are late, and return how many seconds it takes longer."""
    planned_leave = leave = route.departs_at
    for stop in route.stops:
        arrives = leave + factor * (stop.arrives_at - planned_leave)
        stays = timedelta(minutes=stop.minutes)
        drop = deliveries.get(stop.delivery_id)
        begins = arrives if drop is None else max(arrives, _or(drop.window_start, arrives))
        if drop is not None:
            late[stop.delivery_id] = arrives > _or(drop.window_end, arrives) + _PATIENCE
        planned_leave = stop.arrives_at + timedelta(minutes=stop.wait_minutes) + stays
        leave = begins + stays
    back = leave + factor * max(route.returns_at - planned_leave, timedelta(0))
    return (back - route.returns_at).total_seconds()


def _or(moment: datetime | None, other: datetime) -> datetime:
    return other if moment is None else moment
