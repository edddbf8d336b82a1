"""The price of a route, compiled: the same as :func:`shelfwise.routing.pricing.price`, which tests hold it to."""

from __future__ import annotations

import numpy as np

from shelfwise_router_pyvrp.refining.compiling import compiled
from shelfwise_router_pyvrp.refining.course import lay_out
from shelfwise_router_pyvrp.refining.facts import RELOAD, ROUNDING, Facts, Ints
from shelfwise_router_pyvrp.refining.routes import Scratch
from shelfwise_router_pyvrp.refining.timing import Shift, time_cost

__all__ = ["price"]


@compiled
def price(facts: Facts, kind: int, route: Ints, length: int, bound: float, scratch: Scratch) -> float:
    """Return the cost of ``route[:length]``, in currency, inf where a vehicle of type ``kind`` cannot drive it.

    A cost that is sure to reach ``bound`` may come back as inf.
    """
    if length == 0:
        return 0.0
    stops, soft = 0, False
    for row in route[:length]:
        if row == RELOAD:
            continue
        if not facts.allowed[row, kind]:
            return np.inf
        stops += 1
        soft = soft or facts.late_rate[row] < np.inf
    if length - stops + 1 > facts.most_trips[kind] or stops > facts.most_stops[kind]:
        return np.inf
    km = lay_out(facts, kind, route, length, scratch.course)
    cost: float = facts.fixed_cost[kind] + facts.per_km[kind] * km
    busy = scratch.course.legs[: length + 1].sum() + scratch.course.minutes[: length + 1].sum()
    if km > facts.most_km[kind] + ROUNDING or cost + facts.rate[kind] * busy >= bound:
        return np.inf
    if not _fits(facts, kind, route, length):
        return np.inf
    shift = Shift(
        scratch.course.opens[length],
        facts.shift_closes[kind],
        facts.most_minutes[kind],
        facts.preferred[kind],
        facts.rate[kind],
        facts.pauses[kind, : facts.breaks[kind]],
    )
    cost += time_cost(shift, scratch.course, length, busy, soft, scratch.history, scratch.at)
    return cost


@compiled
def _fits(facts: Facts, kind: int, route: Ints, length: int) -> bool:
    """Tell whether the load is at no time above a capacity."""
    stops = facts.capacity.shape[1] - 1
    for dimension in range(facts.capacity.shape[1]):
        room = facts.capacity[kind, dimension] + ROUNDING
        if room == np.inf:
            continue
        first = 0
        while first <= length:
            last, load = first, 0.0
            while last < length and route[last] != RELOAD:
                row = route[last]
                # Stops count however they change the load.
                if dimension == stops or not facts.pickup[row]:
                    load += facts.demand[row, dimension]
                last += 1
            if load > room:
                return False
            for row in route[first:last]:
                if dimension != stops:
                    load += facts.demand[row, dimension] if facts.pickup[row] else -facts.demand[row, dimension]
                if load > room:
                    return False
            first = last + 1
    return True
