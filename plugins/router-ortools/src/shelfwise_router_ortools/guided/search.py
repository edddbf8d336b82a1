"""One run of guided local search from a draft, and the better of the two plans."""

from __future__ import annotations

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2, routing_parameters_pb2

from shelfwise.routing.draft import Draft
from shelfwise.types import Deadline, RouteRequest
from shelfwise_router_ortools.guided.model import model_of
from shelfwise_router_ortools.guided.nodes import Nodes

__all__ = ["RELOADS", "improved", "search_parameters"]

RELOADS = 3
"""Reloads of a vehicle that are tried, where it may make more and makes fewer."""

_TIMING_SECONDS = 3600

_FAILURES = 10
"""Attempts in vain for each solution after which the search ends: of a tiny problem there are no more solutions."""


_SETTING_UP = 0.005, 2e-6
"""Seconds that it takes before the search begins: for all, and for each pair of deliveries."""

_STOPPING = 0.25
"""What it may take to end it, as a share of that."""


def improved(draft: Draft, request: RouteRequest, solutions: int, deadline: Deadline) -> Draft:
    """Return the plan that guided local search (Voudouris & Tsang 1999) makes of a draft, or the draft if cheaper.

    The search ends at the ``deadline``, or after so many ``solutions``, and does not begin where most of the time would
    be gone by then. Its routes are mended to all that binds them.
    """
    once, each = _SETTING_UP
    setting_up = once + each * len(draft.problem) ** 2
    if not draft.problem.allowed.any() or deadline.remaining() < 2.0 * setting_up:
        return draft
    nodes = Nodes.of(draft, RELOADS)
    routing = model_of(draft, nodes)
    parameters = search_parameters(solutions, Deadline(deadline.ends_at - _STOPPING * setting_up))
    routing.CloseModelWithParameters(parameters)
    routing.AddSearchMonitor(routing.solver().FailuresLimit(_FAILURES * solutions))
    start = routing.solver().Assignment()
    routing.RoutesToAssignment(nodes.chains(draft.trips), True, True, start)
    solution = routing.SolveFromAssignmentWithParameters(start, parameters)
    if solution is None:
        return draft
    found = Draft(draft.problem, request)
    found.take(nodes.routes(routing, solution))
    found.insert_all(deadline)
    return min(draft, found, key=lambda one: one.total)


def search_parameters(solutions: int, deadline: Deadline) -> routing_parameters_pb2.RoutingSearchParameters:
    """Return how to search: insertion where there is no first plan, then guided local search until either end."""
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.solution_limit = solutions
    # It bounds as well how long the library may take to give times to the routes that it starts from.
    parameters.lns_time_limit.FromSeconds(_TIMING_SECONDS)
    if np.isfinite(deadline.ends_at):
        parameters.time_limit.FromMilliseconds(max(1, int(1000.0 * deadline.remaining())))
    return parameters
