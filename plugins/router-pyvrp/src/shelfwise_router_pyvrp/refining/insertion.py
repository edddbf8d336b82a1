"""Where a delivery costs least, compiled."""

from __future__ import annotations

import numpy as np

from shelfwise_router_pyvrp.refining.compiling import compiled
from shelfwise_router_pyvrp.refining.course import Course, lay_out
from shelfwise_router_pyvrp.refining.facts import ANY_TIME, RELOAD, ROUNDING, Facts, Ints
from shelfwise_router_pyvrp.refining.pricing import price
from shelfwise_router_pyvrp.refining.routes import Routes, Scratch

__all__ = ["best_insertion", "clocked"]

_BLINKS = 0.02
"""Share of the places that are overlooked."""
_SLACK = 10.0 * ROUNDING
_AFTER, _BEFORE = -1, -2
"""Places of a trip of its own, after or before all others."""


@compiled
def best_insertion(
    facts: Facts, routes: Routes, row: int, random: np.random.Generator, scratch: Scratch
) -> tuple[float, int, int]:
    """Return the cost of the best changed route, its vehicle, and its length; the route is ``scratch.better``.

    The best is the one that adds least. The vehicle is -1 where there is none.
    """
    least, options, route = scratch.least, scratch.options, scratch.route
    best, cost, chosen, size = np.inf, np.inf, -1, 0
    left = _places(facts, routes, row, scratch)
    while left:
        # The shortest way of those not tried yet; few are.
        number = least[:left].argmin()
        if least[number] >= best:
            break
        vehicle, place = options[number, 0], options[number, 1]
        left -= 1
        least[number], options[number] = least[left], options[left]
        if random.random() < _BLINKS:
            continue
        length = _put(route, routes.rows[vehicle], routes.lengths[vehicle], row, place)
        old = routes.costs[vehicle]
        new = price(facts, routes.kinds[vehicle], route, length, best + old, scratch)
        if new - old < best:
            best, cost, chosen, size = new - old, new, vehicle, length
            scratch.better[:size] = route[:size]
    return cost, chosen, size


@compiled
def _places(facts: Facts, routes: Routes, row: int, scratch: Scratch) -> int:
    """List the vehicles and places where a delivery may fit, and what the way there costs; return how many."""
    least, options, count = scratch.least, scratch.options, 0
    fresh = np.ones(len(facts.depot), np.bool_)
    for vehicle in range(len(routes.kinds)):
        kind, length = routes.kinds[vehicle], routes.lengths[vehicle]
        if not facts.allowed[row, kind] or (length == 0 and not fresh[kind]):
            continue
        own, depot, end = routes.rows[vehicle], facts.depot[kind], facts.end[kind]
        unused = 0.0
        if length == 0:
            fresh[kind], unused = False, facts.fixed_cost[kind]
        pinned = _after(own, routes.pinned[vehicle])
        trips, begin = 0, 0
        while begin <= length:
            close = begin + _first_reload(own[begin:length])
            trips += 1
            if _has_room(facts, kind, own[begin:close], row):
                for place in range(max(begin, pinned), close + 1):
                    before = depot if place == begin else own[place - 1]
                    after = own[place] if place < close else end if place == length else depot
                    if _in_time(facts, routes, vehicle, place, before, row, after):
                        way = facts.km[before, row] + facts.km[row, after] - facts.km[before, after]
                        least[count] = unused + facts.per_km[kind] * way
                        options[count, 0], options[count, 1] = vehicle, place
                        count += 1
            begin = close + 1
        if length and trips < facts.most_trips[kind]:
            alone = facts.per_km[kind] * (facts.km[depot, row] + facts.km[row, end] - facts.km[depot, end])
            for place in range(_BEFORE if pinned == 0 else _AFTER, 0):
                least[count], options[count, 0], options[count, 1] = alone, vehicle, place
                count += 1
    return count


@compiled
def _first_reload(rows: Ints) -> int:
    """Return the place of the first reload, or where the rows end."""
    for place, row in enumerate(rows):
        if row == RELOAD:
            return place
    return len(rows)


@compiled
def _after(own: Ints, pinned: int) -> int:
    """Return the first place of a route after so many deliveries."""
    place = 0
    while pinned:
        pinned -= own[place] != RELOAD
        place += 1
    return place


@compiled
def _has_room(facts: Facts, kind: int, trip: Ints, row: int) -> bool:
    """Tell whether all that a trip brings, or all that it takes along, leaves room for one more."""
    for dimension in range(facts.capacity.shape[1]):
        room = facts.capacity[kind, dimension] + _SLACK - facts.demand[row, dimension]
        if room == np.inf:
            continue
        for other in trip:
            if facts.pickup[other] == facts.pickup[row]:
                room -= facts.demand[other, dimension]
        if room < 0.0:
            return False
    return True


@compiled
def _in_time(facts: Facts, routes: Routes, vehicle: int, place: int, before: int, row: int, after: int) -> bool:
    """Tell whether there is time for a delivery at a place, breaks and limits aside."""
    pace = facts.pace[routes.kinds[vehicle]]
    begins = max(routes.leaves[vehicle, place] + pace * facts.minutes[before, row], facts.opens[row])
    if begins > facts.closes[row] + _SLACK and facts.late_rate[row] == np.inf:
        return False
    there = begins + facts.service[row] + pace * facts.minutes[row, after]
    return bool(there <= routes.until[vehicle, place] + _SLACK)


@compiled
def clocked(facts: Facts, routes: Routes, vehicle: int, course: Course) -> None:
    """Note when a vehicle can leave for each place of its route, and until when it must be there."""
    length, leaves, until = routes.lengths[vehicle], routes.leaves[vehicle], routes.until[vehicle]
    lay_out(facts, routes.kinds[vehicle], routes.rows[vehicle], length, course)
    leaves[0], until[length] = course.opens[length], course.closes[length]
    for place in range(length):
        leaves[place + 1] = max(leaves[place] + course.legs[place], course.opens[place]) + course.minutes[place]
    for place in range(length - 1, -1, -1):
        closes = course.closes[place] if course.late_rate[place] == np.inf else ANY_TIME
        until[place] = min(closes, until[place + 1] - course.legs[place + 1] - course.minutes[place])


@compiled
def _put(route: Ints, own: Ints, length: int, row: int, place: int) -> int:
    """Write to ``route`` what ``own[:length]`` is with a delivery put in at a place; return its length."""
    if place == _AFTER:
        route[:length] = own[:length]
        route[length], route[length + 1] = RELOAD, row
        return length + 2
    if place == _BEFORE:
        route[0], route[1] = row, RELOAD
        route[2 : length + 2] = own[:length]
        return length + 2
    route[:place] = own[:place]
    route[place] = row
    route[place + 1 : length + 1] = own[place:length]
    return length + 1
