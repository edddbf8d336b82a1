"""From a routing problem to PyVRP's, in whole numbers and never looser in what it holds to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyvrp import Client, Depot, Location, ProblemData, VehicleType

from shelfwise.routing.problem import Floats, Ints, Problem
from shelfwise.types import RouteRequest, Vehicle
from shelfwise_router_pyvrp.tables import Tables
from shelfwise_router_pyvrp.translation import Translation
from shelfwise_router_pyvrp.units import Units, lowered, raised, steps

__all__ = ["approximated", "translate"]

_MUST = 0.02
"""What leaving out a delivery that must be made costs, as a share of what it is elsewhere: 20 of the dearest routes.

Larger numbers would leave whole numbers no room for penalties.
"""

_ROOM = 5e10
"""The largest prize, in steps."""

_LARGE = 30_000_000
"""Numbers in all tables of distances above which nobody is kept from deliveries by tables, but by loads instead."""

_STOPS = 3
"""The column of the demand that counts stops."""


def translate(problem: Problem, request: RouteRequest) -> Translation:
    """Return the problem for PyVRP; its locations are the places of ``problem``, its types those of the vehicles.

    Deliveries that no vehicle could make are no part of it. A reload begins when what the next trip brings is released,
    where it could be over then.
    """
    rows = np.flatnonzero(np.isfinite(problem.alone).any(axis=0))
    numbers = {vehicle.vehicle_id: number for number, vehicle in enumerate(request.vehicles or ())}
    units = Units.of(problem)
    return Translation(
        data=_data(problem, units, rows),
        vehicles=tuple(tuple(numbers[v.vehicle_id] for v in alike) for alike in problem.types.vehicles),
        rows=rows,
        units=units,
        approximated=approximated(problem),
    )


def _data(problem: Problem, units: Units, rows: Ints) -> ProblemData:
    tables, types = Tables(problem, units), problem.types
    may = _may(problem)
    by_tables = len(np.unique(may, axis=0)) * len(problem) ** 2 <= _LARGE
    kept_from = ~may if by_tables else np.zeros_like(may)
    brought, collected, capacity = _loads(problem, rows, admissions=not by_tables)
    ends = list(dict.fromkeys([*types.depot.tolist(), *types.end.tolist()]))
    reloads = list(dict.fromkeys(reload for kind in range(len(types)) if (reload := _reload(problem, kind))))
    prizes, kinds = _prizes(problem, units, rows), []
    for kind, (vehicle, *alike) in enumerate(types.vehicles):
        profile, farthest = tables.profile(kind, kept_from[kind])
        reload = _reload(problem, kind)
        opens = units.opening(types.opens[kind])
        kinds.append(
            VehicleType(
                num_available=1 + len(alike),
                capacity=capacity[kind].tolist(),
                start_depot=ends.index(types.depot[kind]),
                end_depot=ends.index(types.end[kind]),
                fixed_cost=units.price(vehicle.fixed_cost),
                tw_early=opens,
                tw_late=max(units.closing(types.closes[kind] - _resting(vehicle)), opens),
                shift_duration=units.limit(types.most_minutes[kind], units.minutes),
                max_distance=farthest,
                unit_distance_cost=units.price(vehicle.cost_per_km / units.km),
                unit_duration_cost=units.price(types.cost_per_minute[kind] / units.minutes),
                profile=profile,
                reload_depots=[len(ends) + reloads.index(reload)] if reload else [],
                max_reloads=vehicle.max_trips - 1,
            )
        )
    return ProblemData(
        locations=[Location(0.0, 0.0)] * len(problem.distance),
        clients=[
            Client(
                row,
                delivery=brought[client].tolist(),
                pickup=collected[client].tolist(),
                service_duration=int(raised(problem.service[row], units.minutes)),
                tw_early=units.opening(problem.opens[row]),
                # What is released after its window is late at any time.
                tw_late=max(units.closing(problem.closes[row]), units.opening(problem.released[row])),
                release_time=units.opening(problem.released[row]),
                prize=prizes[client],
                required=problem.deliveries[row].skip_cost is None,
            )
            for client, row in enumerate(rows.tolist())
        ],
        depots=[
            *(Depot(place) for place in ends),
            *(Depot(place, service_duration=int(raised(minutes, units.minutes))) for place, minutes in reloads),
        ],
        vehicle_types=kinds,
        distance_matrices=tables.distances,
        duration_matrices=tables.durations,
    )


def _loads(problem: Problem, rows: Ints, *, admissions: bool) -> tuple[Ints, Ints, Ints]:
    """Return what is brought and what is collected, of shape (clients, loads), and what types take, in steps.

    Loads that no vehicle can be short of are left out.
    """
    needs, takes = problem.demand[rows], problem.types.capacity
    if admissions:
        asked, given = _admissions(problem, rows)
        needs, takes = np.concatenate([needs, asked], axis=1), np.concatenate([takes, given], axis=1)
    total = needs.sum(axis=0)
    short = np.flatnonzero((takes < total).any(axis=0))
    scales = np.array([steps(needs[:, load]) for load in short], dtype=np.int64)
    loads = raised(needs[:, short], scales)
    # A stop is a stop, whatever is done there, and so is what a vehicle must have.
    picked_up = problem.pickup[rows, None] & (short < _STOPS)
    return (
        np.where(picked_up, 0, loads),
        np.where(picked_up, loads, 0),
        lowered(np.minimum(takes, total)[:, short], scales),
    )


def _may(problem: Problem) -> NDArray[np.bool_]:
    """Tell which types have the node and the skills that a delivery asks for, of shape (types, deliveries)."""
    may = np.ones((len(problem.types), len(problem)), dtype=np.bool_)
    for kind, (vehicle, *_) in enumerate(problem.types.vehicles):
        has, homes = set(vehicle.skills), ("", vehicle.node_id)
        may[kind] = [delivery.node_id in homes and has.issuperset(delivery.skills) for delivery in problem.deliveries]
    return may


def _admissions(problem: Problem, rows: Ints) -> tuple[Floats, Floats]:
    """Return skills, and nodes that deliveries come from, as loads: one for each that asks, no room where it lacks."""
    deliveries = [problem.deliveries[row] for row in rows]
    vehicles = [alike[0] for alike in problem.types.vehicles]
    asked, given = [], []
    for skill in sorted({skill for delivery in deliveries for skill in delivery.skills}):
        asked.append([skill in delivery.skills for delivery in deliveries])
        given.append([skill in vehicle.skills for vehicle in vehicles])
    for node in sorted({delivery.node_id for delivery in deliveries} - {""}):
        asked.append([delivery.node_id == node for delivery in deliveries])
        given.append([vehicle.node_id == node for vehicle in vehicles])
    needs = np.array(asked, dtype=np.float64).reshape(len(asked), len(deliveries)).T
    has = np.array(given, dtype=np.bool_).reshape(len(given), len(vehicles)).T
    return needs, np.where(has, np.inf, 0.0)


def _prizes(problem: Problem, units: Units, rows: Ints) -> list[int]:
    """Return what leaving out each client costs: of those that must be made less than elsewhere, but enough.

    Where that would leave whole numbers no room for penalties, what is above half of the room is squeezed into it.
    """
    must = np.array([problem.deliveries[row].skip_cost is None for row in rows], dtype=np.bool_)
    costs = np.where(must, _MUST, 1.0) * problem.skip_cost[rows]
    half, most = _ROOM / units.money / 2.0, float(costs.max(initial=0.0))
    if most > 2.0 * half:
        costs = np.where(costs > half, half + (costs - half) * half / (most - half), costs)
    prizes: list[int] = raised(costs, units.money).tolist()
    return prizes


def _reload(problem: Problem, kind: int) -> tuple[int, float] | None:
    """Return where a type of vehicle reloads, and for how many minutes; None where it does not."""
    vehicle = problem.types.vehicles[kind][0]
    depot = len(problem) + problem.travel.depots.position(vehicle.node_id)
    return (depot, vehicle.reload_minutes) if vehicle.max_trips > 1 else None


def _resting(vehicle: Vehicle) -> float:
    return sum(rest.minutes for rest in vehicle.breaks)


def approximated(problem: Problem) -> tuple[str, ...]:
    """Return the fields of the request that PyVRP's problem does not hold to."""
    vehicles = [alike[0] for alike in problem.types.vehicles]
    lacking = {
        "breaks": any(vehicle.breaks for vehicle in vehicles),
        "max_stops": any(vehicle.max_trips > 1 and vehicle.max_stops is not None for vehicle in vehicles),
        "late_cost_per_hour": problem.soft,
    }
    return tuple(name for name, is_so in lacking.items() if is_so)
