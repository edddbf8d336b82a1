"""What making each delivery is worth: dual prices of the linear programme over all routes, optimistically priced."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from ortools.linear_solver import pywraplp

from shelfwise.routing.problem import Floats
from shelfwise_router_ortools.exact.crew import Crew, members

__all__ = ["Worth", "worth_of"]

_AT_ONCE = 100
"""Routes of a crew that are added before the programme is solved again."""

_ROUNDING = 1e-7

_DEAR = 100.0
"""What a delivery is worth at most, in costs of the dearest route with one stop."""


@attrs.frozen(eq=False)
class Worth:
    """What a delivery is worth, of shape (n,), what a vehicle of each crew is, and what no plan can cost less than.

    A route is part of a plan of cost ``bound + gap`` only if it costs at most ``gap`` more than its deliveries and its
    vehicle are worth.
    """

    delivery: Floats
    vehicle: tuple[float, ...]
    bound: float


def worth_of(crews: Sequence[Crew], skip_cost: Floats) -> Worth:
    """Return the dual prices of choosing routes so that each delivery is made once or left out for its cost.

    Routes are added while one would pay (Gilmore & Gomory 1961), out of a table of all.
    """
    size = len(skip_cost)
    alone = np.array([crew.at_least[1 << np.arange(size)] for crew in crews])
    skip_cost = np.minimum(skip_cost, _DEAR * np.max(alone, where=np.isfinite(alone), initial=1.0))
    solver = pywraplp.Solver.CreateSolver("GLOP")
    # The solver is sure of small numbers only.
    unit = float(skip_cost.max()) or 1.0
    made = [solver.Constraint(1.0, 1.0) for _ in range(size)]
    used = [solver.Constraint(len(c.vehicles) if c.pinned else 0.0, float(len(c.vehicles))) for c in crews]
    goal = solver.Objective()

    def add(cost: float, rows: Sequence[pywraplp.Constraint]) -> None:
        column = solver.NumVar(0.0, solver.infinity(), "")
        goal.SetCoefficient(column, cost / unit)
        for row in rows:
            row.SetCoefficient(column, 1.0)

    # Pinned stops are made, whatever they cost; dear enough, the programme has a solution at first.
    for number, crew in enumerate(crews):
        if crew.pinned:
            add(10.0 * float(skip_cost.max()), [used[number]])
    for row, cost in zip(made, skip_cost.tolist(), strict=True):
        add(cost, [row])
    afresh = pywraplp.MPSolverParameters()
    afresh.SetIntegerParam(afresh.INCREMENTALITY, afresh.INCREMENTALITY_OFF)
    sets = members(np.arange(1 << size), size)
    known = [np.zeros(1 << size, dtype=np.bool_) for _ in crews]
    while True:
        solver.Solve(afresh)
        delivery = np.minimum([unit * row.dual_value() for row in made], skip_cost)
        # A vehicle that need not leave is worth nothing where it stays, whatever price keeps it there.
        prices = [unit * row.dual_value() for row in used]
        vehicle = tuple(price if crew.pinned else min(price, 0.0) for crew, price in zip(crews, prices, strict=True))
        gains = [c.at_least - sets @ delivery - price for c, price in zip(crews, vehicle, strict=True)]
        if all((own | (gain >= -_ROUNDING)).all() for own, gain in zip(known, gains, strict=True)):
            bound = float(delivery.sum()) + sum(
                len(c.vehicles) * (price + min(float(gain.min()), 0.0))
                for c, price, gain in zip(crews, vehicle, gains, strict=True)
            )
            return Worth(np.asarray(delivery), vehicle, bound)
        for number, (crew, gain) in enumerate(zip(crews, gains, strict=True)):
            best = np.argsort(np.where(known[number], np.inf, gain))[:_AT_ONCE]
            best = best[(gain[best] < -_ROUNDING) & ~known[number][best]]
            known[number][best] = True
            for chosen in best.tolist():
                rows = [made[stop] for stop in range(size) if chosen >> stop & 1]
                add(float(crew.at_least[chosen]), [*rows, used[number]])
