"""The cheapest choice of routes that makes each delivery once or leaves it out, by CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from shelfwise.routing.problem import Floats
from shelfwise.types import Deadline
from shelfwise_router_ortools.exact.crew import Crew

__all__ = ["Choice", "Column", "cheapest"]

_PRECISION = 1e6
_LARGEST = 1e15


class Column(NamedTuple):
    """A route of a crew, by its number, and of a set of deliveries, with what it costs."""

    crew: int
    set: int
    cost: float


class Choice(NamedTuple):
    """The columns chosen, and what no choice can cost less than, what is left out included."""

    columns: list[Column]
    bound: float


def cheapest(
    crews: Sequence[Crew], columns: Sequence[Column], skip_cost: Floats, deadline: Deadline, seed: int
) -> Choice | None:
    """Return the cheapest choice of ``columns``, or None where there is none or time is up."""
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in columns]
    skipped = [model.new_bool_var("") for _ in skip_cost]
    for delivery, skip in enumerate(skipped):
        model.add_exactly_one(skip, *(t for t, c in zip(taken, columns, strict=True) if c.set >> delivery & 1))
    for number, crew in enumerate(crews):
        own = [t for t, c in zip(taken, columns, strict=True) if c.crew == number]
        model.add_linear_constraint(sum(own), len(crew.vehicles) if crew.pinned else 0, len(crew.vehicles))
    costs = np.array([*(c.cost for c in columns), *skip_cost])
    precision = min(_PRECISION, _LARGEST / max(1.0, float(np.abs(costs).sum())))
    # Rounded down, so that the bound is one.
    whole = np.floor(costs * precision).astype(np.int64).tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum([*taken, *skipped], whole))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    if np.isfinite(deadline.ends_at):
        solver.parameters.max_time_in_seconds = deadline.remaining()
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    chosen = [c for t, c in zip(taken, columns, strict=True) if solver.boolean_value(t)]
    return Choice(chosen, solver.best_objective_bound / precision)
