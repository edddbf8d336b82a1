"""Pinned stops are one to PyVRP: its vehicle makes them first, and nobody else does."""

import attrs
import pytest
from routing_world import STATE, ask, drop, plane, town, van
from shelfwise_router_pyvrp.contraction import contracted
from shelfwise_router_pyvrp.plugin import PyVRPRouter
from shelfwise_router_pyvrp.search import Search, Settings
from shelfwise_router_pyvrp.translate import translate

from shelfwise.routing import check_routes
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, PreviousRoute

LINE = plane({"hub": (0.0, 0.0)} | {f"d{n}": (float(n), 0.0) for n in range(1, 5)})
DROPS = tuple(drop(f"d{n}", service_minutes=5.0) for n in range(1, 5))


def test_the_way_through_pinned_stops_is_one_leg():
    """To the far end and back to the first costs its km and its minutes, and cannot be done otherwise."""
    request = ask(van("one", cost_per_hour=0.0), van("other"), travel=LINE)
    problem = Problem.of(request, STATE, DROPS)

    translation = translate(contracted(problem, {"one": (3, 0)}), request)

    own = translation.solution({0: [[0, 1, 2]]})
    assert translation.rows.tolist() == [0, 1, 2]
    assert own.is_feasible()
    assert own.distance() == (4 + 3 + 1 + 1 + 3) * translation.units.km
    assert own.routes()[0].service_duration() == (5 + 3 + 5 + 5 + 5) * translation.units.minutes
    assert not translation.solution({0: [[1, 0, 2]]}).is_feasible()
    assert not translation.solution({1: [[0, 1, 2]]}).is_feasible()


@pytest.mark.parametrize("seed", range(6))
def test_a_pinned_beginning_is_kept_and_the_rest_improved(seed):
    """A poor plan with a pinned beginning becomes better, never worse, and holds."""
    request, state, deliveries = town(30, seed, vehicles=8)
    poor = PyVRPRouter(iterations=0).route(request, state, deliveries, Deadline())
    previous = tuple(PreviousRoute(route.vehicle_id, route.delivery_ids, pinned=2) for route in poor.routes[:4])
    pinned = attrs.evolve(request, previous=previous)

    plan = PyVRPRouter(iterations=300).route(pinned, state, deliveries, Deadline())

    assert check_routes(pinned, state, deliveries, plan) == ()
    made = {route.vehicle_id: route.delivery_ids for route in plan.routes}
    assert all(made[before.vehicle_id][:2] == before.delivery_ids[:2] for before in previous)
    left = {skip.delivery_id for skip in plan.skipped} - {skip.delivery_id for skip in poor.skipped}
    assert not left or plan.cost <= poor.cost


def test_a_search_reaches_what_is_pinned():
    """From nothing, every pinned stop is made by its vehicle."""
    request, state, deliveries = town(20, vehicles=6)
    problem = Problem.of(request, state, deliveries)
    rows = [row for row in range(20) if problem.allowed[row, 0]]
    owner = problem.types.vehicles[0][0].vehicle_id
    number = [vehicle.vehicle_id for vehicle in request.vehicles].index(owner)

    translation = translate(contracted(problem, {owner: rows[:2]}), request)
    search = Search(translation.data, translation.penalties, 0, Settings())
    for step in range(100):
        search.step(step / 100)

    assert rows[1] == translation.routes(search.best)[number][0][0]
