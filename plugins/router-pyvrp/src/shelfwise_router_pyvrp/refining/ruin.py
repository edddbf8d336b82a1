"""Taking out strings of neighbouring stops, compiled."""

from __future__ import annotations

import numpy as np

from shelfwise_router_pyvrp.refining.compiling import compiled
from shelfwise_router_pyvrp.refining.facts import RELOAD, Facts, Ints
from shelfwise_router_pyvrp.refining.insertion import clocked
from shelfwise_router_pyvrp.refining.pricing import price
from shelfwise_router_pyvrp.refining.routes import Copy, Routes, Scratch

__all__ = ["ruin", "save"]

_STRINGS = 1.6
"""Routes that strings are taken out of in a round, on average."""
_LONGEST = 10
"""Stops taken out of one route at most."""
_LEFT_OUT = 16
"""Stops that are in no route to be put back with them, at most."""


@compiled
def ruin(
    facts: Facts, routes: Routes, taken: Ints, saved: Copy, random: np.random.Generator, scratch: Scratch
) -> tuple[int, float]:
    """Take out strings of stops around one delivery; return how many are in ``taken``, and the change of cost.

    What is in no route near there is listed too. Routes that change are saved before.
    """
    strings = max(1, int(np.round(_STRINGS * (0.5 + random.random()))))
    touched = np.zeros(len(routes.lengths), np.bool_)
    listed = np.zeros(len(routes.where), np.bool_)
    centre = _centre(facts, routes, random)
    count, change = 0, 0.0
    for number in range(-1, facts.near.shape[1]):
        row = centre if number < 0 else facts.near[centre, number]
        vehicle = routes.where[row]
        if vehicle < 0:
            if not routes.barred[row] and not listed[row] and count < _LEFT_OUT:
                taken[count] = row
                count += 1
            continue
        if touched[vehicle]:
            continue
        touched[vehicle] = True
        kept, removed = _split(routes, vehicle, row, random, scratch.route, taken[count:])
        cost = price(facts, routes.kinds[vehicle], scratch.route, kept, np.inf, scratch)
        if removed == 0 or cost == np.inf:
            continue
        save(routes, saved, vehicle)
        change += cost - routes.costs[vehicle]
        routes.rows[vehicle, :kept] = scratch.route[:kept]
        routes.lengths[vehicle], routes.costs[vehicle] = kept, cost
        clocked(facts, routes, vehicle, scratch.course)
        for out in taken[count : count + removed]:
            routes.where[out] = -1
            listed[out] = True
            change += facts.skip_cost[out]
        count += removed
        strings -= 1
        if strings == 0:
            break
    return count, change


@compiled
def _centre(facts: Facts, routes: Routes, random: np.random.Generator) -> int:
    """Draw a delivery: of those left out, the more often the more they cost beside the routes, or any."""
    skipped = 0.0
    for row in range(len(routes.where)):
        if routes.where[row] < 0 and not routes.barred[row]:
            skipped += facts.skip_cost[row]
    dice = 2.0 * random.random() * (skipped + routes.costs.sum())
    if dice < skipped:
        for row in range(len(routes.where)):
            if routes.where[row] < 0 and not routes.barred[row]:
                dice -= facts.skip_cost[row]
                if dice < 0.0:
                    return row
    return int(random.random() * len(routes.where))


@compiled
def _split(
    routes: Routes, vehicle: int, row: int, random: np.random.Generator, route: Ints, out: Ints
) -> tuple[int, int]:
    """Take a string of stops around one out of its route; return how many places are in ``route`` and in ``out``."""
    length, own = routes.lengths[vehicle], routes.rows[vehicle]
    string = 1 + int(random.random() * _LONGEST)
    place = 0
    while own[place] != row:
        place += 1
    first = max(0, place - int(random.random() * string))
    passed, kept, removed = 0, 0, 0
    for here in range(length):
        stop = own[here]
        passed += stop != RELOAD
        if stop != RELOAD and first <= here < first + string and passed > routes.pinned[vehicle]:
            out[removed] = stop
            removed += 1
        elif stop != RELOAD or (kept > 0 and route[kept - 1] != RELOAD):
            route[kept] = stop
            kept += 1
    if kept > 0 and route[kept - 1] == RELOAD:
        kept -= 1
    return kept, removed


@compiled
def save(routes: Routes, saved: Copy, vehicle: int) -> None:
    """Keep the route of a vehicle that is about to change."""
    if not saved.changed[vehicle]:
        saved.changed[vehicle] = True
        saved.rows[vehicle] = routes.rows[vehicle]
        saved.lengths[vehicle], saved.costs[vehicle] = routes.lengths[vehicle], routes.costs[vehicle]
