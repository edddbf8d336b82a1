"""Who plans in the benchmark of routers: our plugins, and solvers on their own with the same whole numbers."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyvrp
import vroom
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from shelfwise_router_pyvrp import PyVRPRouter
from shelfwise_router_pyvrp.translate import translate

from shelfwise.baselines.router import BaselineRouter
from shelfwise.routing import schedule
from shelfwise.routing.problem import Problem
from shelfwise.types import RoutePlan, SkippedDelivery, SkipReason

__all__ = ["CONTESTANTS"]

ENDLESS = 10**9
MOST_VEHICLES = 3_000
"""Vehicles up to which OR-Tools is asked: fleets without a limit have thousands, whose model fills 24 GB."""


def plan_of(problem, request, routes):
    """Return the plan of the trips by vehicle, nothing mended."""
    planned = []
    for number, trips in routes.items():
        stops = [[problem.deliveries[row] for row in trip] for trip in trips]
        planned.append(schedule(problem.travel, problem.state, request.vehicles[number], *stops))
    made = {row for trips in routes.values() for trip in trips for row in trip}
    left = [d.delivery_id for row, d in enumerate(problem.deliveries) if row not in made]
    skipped = [SkippedDelivery(delivery_id, SkipReason.TIME_LIMIT) for delivery_id in left]
    return RoutePlan(routes=[route for route in planned if route], skipped=skipped)


class PyVRPAlone:
    """``pyvrp.solve`` with its defaults, whose penalties are made for kilometres that cost 10 or less."""

    def route(self, request, state, deliveries, deadline):
        """Plan until the deadline."""
        problem = Problem.of(request, state, deliveries)
        translation = translate(problem, request)
        dearest = max(kind.unit_distance_cost for kind in translation.data.vehicle_types()) * translation.units.km
        penalties = pyvrp.PenaltyParams(max_penalty=1e5 * max(1.0, dearest / 10.0))
        best = pyvrp.solve(
            translation.data,
            lambda _: deadline.expired,
            request.seed,
            collect_stats=False,
            params=pyvrp.SolveParams(penalty=penalties),
        ).best
        return plan_of(problem, request, translation.routes(best) if best.is_feasible() else {})


class OrToolsAlone:
    """OR-Tools' routing library: registered matrices, a first solution by insertion, guided local search."""

    def route(self, request, state, deliveries, deadline):
        """Plan until the deadline; one trip a vehicle."""
        problem = Problem.of(request, state, deliveries)
        translation = translate(problem, request)
        types = translation.data.vehicle_types()
        fleet = [(number, types[kind]) for kind, numbers in enumerate(translation.vehicles) for number in numbers]
        routes = self._routes(translation, fleet, deadline) if len(fleet) <= MOST_VEHICLES else {}
        return plan_of(problem, request, routes)

    def _routes(self, translation, fleet, deadline):
        data = translation.data
        ends = [[data.depot(d).location for d in (kind.start_depot, kind.end_depot)] for _, kind in fleet]
        kept = np.array([*(c.location for c in data.clients()), *sorted({place for pair in ends for place in pair})])
        node = {int(place): number for number, place in enumerate(kept)}
        square = np.ix_(kept, kept)
        manager = pywrapcp.RoutingIndexManager(
            len(kept), len(fleet), [node[start] for start, _ in ends], [node[end] for _, end in ends]
        )
        model = pywrapcp.RoutingModel(manager)
        ways = {}
        for vehicle, (_, kind) in enumerate(fleet):
            key = kind.profile, kind.unit_distance_cost
            if key not in ways:
                table = data.distance_matrix(kind.profile)[square] * kind.unit_distance_cost
                ways[key] = model.RegisterTransitMatrix(table.tolist())
            model.SetArcCostEvaluatorOfVehicle(ways[key], vehicle)
            model.SetFixedCostOfVehicle(kind.fixed_cost, vehicle)
        clients = data.clients()
        others = [0] * (len(kept) - len(clients))
        for load in range(data.num_load_dimensions):
            transit = model.RegisterUnaryTransitVector([client.delivery[load] for client in clients] + others)
            model.AddDimensionWithVehicleCapacity(transit, 0, [k.capacity[load] for _, k in fleet], True, f"load{load}")
        if data.has_time_windows() or any(kind.shift_duration < ENDLESS for _, kind in fleet):
            service = np.array([client.service_duration for client in clients] + others)
            times = model.RegisterTransitMatrix((data.duration_matrix(0)[square] + service[:, None]).tolist())
            horizon = min(max(kind.tw_late for _, kind in fleet), ENDLESS)
            model.AddDimension(times, horizon, horizon, False, "time")
            clock = model.GetDimensionOrDie("time")
            for number, client in enumerate(clients):
                clock.CumulVar(manager.NodeToIndex(number)).SetRange(client.tw_early, min(client.tw_late, horizon))
            for vehicle, (_, kind) in enumerate(fleet):
                clock.CumulVar(model.Start(vehicle)).SetRange(kind.tw_early, min(kind.tw_late, horizon))
                clock.CumulVar(model.End(vehicle)).SetRange(kind.tw_early, min(kind.tw_late, horizon))
                clock.SetSpanUpperBoundForVehicle(min(kind.shift_duration, horizon), vehicle)
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromMilliseconds(600_000)
        model.AddSearchMonitor(model.solver().CustomLimit(lambda: deadline.expired))
        found = model.SolveWithParameters(parameters)
        routes = {}
        for vehicle, (number, _) in enumerate(fleet) if found else ():
            index, trip = found.Value(model.NextVar(model.Start(vehicle))), []
            while not model.IsEnd(index):
                trip.append(int(translation.rows[manager.IndexToNode(index)]))
                index = found.Value(model.NextVar(index))
            if trip:
                routes[number] = [trip]
        return routes


class VroomAlone:
    """VROOM at the exploration level that its time allows, ended by its own clock."""

    def route(self, request, state, deliveries, deadline):
        """Plan, at most until the deadline."""
        problem = Problem.of(request, state, deliveries)
        translation = translate(problem, request)
        data = translation.data
        asked = vroom.Input()
        for profile in range(data.num_profiles):
            asked.set_durations_matrix(str(profile), data.duration_matrix(profile).astype(np.uint32))
            asked.set_distances_matrix(str(profile), data.distance_matrix(profile).astype(np.uint32))
        for kind, numbers in enumerate(translation.vehicles):
            vehicle = data.vehicle_type(kind)
            if data.num_profiles == 1 and kind == 0:
                asked.set_costs_matrix("0", data.distance_matrix(0).astype(np.uint32))
            for number in numbers:
                asked.add_vehicle(
                    vroom.Vehicle(
                        number,
                        start=data.depot(vehicle.start_depot).location,
                        end=data.depot(vehicle.end_depot).location,
                        profile=str(vehicle.profile),
                        capacity=vehicle.capacity,
                        time_window=vroom.TimeWindow(vehicle.tw_early, min(vehicle.tw_late, ENDLESS)),
                    )
                )
        for number, client in enumerate(data.clients()):
            asked.add_job(
                vroom.Job(
                    number,
                    client.location,
                    default_service=client.service_duration,
                    delivery=client.delivery,
                    time_windows=[vroom.TimeWindow(client.tw_early, min(client.tw_late, ENDLESS))],
                )
            )
        solution = asked.solve(5, nb_threads=1, timeout=timedelta(seconds=deadline.remaining()))
        routes = {}
        for row in solution.routes[solution.routes["type"] == "job"].itertuples():
            routes.setdefault(int(row.vehicle_id), [[]])[0].append(int(translation.rows[int(row.id)]))
        return plan_of(problem, request, routes)


CONTESTANTS = {
    "pyvrp plugin": PyVRPRouter(iterations=ENDLESS, workers=1),
    "PyVRP": PyVRPAlone(),
    "OR-Tools": OrToolsAlone(),
    "VROOM": VroomAlone(),
    "baseline": BaselineRouter(rounds_per_delivery=10**6, most_rounds=10**9),
}
