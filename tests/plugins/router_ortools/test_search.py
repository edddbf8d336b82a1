"""The search keeps to all that binds routes, never makes a plan worse, and ends when it should."""

import attrs
import numpy as np
import pytest
from routing_world import ask, clock, drop, plane, town, van
from shelfwise_router_ortools import ORToolsRouter
from shelfwise_router_ortools.guided import improved
from small_days import small_day

from shelfwise import plugins
from shelfwise.routing import check_routes
from shelfwise.routing.construction import constructed
from shelfwise.routing.problem import Problem
from shelfwise.types import Break, Deadline, PreviousRoute, SkipReason, StopKind, TravelMatrix

LINE = plane({"hub": (0, 0), "near": (10, 0), "mid": (20, 0), "far": (30, 0)}, minutes_per_km=2.0)
STATE = small_day(1, 0)[1]


def searched(request, deliveries, state=STATE, solutions=20):
    """Return the plan of a search that proves nothing, which holds by the checker."""
    plan = ORToolsRouter(proven_deliveries=0, solutions=solutions).route(request, state, deliveries, Deadline())
    assert check_routes(request, state, deliveries, plan) == ()
    return plan


@pytest.mark.parametrize("proven_deliveries", [0, 12])
@pytest.mark.parametrize("late_cost", [None, 5.0])
def test_a_window_that_closes_before_it_opens_is_skipped(late_cost, proven_deliveries):
    """Given past the validation, it is told as the reason, and the others are made."""
    turned = drop("turned", window_start=clock(12), window_end=clock(10), late_cost_per_hour=late_cost)
    deliveries, request = (turned, drop("other")), ask(van())

    plan = ORToolsRouter(proven_deliveries=proven_deliveries).route(request, STATE, deliveries, Deadline())

    assert check_routes(request, STATE, deliveries, plan) == ()
    assert [(skip.delivery_id, skip.reason) for skip in plan.skipped] == [("turned", SkipReason.WINDOW)]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_released_late_is_made_late(seed):
    """With releases and reloads too the plan holds and is no dearer than the one it starts from."""
    request, state, deliveries = town(20, seed)
    dice = np.random.default_rng(seed)
    deliveries = tuple(attrs.evolve(d, released_at=clock(dice.uniform(7, 11)), window_end=None) for d in deliveries)
    vehicles = [attrs.evolve(v, max_trips=2, reload_minutes=10.0) for v in request.vehicles]
    request = attrs.evolve(request, vehicles=vehicles)
    first = constructed(Problem.of(request, state, deliveries), request, Deadline())
    before = first.total

    better = improved(first, request, 20, Deadline())

    assert better.total <= before
    searched(request, deliveries, state)


@pytest.mark.parametrize("seed", range(20))
def test_any_mixture_gives_a_plan_that_holds(seed):
    """Whatever binds vehicles and deliveries, the plan holds and costs no more than the one it starts from."""
    request, state, deliveries = small_day(3 + seed, seed)
    first = constructed(Problem.of(request, state, deliveries), request, Deadline())
    before = first.total

    better = improved(first, request, 20, Deadline())

    assert better.total <= before
    searched(request, deliveries, state)


def test_a_search_improves_the_first_plan():
    """On a town of some size it finds something cheaper."""
    request, state, deliveries = town(40, seed=3)
    first = constructed(Problem.of(request, state, deliveries), request, Deadline())
    before = first.total

    assert improved(first, request, 100, Deadline()).total < before


def test_what_is_collected_is_not_brought_to_others():
    """Pickups make no room for deliveries that did not fit at the start, whatever the order and the trip."""
    stops = [drop(f"p{n}", 3.0 + n, quantity=6.0, pickup=True) for n in range(3)]
    stops += [drop(f"d{n}", 9.0 + n, quantity=6.0) for n in range(3)]

    plan = searched(ask(van(max_trips=3)), tuple(stops), solutions=50)

    assert not plan.skipped


def test_a_full_van_reloads():
    """What does not fit on one trip is brought on two."""
    stops = (drop("near", quantity=8.0), drop("mid", quantity=9.0))

    plan = searched(ask(van(max_trips=2, reload_minutes=15.0), travel=LINE), stops)

    (route,) = plan.routes
    assert [stop.kind for stop in route.stops].count(StopKind.RELOAD) == 1


def test_a_break_is_taken():
    """A route that is under way at noon has its break."""
    stops = (drop("near", window_end=clock(9)), drop("far", window_start=clock(14)))

    plan = searched(ask(van(breaks=(Break(clock(12), clock(13), 30.0),)), travel=LINE), stops)

    assert [stop.kind for route in plan.routes for stop in route.stops].count(StopKind.BREAK) == 1


def test_pinned_stops_stay_first():
    """The beginning of a route is kept by its vehicle, whatever would be cheaper."""
    vehicles, stops = (van("a"), van("b")), (drop("near"), drop("mid"), drop("far"))
    request = attrs.evolve(ask(*vehicles, travel=LINE), previous=(PreviousRoute("b", ("far", "near"), pinned=2),))

    plan = searched(request, stops)

    assert next(route for route in plan.routes if route.vehicle_id == "b").delivery_ids[:2] == ("far", "near")


@pytest.mark.parametrize("proven", [0, 12])
def test_the_previous_plan_is_never_made_worse(proven):
    """Starting from a plan of another search, the answer costs no more, and what moved is counted."""
    request, state, deliveries = town(12, seed=5)
    before = ORToolsRouter(proven_deliveries=0, solutions=200).route(request, state, deliveries, Deadline())
    previous = tuple(PreviousRoute(route.vehicle_id, route.delivery_ids) for route in before.routes)
    member = plugins.build("router", "ortools", {"proven_deliveries": proven, "solutions": 1})

    again = plugins.call(
        member.plugin,
        "route",
        request=attrs.evolve(request, previous=previous),
        state=state,
        deliveries=deliveries,
        deadline=Deadline(),
    )

    def total(plan):
        skipped = {skip.delivery_id for skip in plan.skipped}
        return plan.cost + sum(d.skip_cost or 0.0 for d in deliveries if d.delivery_id in skipped)

    assert check_routes(request, state, deliveries, again) == ()
    assert total(again) <= total(before) + 1e-6
    assert again.moved_stops is not None


def test_equal_requests_have_equal_plans():
    """A search that ends by itself finds the same plan again."""
    request, state, deliveries = town(30, seed=2)

    assert searched(request, deliveries, state).routes == searched(request, deliveries, state).routes


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("size", [5, 12, 60])
def test_a_tight_deadline_has_a_plan(seconds, size):
    """With no time or next to none there is a plan that holds."""
    request, state, deliveries = small_day(size, 7)

    plan = ORToolsRouter().route(request, state, deliveries, Deadline.after(seconds))

    assert check_routes(request, state, deliveries, plan) == ()


def test_places_without_a_way_are_left_out():
    """A matrix that knows no way to a place has it skipped, and is no obstacle to the others."""
    km = np.array([[0.0, 10.0, np.nan], [10.0, 0.0, np.nan], [np.nan, np.nan, 0.0]])
    request = ask(van(), travel=TravelMatrix(("hub", "near", "lost"), km, km))

    plan = searched(request, (drop("near"), drop("lost"), drop("nowhere")))

    assert {skip.delivery_id for skip in plan.skipped} >= {"nowhere"}
    assert "near" in plan.routes[0].delivery_ids


def test_a_window_that_no_shift_meets_is_skipped_with_a_reason():
    """A window before the shift and one after it leave deliveries out and say so."""
    stops = (drop("near", window_end=clock(5)), drop("mid", window_start=clock(20)), drop("far"))

    plan = searched(ask(van(), travel=LINE), stops)

    assert {skip.delivery_id for skip in plan.skipped} == {"near", "mid"}
    assert all(skip.text for skip in plan.skipped)


@pytest.mark.parametrize("cost", [1e9, 1e14])
def test_what_must_not_be_left_out_may_cost_any_amount(cost):
    """Costs too large for whole numbers are as large as those can be."""
    stops = tuple(drop(f"drop-{number}", number, skip_cost=cost) for number in range(15))

    plan = searched(ask(van(capacity=10.0, fixed_cost=cost)), stops)

    assert len(plan.skipped) == 5
