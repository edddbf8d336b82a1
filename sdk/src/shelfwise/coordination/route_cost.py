"""What a route plan costs, the deliveries that it leaves out included."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shelfwise.routing.travel import Travel
from shelfwise.types import Delivery, RoutePlan, RouteRequest, RoutingReport, State

RequestFor = Callable[[tuple[Delivery, ...]], RouteRequest]
"""Returns the request for the routes of some deliveries."""


def route_cost(plan: RoutePlan, request_for: RequestFor, state: State, deliveries: tuple[Delivery, ...]) -> float:
    """Return the cost of the routes and of what is skipped, in currency.

    A skipped delivery costs its ``skip_cost`` where it has one, and otherwise what the cheapest vehicle would cost
    that made the trip for it alone, so that a plan does not look cheap by delivering little.
    """
    alone = tuple(delivery for delivery in _left_out(plan, deliveries) if delivery.skip_cost is None)
    return cost_with_skips(plan, deliveries) + (_trips(request_for(alone), state, alone) if alone else 0.0)


def cost_with_skips(plan: RoutePlan, deliveries: tuple[Delivery, ...]) -> float:
    """Return the cost of the routes and of the optional deliveries that are left out, in currency."""
    return plan.cost + sum(delivery.skip_cost or 0.0 for delivery in _left_out(plan, deliveries))


def routing_report(plan: RoutePlan, deliveries: tuple[Delivery, ...]) -> RoutingReport:
    """Say how good a plan for ``deliveries`` is."""
    return RoutingReport(plan.solver, cost_with_skips(plan, deliveries), plan.lower_bound, plan.moved_stops)


def _left_out(plan: RoutePlan, deliveries: tuple[Delivery, ...]) -> list[Delivery]:
    skipped = {skip.delivery_id for skip in plan.skipped}
    return [delivery for delivery in deliveries if delivery.delivery_id in skipped]


def _trips(request: RouteRequest, state: State, deliveries: tuple[Delivery, ...]) -> float:
    """Return what it would cost to drive to each delivery alone; one that no vehicle can find costs nothing."""
    vehicles = request.vehicles or ()
    if not vehicles:
        return 0.0
    travel = Travel.of(request, state, deliveries)
    rows = len(travel.depots) + np.arange(len(deliveries))
    service = np.array([delivery.service_minutes for delivery in deliveries])
    costs = []
    for vehicle in vehicles:
        depot = travel.depots.position(vehicle.node_id)
        km = travel.distance_km(depot, rows) + travel.distance_km(rows, depot)
        minutes = travel.duration_minutes(depot, rows, vehicle.speed_kmh) + service
        minutes = minutes + travel.duration_minutes(rows, depot, vehicle.speed_kmh)
        here = np.array([delivery.node_id in ("", vehicle.node_id) for delivery in deliveries])
        cost = vehicle.fixed_cost + vehicle.cost_per_km * km + vehicle.cost_per_hour * minutes / 60
        costs.append(np.where(here, cost, np.nan))
    cheapest = np.nanmin(np.vstack([*costs, np.full(len(deliveries), np.inf)]), axis=0)
    return float(cheapest[np.isfinite(cheapest)].sum())
