"""The whole model in the words of OR-Tools' routing library: registered matrices, dimensions and intervals."""

from __future__ import annotations

import numpy as np
from ortools.constraint_solver import pywrapcp

from shelfwise.routing.draft import Draft
from shelfwise.routing.problem import Floats
from shelfwise_router_ortools.guided.clock import Clock
from shelfwise_router_ortools.guided.nodes import MONEY, Nodes, priced, registered, whole

__all__ = ["model_of"]

_KM, _AMOUNT = 1e5, 1e6
"""Steps in a km, and in a unit, a kg or a litre."""

_UNBOUNDED = 1 << 40


def model_of(draft: Draft, nodes: Nodes) -> pywrapcp.RoutingModel:
    """Return the model of a problem, in whole numbers, and what is pinned in a draft fixed.

    A vehicle may be late for a price where it need not, and numbers are rounded in favour of a route: routes are to be
    looked at once more by what the draft knows.
    """
    routing = pywrapcp.RoutingModel(nodes.manager)
    _costs(routing, draft, nodes)
    _choices(routing, draft, nodes)
    _loads(routing, draft, nodes)
    _limits(routing, draft, nodes)
    if draft.problem.timed:
        Clock(routing, draft, nodes).start()
    _pin(routing, draft, nodes)
    return routing


def _costs(routing: pywrapcp.RoutingModel, draft: Draft, nodes: Nodes) -> None:
    """Charge each vehicle that leaves, and each km."""
    types = draft.problem.types
    km = nodes.table(draft.problem.distance)
    rates = types.cost_per_km[draft.kind]
    costs = {rate: registered(routing, MONEY * rate * km) for rate in np.unique(rates).tolist()}
    for vehicle, kind in enumerate(draft.kind):
        routing.SetArcCostEvaluatorOfVehicle(costs[float(rates[vehicle])], vehicle)
        routing.SetFixedCostOfVehicle(priced(float(types.fixed_cost[kind])), vehicle)


def _choices(routing: pywrapcp.RoutingModel, draft: Draft, nodes: Nodes) -> None:
    """Let a delivery be left out for its cost and a reload for nothing, and say who may make them."""
    allowed = draft.problem.allowed[:, draft.kind]
    for node, row in enumerate(nodes.rows.tolist()):
        routing.AddDisjunction([nodes.index(node)], priced(float(draft.problem.skip_cost[row])))
        if not allowed[row].all():
            routing.VehicleVar(nodes.index(node)).SetValues([-1, *np.flatnonzero(allowed[row]).tolist()])
    for vehicle, reloads in enumerate(nodes.reloads):
        for node in reloads:
            routing.AddDisjunction([nodes.index(node)], 0)
            routing.VehicleVar(nodes.index(node)).SetValues([-1, vehicle])


def _loads(routing: pywrapcp.RoutingModel, draft: Draft, nodes: Nodes) -> None:
    """Bound what is brought on a trip, and where something is collected, what is on board at each stop."""
    problem, types = draft.problem, draft.problem.types
    demand, pickup = problem.demand[nodes.rows, :3], problem.pickup[nodes.rows, None]
    capacity = types.capacity[draft.kind, :3]
    for load in np.flatnonzero((demand.sum(axis=0) > capacity).any(axis=0)).tolist():
        room = np.ceil(np.minimum(capacity[:, load] * _AMOUNT, _UNBOUNDED)).astype(np.int64).tolist()
        brought, collected = np.where(pickup, 0.0, demand)[:, load], np.where(pickup, demand, 0.0)[:, load]
        _load(routing, nodes, f"brought {load}", brought, room, empty=True)
        if pickup.any():
            ready = _load(routing, nodes, f"collected {load}", collected, room, empty=True)
            on_board = _load(routing, nodes, f"on board {load}", collected - brought, room, empty=False)
            # Nothing collected is brought to others: at the end of a trip all of it is on board.
            ends = [nodes.index(node) for own in nodes.reloads for node in own]
            for index in (*ends, *(routing.End(vehicle) for vehicle in range(len(room)))):
                routing.solver().Add(on_board.CumulVar(index) >= ready.CumulVar(index))


def _load(
    routing: pywrapcp.RoutingModel, nodes: Nodes, name: str, change: Floats, room: list[int], *, empty: bool
) -> pywrapcp.RoutingDimension:
    """Add a load that starts at nothing, or else at what it may, and does so again behind each reload."""
    most = max(room)
    steps = np.zeros(len(nodes.places), dtype=np.int64)
    steps[: len(change)] = whole(np.abs(change) * _AMOUNT) * np.sign(change)
    first = len(nodes.places) - sum(map(len, nodes.reloads))
    steps[first:] = -most
    transit = routing.RegisterUnaryTransitVector(steps.tolist())
    routing.AddDimensionWithVehicleCapacity(transit, 2 * most, room, empty, name)
    dimension = routing.GetDimensionOrDie(name)
    for node in range(len(nodes.rows)):
        dimension.SlackVar(nodes.index(node)).SetValue(0)
    for vehicle in range(len(room)):
        dimension.SlackVar(routing.Start(vehicle)).SetValue(0)
    return dimension


def _limits(routing: pywrapcp.RoutingModel, draft: Draft, nodes: Nodes) -> None:
    """Bound the stops and the km of a vehicle."""
    types = draft.problem.types
    stops, km = types.most_stops[draft.kind], types.most_km[draft.kind]
    if (stops < len(nodes.rows)).any():
        one = (np.arange(len(nodes.places)) < len(nodes.rows)).astype(np.int64)
        most = np.minimum(stops, len(nodes.rows)).astype(np.int64).tolist()
        routing.AddDimensionWithVehicleCapacity(
            routing.RegisterUnaryTransitVector(one.tolist()),
            0,
            most,
            True,
            "stops",
        )
    if (km < np.inf).any():
        far = registered(routing, _KM * nodes.table(draft.problem.distance))
        most = np.ceil(np.minimum(km * _KM, _UNBOUNDED)).astype(np.int64).tolist()
        routing.AddDimensionWithVehicleCapacity(far, 0, most, True, "km")


def _pin(routing: pywrapcp.RoutingModel, draft: Draft, nodes: Nodes) -> None:
    """Fix the beginning of each route that has pinned stops, with the reloads between them."""
    for vehicle, chain in enumerate(nodes.chains(draft.trips)):
        waiting, index = len(draft.pinned.get(vehicle, ())), routing.Start(vehicle)
        for following in chain:
            if not waiting:
                break
            routing.NextVar(index).SetValue(following)
            waiting -= nodes.manager.IndexToNode(following) < len(nodes.rows)
            index = following
