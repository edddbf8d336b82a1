"""The rounds of ruin and recreate, compiled."""

from __future__ import annotations

import numpy as np

from shelfwise_router_pyvrp.refining.compiling import compiled
from shelfwise_router_pyvrp.refining.facts import RELOAD, Facts, Ints
from shelfwise_router_pyvrp.refining.insertion import best_insertion, clocked
from shelfwise_router_pyvrp.refining.routes import Copy, Routes, Scratch
from shelfwise_router_pyvrp.refining.ruin import ruin, save

__all__ = ["begin", "rounds"]

_LESS = 1e-7
"""What a better plan costs less at least, in currency, which rounding does not."""


@compiled
def begin(facts: Facts, routes: Routes, scratch: Scratch) -> None:
    """Note the times of the routes."""
    for vehicle in range(len(routes.kinds)):
        clocked(facts, routes, vehicle, scratch.course)


@compiled
def rounds(
    facts: Facts,
    routes: Routes,
    best: Copy,
    saved: Copy,
    random: np.random.Generator,
    scratch: Scratch,
    most: int,
    ahead: float,
    warmth: float,
) -> float:
    """Make ``most`` rounds; return what the routes cost more than the best, skipped deliveries included.

    They cost ``ahead`` more before. A round that makes the plan dearer by less than a random share of ``warmth`` is
    accepted.
    """
    taken = np.empty(len(routes.where), np.int64)
    for _ in range(most):
        count, change = ruin(facts, routes, taken, saved, random, scratch)
        _order(facts, taken[:count], random)
        for row in taken[:count]:
            cost, vehicle, length = best_insertion(facts, routes, row, random, scratch)
            if vehicle >= 0 and cost - routes.costs[vehicle] < facts.skip_cost[row]:
                save(routes, saved, vehicle)
                change += cost - routes.costs[vehicle] - facts.skip_cost[row]
                routes.rows[vehicle, :length] = scratch.better[:length]
                routes.lengths[vehicle], routes.costs[vehicle], routes.where[row] = length, cost, vehicle
                clocked(facts, routes, vehicle, scratch.course)
        if change < warmth * random.random():
            ahead += change
            best.changed[:] |= saved.changed
            saved.changed[:] = False
            if ahead < -_LESS:
                ahead = 0.0
                _take_over(routes, best)
        else:
            _undo(facts, routes, taken[:count], saved, scratch)
    return ahead


@compiled
def _order(facts: Facts, taken: Ints, random: np.random.Generator) -> None:
    """Put what was taken out in an order to put back: at random, or large, far, urgent or dear to leave out first."""
    keys = random.random(len(taken))
    how = int(random.random() * 5.0)
    for number, row in enumerate(taken):
        if how == 1:
            keys[number] = -facts.demand[row, 0]
        elif how == 2:
            keys[number] = -facts.km[facts.depot[0], row]
        elif how == 3:
            keys[number] = facts.closes[row] - facts.opens[row]
        elif how == 4:
            keys[number] = -facts.skip_cost[row]
    taken[:] = taken[np.argsort(keys)]


@compiled
def _take_over(routes: Routes, best: Copy) -> None:
    """Make the routes the best."""
    for vehicle in range(len(best.changed)):
        if best.changed[vehicle]:
            best.changed[vehicle] = False
            best.rows[vehicle] = routes.rows[vehicle]
            best.lengths[vehicle], best.costs[vehicle] = routes.lengths[vehicle], routes.costs[vehicle]


@compiled
def _undo(facts: Facts, routes: Routes, taken: Ints, saved: Copy, scratch: Scratch) -> None:
    """Give vehicles back the routes that were saved."""
    routes.where[taken] = -1
    for vehicle in range(len(saved.changed)):
        if saved.changed[vehicle]:
            saved.changed[vehicle] = False
            routes.rows[vehicle] = saved.rows[vehicle]
            routes.lengths[vehicle], routes.costs[vehicle] = saved.lengths[vehicle], saved.costs[vehicle]
            for row in routes.rows[vehicle, : routes.lengths[vehicle]]:
                if row != RELOAD:
                    routes.where[row] = vehicle
            clocked(facts, routes, vehicle, scratch.course)
