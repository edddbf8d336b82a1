"""What PyVRP is asked is what was asked: feasible solutions can be driven, at the cost that PyVRP says."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyvrp import Solution
from routing_world import STATE, ask, clock, drop, plane, town, van
from shared_data import shared_data
from shelfwise_router_pyvrp.search import Search, Settings
from shelfwise_router_pyvrp.translate import translate
from shelfwise_router_pyvrp.units import steps

from shelfwise.evaluation.instances import read_instance
from shelfwise.evaluation.instances_vrplib import read_solution
from shelfwise.routing.draft import Draft
from shelfwise.routing.problem import Problem
from shelfwise.types import Break


def translated(request, *deliveries):
    """Return the problem and its translation."""
    problem = Problem.of(request, STATE, deliveries)
    return problem, translate(problem, request)


def searched(translation, iterations=30):
    """Return a solution after a short search."""
    search = Search(translation.data, translation.penalties, 0, Settings())
    for number in range(iterations):
        search.step(number / iterations)
    return search.best


def cost(solution):
    """Return what the vehicles of a solution cost, in whole numbers."""
    return solution.distance_cost() + solution.duration_cost() + solution.fixed_vehicle_cost()


@pytest.mark.parametrize("name", ["cvrp_x/X-n101-k25.vrp", "hfvrp/X157-HD.vrp", "multi_trip/C203R0.5.vrp"])
def test_published_solutions_cost_what_they_are_said_to(name):
    """The best solutions of public instances are feasible, and cost what they should."""
    path = shared_data("routing", *name.split("/"))
    instance = read_instance(path)
    translation = translate(Problem.of(instance.request, instance.state, instance.deliveries), instance.request)
    numbers = {vehicle.vehicle_id: number for number, vehicle in enumerate(instance.request.vehicles)}
    rows = {delivery.delivery_id: row for row, delivery in enumerate(instance.deliveries)}
    routes, _ = read_solution(path.with_suffix(".sol"))

    solution = translation.solution(
        {numbers[v]: [[rows[stop] for stop in trip] for trip in trips] for v, trips in routes.items()}
    )

    assert solution.is_feasible()
    assert cost(solution) / translation.units.money == pytest.approx(instance.best_known, rel=1e-5)


def bound(size, seed):
    """Return a town in which vehicles and deliveries are bound by all that PyVRP knows.

    Either reloads take time or deliveries are released one by one: PyVRP begins a reload only at a release.
    """
    request, state, deliveries = town(size, seed)
    dice = np.random.default_rng(seed)
    released = dice.random() < 0.5
    vehicles = [
        attrs.evolve(
            vehicle,
            max_trips=int(dice.integers(1, 4)),
            reload_minutes=0.0 if released else float(dice.integers(0, 20)),
            ends_anywhere=bool(dice.random() < 0.3),
            skills=("lift",) if dice.random() < 0.7 else (),
            max_minutes=float(dice.integers(120, 500)) if dice.random() < 0.4 else None,
            max_distance_km=float(dice.integers(40, 200)) if dice.random() < 0.4 else None,
        )
        for vehicle in request.vehicles
    ]
    vehicles = [attrs.evolve(v, max_stops=3 if v.max_trips == 1 and dice.random() < 0.4 else None) for v in vehicles]
    deliveries = [
        attrs.evolve(
            d,
            pickup=bool(dice.random() < 0.2),
            skills=("lift",) if dice.random() < 0.2 else (),
            released_at=clock(dice.uniform(6, 10)) if released and dice.random() < 0.5 else None,
        )
        for d in deliveries
    ]
    return attrs.evolve(request, vehicles=vehicles), state, tuple(deliveries)


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 25), seed=st.integers(0, 10_000))
def test_what_pyvrp_finds_can_be_driven_at_the_cost_that_it_says(size, seed):
    """Nothing of a feasible solution is in the way of anything, and rounding does not change its cost."""
    request, state, deliveries = bound(size, seed)
    problem = Problem.of(request, state, deliveries)
    translation = translate(problem, request)
    if not problem.allowed.any():
        return

    best = searched(translation)
    draft = Draft(problem, request)
    draft.take(translation.routes(best))

    assert translation.approximated == ()
    assert best.is_feasible()
    assert len(draft.where) == best.num_clients()
    assert sum(draft.cost) == pytest.approx(cost(best) / translation.units.money, rel=5e-3, abs=0.05)


@settings(max_examples=30, deadline=None)
@given(size=st.integers(1, 25), seed=st.integers(0, 10_000))
def test_a_plan_goes_there_and_back(size, seed):
    """Trips become a solution, and that the same trips."""
    request, state, deliveries = bound(size, seed)
    problem = Problem.of(request, state, deliveries)
    if not problem.allowed.any():
        return
    translation = translate(problem, request)
    routes = translation.routes(searched(translation, 5))

    again = translation.routes(translation.solution(routes))

    assert sorted(map(str, again.values())) == sorted(map(str, routes.values()))


def test_what_nobody_can_make_is_no_client():
    """A delivery too large, too far or with a skill that no vehicle has is not told to PyVRP."""
    small = van(capacity=5.0, max_distance_km=50.0)

    _, translation = translated(
        ask(small), drop("fits"), drop("large", quantity=6.0), drop("far", 200.0), drop("skilled", skills=("lift",))
    )

    assert translation.rows.tolist() == [0]


def test_a_vehicle_is_kept_from_what_it_may_not_make():
    """With skills, only the vehicle that has them can make a delivery, although the other is cheaper."""
    request = ask(van("cheap", cost_per_km=0.01), van("able", skills=("lift",)))
    _, translation = translated(request, drop("plain"), drop("skilled", skills=("lift",)))

    assert not translation.solution({0: [[1]]}).is_feasible()
    assert translation.solution({0: [[0]], 1: [[1]]}).is_feasible()


def test_a_trip_leaves_when_all_that_it_brings_is_released():
    """The first trip leaves at the release, the next after it; a pickup waits for nothing."""
    line = plane({"hub": (0, 0), "near": (10, 0), "far": (30, 0), "back": (20, 0)})
    request = ask(van(max_trips=2, reload_minutes=15.0), travel=line)
    _, translation = translated(
        request,
        drop("near", released_at=clock(8)),
        drop("far", released_at=clock(12)),
        drop("back", pickup=True, released_at=clock(16)),
    )

    route = translation.solution({0: [[0, 2], [1]]}).routes()[0]

    start, near, back, reload, far, end = (activity.start_time for activity in route.schedule())
    assert (near - start, back - near, far - reload, end - far) == (10, 10, 45, 30)
    assert start >= (clock(8) - STATE.as_of).total_seconds() / 60.0
    assert reload == (clock(12) - STATE.as_of).total_seconds() / 60.0


def test_what_is_not_held_to_is_told():
    """Breaks, lateness and stops of several trips together are named."""
    tired = van(breaks=(Break(clock(9), clock(10), 30.0),), max_trips=2, max_stops=3)

    _, translation = translated(ask(tired), drop(late_cost_per_hour=5.0))

    assert set(translation.approximated) == {"breaks", "max_stops", "late_cost_per_hour"}


def test_leaving_out_costs_what_it_should():
    """What must be made is dearer to leave out than what may be, and the more so the higher its priority."""
    _, translation = translated(ask(van()), drop("may", skip_cost=3.0), drop("must"), drop("first", priority=1))

    may, must, first = (client.prize for client in translation.data.clients())

    assert may == pytest.approx(3 * translation.units.money)
    assert 10 * may < must < first


def test_a_matrix_of_tenths_is_exact():
    """Distances in tenths are whole in tenths, and nothing is lost."""
    travel = plane({"hub": (0.0, 0.0), "a": (0.5, 0.0), "b": (0.5, 0.1)})
    travel = attrs.evolve(travel, distance_km=np.round(travel.distance_km, 1), duration_minutes=np.zeros((3, 3)))
    request = ask(van(cost_per_km=1.0, cost_per_hour=0.0, fixed_cost=0.0), travel=travel)

    _, translation = translated(request, drop("a"), drop("b"))

    assert translation.units.km == 10
    assert isinstance(translation.solution({0: [[0, 1]]}), Solution)
    assert cost(translation.solution({0: [[0, 1]]})) == 11


def test_steps_are_as_few_as_are_exact():
    """Whole numbers take one step, tenths and quarters sixty, sevenths many."""
    assert steps([1.0, 5.0, np.inf]) == 1
    assert steps([0.1, 0.25]) == 60
    assert steps([1.0 / 7.0]) > 10_000


def test_the_way_from_a_place_to_itself_does_not_count():
    """A matrix that knows a way from a place to itself is no worse than one that does not."""
    travel = plane({"hub": (0, 0), "drop": (3, 4)})
    around = attrs.evolve(travel, distance_km=travel.distance_km + np.eye(2), duration_minutes=np.full((2, 2), 5.0))

    _, translation = translated(ask(van(), travel=around), drop())

    assert cost(searched(translation)) / translation.units.money == pytest.approx(30.0 + 5.0 + 10.0 / 3.0)


def test_priorities_leave_room_for_penalties():
    """Whatever the priority, what is left out costs less than whole numbers hold, and more with a higher one."""
    request = ask(van(), travel=plane({"hub": (0, 0), "low": (3, 0), "high": (0, 4), "dear": (5, 5)}))
    deliveries = (drop("low"), drop("high", priority=100), drop("dear", skip_cost=1e9))

    low, high, dear = (
        client.prize for client in translate(Problem.of(request, STATE, deliveries), request).data.clients()
    )

    assert low < high < 1e11
    assert dear < 1e11
