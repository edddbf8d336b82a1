"""Plans of a few deliveries are proven cheapest: equal to trying everything, with a bound that holds."""

import attrs
import pytest
from routing_world import ask, drop, mixture, plane, van
from shelfwise_router_ortools import ORToolsRouter
from shelfwise_router_ortools.exact import prove
from small_days import cheapest_total, small_day

from shelfwise.routing import check_routes
from shelfwise.routing.construction import constructed
from shelfwise.routing.pricing import price
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, RouteRequest

LINE = plane({"hub": (0, 0), "near": (10, 0), "mid": (20, 0), "far": (30, 0)}, minutes_per_km=2.0)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_cheaper(seed):
    """The plan costs what the cheapest of all plans does, whatever binds routes; the bound is no higher."""
    request, state, deliveries = small_day(4 + seed % 2, seed)
    draft = constructed(Problem.of(request, state, deliveries), request, Deadline())
    best = cheapest_total(draft)

    proof = prove(draft, Deadline(), seed=0)

    assert proof.complete
    assert draft.total == pytest.approx(best, abs=1e-4)
    assert proof.bound <= best + 1e-4


@pytest.mark.parametrize("seed", range(10))
def test_without_breaks_and_lateness_there_is_no_gap(seed):
    """The bound is what the plan costs where a route has but one timetable."""
    request, state, deliveries = small_day(8, seed)
    vehicles = [attrs.evolve(vehicle, breaks=()) for vehicle in request.vehicles]
    deliveries = tuple(attrs.evolve(delivery, late_cost_per_hour=None) for delivery in deliveries)
    request = attrs.evolve(request, vehicles=vehicles)
    draft = constructed(Problem.of(request, state, deliveries), request, Deadline())

    proof = prove(draft, Deadline(), seed=0)

    assert proof.complete
    assert proof.bound == pytest.approx(draft.total, abs=1e-4)


def test_a_vehicle_that_stays_adds_nothing_to_the_bound():
    """A vehicle without which the plan is cheapest has no part in what no plan can cost less than."""
    request, state, deliveries = mixture(7, 238)
    draft = constructed(Problem.of(request, state, deliveries), request, Deadline())
    routes = (draft.kind[0], [[3, 4, 1, 6]]), (draft.kind[1], [[5, 2, 0]])

    proof = prove(draft, Deadline(), seed=0)

    assert draft.total == pytest.approx(sum(price(draft.problem, kind, trips) for kind, trips in routes), abs=1e-4)
    assert proof.bound == pytest.approx(draft.total, abs=1e-4)


def test_the_bound_is_told_in_currency():
    """What no plan can cost less than counts what is left out for its cost, and no penalty for what cannot be made."""
    stops = (drop("near"), drop("mid", skip_cost=1.0), drop("far", quantity=99.0))
    request = ask(van(fixed_cost=5.0, cost_per_km=1.0, cost_per_hour=0.0), travel=LINE)

    plan = ORToolsRouter().route(request, small_day(1, 0)[1], stops, Deadline())

    assert plan.solver == "ortools cp-sat"
    assert plan.cost == 25.0
    assert plan.lower_bound == pytest.approx(26.0, abs=1e-5)
    assert {skip.delivery_id for skip in plan.skipped} == {"mid", "far"}


def test_more_deliveries_are_not_proven():
    """Beyond the number that is asked for there is a search, and no bound."""
    request, state, deliveries = small_day(8, 1)

    plan = ORToolsRouter(proven_deliveries=7, solutions=5).route(request, state, deliveries, Deadline())

    assert check_routes(request, state, deliveries, plan) == ()
    assert plan.solver in ("savings", "ortools routing")
    assert plan.lower_bound is None


def test_what_is_proven_in_part_is_a_bound():
    """A proof that has no time leaves the plan as it is, with a bound that holds."""
    request, state, deliveries = small_day(10, 2)
    draft = constructed(Problem.of(request, state, deliveries), request, Deadline())
    before = draft.total
    done = constructed(Problem.of(request, state, deliveries), request, Deadline())

    proof = prove(draft, Deadline(0.0), seed=0)
    prove(done, Deadline(), seed=0)

    assert not proof.complete
    assert draft.total == before
    assert proof.bound <= done.total + 1e-4


def test_nothing_to_deliver_is_proven():
    """Without deliveries, or without any that could be made, nothing is all there is to do."""
    state = small_day(1, 0)[1]

    empty = ORToolsRouter().route(ask(van()), state, (), Deadline())
    without = ORToolsRouter().route(RouteRequest(vehicles=()), state, (drop(),), Deadline())

    assert (empty.routes, empty.lower_bound) == ((), 0.0)
    assert (without.routes, without.lower_bound) == ((), 0.0)
