"""Pinned stops as one: a delivery that only its vehicle can make, and that the vehicle can only make first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np

from shelfwise.routing.problem import Ints, Problem, VehicleTypes
from shelfwise.routing.timing import ANY_TIME, Segment, forward
from shelfwise.types import Vehicle

__all__ = ["contracted"]

_NO_WAY = 3.0 * ANY_TIME


def contracted(problem: Problem, pinned: Mapping[str, Sequence[int]]) -> Problem:
    """Return the problem in which the last of each vehicle's ``pinned`` stops stands for all of them.

    ``pinned`` are the rows of deliveries, by vehicle id. Such a vehicle is a type of its own, and starts from a place
    of its own, from which the only way leads through its pinned stops; no other way leads there. The other pinned
    stops are none that any vehicle could make.
    """
    kinds, groups = _separated(problem.types, pinned)
    problem = attrs.evolve(problem, types=_of_kinds(problem.types, kinds, groups), alone=problem.alone[kinds].copy())
    owners = [(kind, pinned[group[0].vehicle_id]) for kind, group in enumerate(groups) if group[0].vehicle_id in pinned]
    problem = _with_places(problem, len(owners))
    for number, (kind, rows) in enumerate(owners):
        _pin(problem, kind, list(rows), len(problem.distance) - 1 - len(owners) + number)
    return problem


def _separated(types: VehicleTypes, pinned: Mapping[str, Sequence[int]]) -> tuple[Ints, list[tuple[Vehicle, ...]]]:
    """Return the type of each group of vehicles, and the groups, those with pinned stops alone."""
    kinds, groups = [], []
    for kind, alike in enumerate(types.vehicles):
        alone = [(vehicle,) for vehicle in alike if vehicle.vehicle_id in pinned]
        others = tuple(vehicle for vehicle in alike if vehicle.vehicle_id not in pinned)
        groups += [*([others] if others else []), *alone]
        kinds += [kind] * (bool(others) + len(alone))
    return np.array(kinds, dtype=np.int64), groups


def _of_kinds(types: VehicleTypes, kinds: Ints, groups: list[tuple[Vehicle, ...]]) -> VehicleTypes:
    """Return types with these vehicles, each as the type that it was of."""
    fields = {field.name: getattr(types, field.name) for field in attrs.fields(VehicleTypes)}
    changed: dict[str, Any] = {name: of[kinds] for name, of in fields.items() if isinstance(of, np.ndarray)}
    return attrs.evolve(types, **changed, vehicles=tuple(groups), shifts=tuple(types.shifts[kind] for kind in kinds))


def _with_places(problem: Problem, count: int) -> Problem:
    """Return a copy with so many more places, to and from which no way leads, before the last."""
    changed: dict[str, Any] = {}
    for name in ("distance", "minutes"):
        old = getattr(problem, name)
        table = np.full((len(old) + count, len(old) + count), _NO_WAY)
        kept = np.r_[: len(old) - 1, len(old) - 1 + count]
        table[np.ix_(kept, kept)] = old
        table[:, -1] = 0.0
        changed[name] = table
    for name in ("demand", "service", "opens", "closes", "released", "skip_cost"):
        changed[name] = getattr(problem, name).copy()
    end = problem.types.end
    types = attrs.evolve(
        problem.types,
        depot=problem.types.depot.copy(),
        end=np.where(end == len(problem.distance) - 1, end + count, end),
    )
    return attrs.evolve(problem, types=types, **changed)


def _pin(problem: Problem, kind: int, rows: list[int], start: int) -> None:
    """Make the last of ``rows`` all of them, for the vehicle of a type that starts at a place of its own."""
    types, last = problem.types, rows[-1]
    depot, pace = int(types.depot[kind]), float(types.pace[kind])
    whole = Segment(*problem.visits[rows[0]])
    legs = [pace * float(problem.minutes[one, other]) for one, other in pairwise(rows)]
    if len(rows) > 1:
        whole = forward(whole, [problem.visits[row] for row in rows[1:]], legs)[-1]
    if not np.isfinite(whole.duration):
        return
    km = problem.distance[depot, rows[0]] + sum(problem.distance[one, other] for one, other in pairwise(rows))
    problem.distance[:, last] = problem.minutes[:, last] = _NO_WAY
    problem.distance[start, last], problem.minutes[start, last] = km, problem.minutes[depot, rows[0]]
    problem.distance[last, last] = problem.minutes[last, last] = 0.0
    types.depot[kind] = start
    problem.service[last], problem.opens[last], problem.closes[last] = whole
    problem.released[last] = problem.released[rows].max()
    problem.demand[last] = problem.demand[rows].sum(axis=0)
    problem.skip_cost[last] = problem.skip_cost[rows].sum()
    own = problem.alone[kind, last]
    problem.alone[:, rows] = np.inf
    problem.alone[kind, last] = own if np.isfinite(own) else 0.0
