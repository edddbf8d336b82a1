"""The baseline router: as good as trying everything where that can be done, feasible everywhere."""

import itertools
import math
from functools import cache

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_world import STATE, ask, clock, drop, plane, town, van

from shelfwise.baselines.router import BaselineRouter
from shelfwise.plugins import call
from shelfwise.routing import Travel, check_routes, schedule
from shelfwise.types import Deadline, RouteRequest


def route(request, deliveries, state=STATE, deadline=None, **options):
    """Return the plan of the baseline."""
    deadline = Deadline() if deadline is None else deadline
    plugin = BaselineRouter(**options)
    return call(plugin, "route", request=request, state=state, deliveries=deliveries, deadline=deadline)


def total(plan, deliveries):
    """Return the cost of the routes and of what is left out; infinite where something must not be."""
    skip_cost = {delivery.delivery_id: delivery.skip_cost for delivery in deliveries}
    left_out = (skip_cost[skip.delivery_id] for skip in plan.skipped)
    return plan.cost + sum(math.inf if cost is None else cost for cost in left_out)


def cheapest(request, deliveries, state=STATE):
    """Return the least cost over all ways to split the deliveries over the vehicles, in all orders."""
    travel = Travel.of(request, state, deliveries)

    @cache
    def best_route(vehicle, stops):
        if not stops:
            return 0.0
        if any(stop.node_id not in ("", vehicle.node_id) for stop in stops):
            return math.inf
        if sum(stop.quantity for stop in stops) > vehicle.capacity:
            return math.inf
        orders = (schedule(travel, state, vehicle, order) for order in itertools.permutations(stops))
        return min((order.cost for order in orders if order is not None), default=math.inf)

    best = math.inf
    for split in itertools.product((*request.vehicles, None), repeat=len(deliveries)):
        stops = dict.fromkeys((*request.vehicles, None), ())
        for delivery, vehicle in zip(deliveries, split, strict=True):
            stops[vehicle] += (delivery,)
        left_out = sum(math.inf if stop.skip_cost is None else stop.skip_cost for stop in stops.pop(None))
        best = min(best, left_out + sum(best_route(vehicle, own) for vehicle, own in stops.items()))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_a_small_town_is_planned_as_well_as_can_be(seed):
    """With five drops and two vehicles, no plan is cheaper than the one returned."""
    request, state, deliveries = town(5, seed=seed, vehicles=2)
    capacities = (6.0, 9.0)
    request = attrs.evolve(
        request, vehicles=[attrs.evolve(v, capacity=c) for v, c in zip(request.vehicles, capacities, strict=True)]
    )

    plan = route(request, deliveries, state)

    assert check_routes(request, state, deliveries, plan) == ()
    best = cheapest(request, deliveries, state)
    if math.isfinite(best):
        assert total(plan, deliveries) == pytest.approx(best)
    else:
        assert plan.skipped


@pytest.mark.parametrize("seed", range(4))
def test_a_travelling_salesman_finds_the_shortest_tour(seed):
    """One vehicle without limits drives the shortest of all tours through seven places of a one-way town."""
    dice = np.random.default_rng(seed)
    places = {"hub": (0.0, 0.0)} | {f"drop-{n}": tuple(dice.uniform(-9, 9, 2)) for n in range(7)}
    travel = plane(places)
    km = travel.distance_km * dice.uniform(1.0, 1.5, travel.distance_km.shape)
    travel = attrs.evolve(travel, distance_km=km, duration_minutes=km)
    deliveries = tuple(drop(name) for name in places if name != "hub")
    request = ask(van(capacity=None, cost_per_hour=0.0, fixed_cost=0.0, cost_per_km=1.0), travel=travel)

    plan = route(request, deliveries)

    tours = itertools.permutations(range(1, 8))
    shortest = min(sum(km[a, b] for a, b in itertools.pairwise((0, *tour, 0))) for tour in tours)
    assert plan.cost == pytest.approx(shortest)


@given(size=st.integers(0, 30), seed=st.integers(0, 10**6), vehicles=st.integers(0, 6), rounds=st.sampled_from((0, 2)))
@settings(max_examples=60, deadline=None)
def test_every_plan_is_feasible(size, seed, vehicles, rounds):
    """Whatever the town, the checker finds nothing wrong, and every skip has a reason in words."""
    request, state, deliveries = town(size, seed=seed, vehicles=vehicles)

    plan = route(request, deliveries, state, rounds_per_delivery=rounds)

    assert check_routes(request, state, deliveries, plan) == ()
    assert all(skip.text.endswith(".") for skip in plan.skipped)


@given(
    seed=st.integers(0, 10**6),
    capacity=st.sampled_from((None, 6.0)),
    timed=st.booleans(),
    hourly=st.sampled_from((0.0, 20.0)),
    asymmetric=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_every_plan_over_a_matrix_is_feasible(seed, capacity, timed, hourly, asymmetric):
    """With or without capacity, windows, hourly cost and one-way streets, the checker finds nothing wrong."""
    dice = np.random.default_rng(seed)
    places = {"hub": (0.0, 0.0)} | {f"drop-{n}": tuple(dice.uniform(-20, 20, 2)) for n in range(15)}
    travel = plane(places)
    if asymmetric:
        factor = dice.uniform(0.5, 2.0, travel.distance_km.shape)
        travel = attrs.evolve(travel, duration_minutes=travel.duration_minutes * factor)
    opens = dice.integers(7, 14, 15)
    deliveries = tuple(
        drop(f"drop-{n}", window_start=clock(opens[n]), window_end=clock(opens[n] + 2)) if timed else drop(f"drop-{n}")
        for n in range(15)
    )
    shift = {} if timed else {"shift_start": None, "shift_end": None}
    fleet = [van(f"van-{n}", capacity=capacity, cost_per_hour=hourly, **shift) for n in range(4)]
    request = ask(*fleet, travel=travel, seed=seed)

    plan = route(request, deliveries, rounds_per_delivery=5)

    assert check_routes(request, STATE, deliveries, plan) == ()
    if not timed:
        assert not plan.skipped


@pytest.mark.parametrize("cost_per_km", [0.0, 1.0])
def test_where_no_way_is_known_nobody_drives(cost_per_km):
    """Two drops without a way between them are made by two vans, or one of them is not, even if driving is free."""
    travel = plane({"hub": (0, 0), "a": (1, 0), "b": (2, 0)})
    km = travel.distance_km.copy()
    km[1, 2] = km[2, 1] = np.inf
    travel = attrs.evolve(travel, distance_km=km)
    free = {"cost_per_km": cost_per_km, "cost_per_hour": 0.0, "shift_start": None, "shift_end": None}

    one = route(ask(van("one", **free), travel=travel), (drop("a"), drop("b")))
    two = route(ask(van("one", **free), van("two", **free), travel=travel), (drop("a"), drop("b")))

    assert (len(one.routes), len(one.skipped)) == (1, 1)
    assert (len(two.routes), len(two.skipped)) == (2, 0)


def test_the_same_seed_gives_the_same_plan():
    """Where the search ends by itself, a plan depends on nothing but the request."""
    request, state, deliveries = town(30, seed=5)

    first, second = (route(request, deliveries, state, rounds_per_delivery=5) for _ in range(2))

    assert first == second


def test_the_request_is_left_as_it_was():
    """A plan changes neither the request nor the state."""
    request, state, deliveries = town(15, seed=6)
    copies = town(15, seed=6)

    route(request, deliveries, state, rounds_per_delivery=5)

    assert (request, state, deliveries) == copies


def test_more_search_never_costs_more():
    """The local search and the rounds only ever return something better."""
    request, state, deliveries = town(60, seed=7)

    costs = [total(route(request, deliveries, state, rounds_per_delivery=rounds), deliveries) for rounds in (0, 2, 20)]

    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]


def test_ids_may_be_any_text():
    """Ids in any script come back as they were given."""
    deliveries = (drop("Lieferung Ä/1"), drop("配達-2", 7.0))
    request = ask(van("🚚"))

    plan = route(request, deliveries)

    assert {stop.delivery_id for stop in plan.routes[0].stops} == {"Lieferung Ä/1", "配達-2"}
    assert plan.routes[0].vehicle_id == "🚚"


def test_the_cheaper_vehicle_goes():
    """Of two vehicles that could make the drop, the one that costs less makes it."""
    dear, cheap = van("dear", fixed_cost=100.0), van("cheap", fixed_cost=1.0)

    plan = route(ask(dear, cheap), (drop(),))

    assert [r.vehicle_id for r in plan.routes] == ["cheap"]


def test_one_large_vehicle_beats_two_small_ones_where_it_is_cheaper():
    """Vehicles of several sizes are chosen by what the whole costs."""
    small = [van(f"small-{n}", capacity=2.0, fixed_cost=20.0) for n in range(2)]
    deliveries = tuple(drop(f"drop-{n}", 5.0 + n) for n in range(4))

    with_large = route(ask(*small, van("large", capacity=4.0, fixed_cost=30.0)), deliveries)
    with_dear = route(ask(*small, van("large", capacity=4.0, fixed_cost=90.0)), deliveries)

    assert [r.vehicle_id for r in with_large.routes] == ["large"]
    assert sorted(r.vehicle_id for r in with_dear.routes) == ["small-0", "small-1"]


def test_nothing_to_do_and_nobody_to_do_it():
    """Without deliveries there are no routes, with or without vehicles."""
    for request in (ask(van()), RouteRequest(vehicles=(), depots=())):
        plan = route(request, ())
        assert (plan.routes, plan.skipped) == ((), ())


@pytest.mark.parametrize("looks", [5, 50, 500])
def test_a_deadline_ends_the_search(monkeypatch, looks):
    """A clock that runs out after some looks at it ends the search early, and the plan still holds."""
    request, state, deliveries = town(60, seed=8)
    seen = []

    def monotonic():
        seen.append(len(seen) * 0.01)
        return seen[-1]

    monkeypatch.setattr("shelfwise.types.deadline.time.monotonic", monotonic)
    plan = route(
        request, deliveries, state, deadline=Deadline(0.01 * looks), rounds_per_delivery=10**6, most_rounds=10**9
    )

    assert check_routes(request, state, deliveries, plan) == ()
    assert len(seen) < looks + 20 + len(deliveries)


@pytest.mark.parametrize("seed", range(8))
def test_what_needs_a_skill_stays_on_a_vehicle_that_has_it(seed):
    """However routes exchange their stops, two of four vans bring what is cold, and nothing is left behind."""
    dice = np.random.default_rng(seed)
    places = dice.uniform(-20.0, 20.0, (16, 2))
    cold = dice.permutation(16) < 6
    deliveries = tuple(
        drop(f"d{row}", *place, skills=("cold",) if cold[row] else ()) for row, place in enumerate(places.tolist())
    )
    vans = [van(f"v{number}", capacity=5.0, skills=("cold",) if number < 2 else ()) for number in range(4)]

    plan = BaselineRouter(rounds_per_delivery=2).route(ask(*vans), STATE, deliveries, Deadline())

    assert check_routes(ask(*vans), STATE, deliveries, plan) == ()
    assert not plan.skipped
