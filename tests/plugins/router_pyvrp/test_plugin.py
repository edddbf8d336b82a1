"""The router's plans hold whatever binds them, are as good as can be told, and start from the plan before."""

import subprocess
import sys

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_world import STATE, ask, clock, drop, mixture, plane, town, van
from shelfwise_router_pyvrp import PyVRPRouter, plugin
from shelfwise_router_pyvrp.refining import prepare

from shelfwise.baselines.router import BaselineRouter
from shelfwise.routing import check_routes
from shelfwise.routing.construction import constructed
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, PreviousRoute, SkipReason


def planned(request, *deliveries, iterations=100, deadline=None, proven_deliveries=0):
    """Return a plan after a short search, which the checker has nothing to say against."""
    router = PyVRPRouter(iterations=iterations, rounds=10 * iterations, proven_deliveries=proven_deliveries)
    plan = router.route(request, STATE, deliveries, deadline or Deadline())
    assert check_routes(request, STATE, deliveries, plan) == ()
    return plan


@settings(max_examples=60, deadline=None)
@given(size=st.integers(0, 25), seed=st.integers(0, 10_000))
def test_any_mixture_gives_a_plan_that_holds(size, seed):
    """Whatever binds vehicles and deliveries, the plan holds by the checker."""
    request, _, deliveries = mixture(size, seed)

    planned(request, *deliveries, iterations=20)


def test_what_is_released_after_its_window_is_late():
    """A release beyond the window is no error where lateness has a price."""
    late = drop("late", window_end=clock(8), released_at=clock(9), late_cost_per_hour=1.0)

    plan = planned(ask(van()), late, drop("other"))

    assert plan.skipped == ()
    assert plan.routes[0].late_cost > 0


@pytest.mark.parametrize("late_cost", [None, 5.0])
def test_a_window_that_closes_before_it_opens_is_skipped(late_cost):
    """Given past the validation, it is told as the reason, and the others are made."""
    turned = drop("turned", window_start=clock(12), window_end=clock(10), late_cost_per_hour=late_cost)

    plan = planned(ask(van()), turned, drop("other"))

    assert [(skip.delivery_id, skip.reason) for skip in plan.skipped] == [("turned", SkipReason.WINDOW)]
    assert "closes before it opens" in plan.skipped[0].text


def test_what_cannot_be_made_is_told_without_warnings():
    """PyVRP warns of penalties at their bound; the plan says what is left out, and other warnings are heard."""
    code = """if True:
        import warnings
        from pyvrp.exceptions import PenaltyBoundWarning
        from shelfwise_router_pyvrp import PyVRPRouter
        warnings.warn("at its bound", PenaltyBoundWarning)
        warnings.warn("something else")
    """
    heard = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr

    assert "something else" in heard
    assert "at its bound" not in heard


def test_the_best_of_a_small_round_is_found():
    """Four drops on a square are visited around it."""
    corners = {"hub": (0.0, 0.0), "a": (0.0, 3.0), "b": (3.0, 3.0), "c": (3.0, 0.0)}
    request = ask(van(fixed_cost=0.0, cost_per_hour=0.0), travel=plane(corners))

    plan = planned(request, drop("b"), drop("a"), drop("c"))

    assert [route.distance_km for route in plan.routes] == [pytest.approx(12.0)]
    assert plan.solver == "pyvrp"


def test_a_few_deliveries_are_proven_by_the_partner():
    """Where OR-Tools is installed its proof is the answer; a partner that is not there is no loss."""
    corners = {"hub": (0.0, 0.0), "a": (0.0, 3.0), "b": (3.0, 3.0), "c": (3.0, 0.0)}
    request = ask(van(fixed_cost=0.0, cost_per_hour=0.0), travel=plane(corners))

    plan = planned(request, drop("b"), drop("a"), drop("c"), proven_deliveries=3)
    alone = PyVRPRouter(partner="nobody", iterations=50).route(request, STATE, (drop("a"),), Deadline())

    assert plan.lower_bound == pytest.approx(plan.cost)
    assert plan.solver == "ortools cp-sat"
    assert (alone.solver, alone.lower_bound) == ("pyvrp", None)


def test_two_workers_find_the_same_plan_twice():
    """What binds beyond PyVRP is searched by two at a time, and without a deadline always alike."""
    request, _, deliveries = mixture(20, 5)

    plans = [planned(request, *deliveries) for _ in range(2)]

    assert plans[0] == plans[1]


def test_many_deliveries_in_no_time_are_swept():
    """Where there is not even time for distances, directions make a plan that holds."""
    request, _, deliveries = town(400)

    assert planned(request, *deliveries, deadline=Deadline.after(0.0)).solver == "sweep"


def test_where_pyvrp_would_take_too_long_a_draft_is_refined(monkeypatch):
    """What is too short a time for its first plan is still used: the plan is better than the draft."""
    request, state, deliveries = town(60)
    draft = constructed(Problem.of(request, state, deliveries), request, Deadline())
    monkeypatch.setattr(plugin, "_SETTING_UP", 1.0)
    prepare()

    plan = planned(request, *deliveries, deadline=Deadline.after(60.0))

    assert total(plan, deliveries) < draft.total


def test_a_plan_before_is_kept_even_in_no_time():
    """Where there was a plan the answer is no worse, however late it is."""
    request, _, deliveries = town(40)
    good = planned(request, *deliveries, iterations=200)
    previous = tuple(PreviousRoute(route.vehicle_id, route.delivery_ids) for route in good.routes)

    again = planned(attrs.evolve(request, previous=previous), *deliveries, deadline=Deadline.after(0.0))

    assert total(again, deliveries) <= total(good, deliveries) + 1e-6


def test_a_town_costs_less_than_the_baseline_says():
    """With as many iterations as take a moment the plan is better than the baseline's."""
    request, state, deliveries = town(60)

    plan = planned(request, *deliveries, iterations=1500)

    other = BaselineRouter().route(request, state, deliveries, Deadline())
    assert total(plan, deliveries) < total(other, deliveries)


def total(plan, deliveries):
    """Return the cost with what leaving out costs; what must be made and is not costs a fortune."""
    costs = {d.delivery_id: 1000.0 if d.skip_cost is None else d.skip_cost for d in deliveries}
    return plan.cost + sum(costs[skip.delivery_id] for skip in plan.skipped)


@pytest.mark.parametrize("seed", range(4))
def test_the_plan_before_is_never_made_worse(seed):
    """A plan that starts from a good one is as good, even if there is no time to search."""
    request, _, deliveries = town(40, seed)
    good = planned(request, *deliveries, iterations=1000)
    previous = tuple(PreviousRoute(route.vehicle_id, route.delivery_ids) for route in good.routes)

    again = planned(attrs.evolve(request, previous=previous, seed=7), *deliveries, iterations=1)

    assert total(again, deliveries) <= total(good, deliveries) + 1e-6
    assert again.moved_stops is not None


def test_the_same_seed_gives_the_same_plan():
    """Equal questions have equal answers, another seed may have another."""
    request, _, deliveries = town(40)

    plans = [planned(request, *deliveries, iterations=200, deadline=Deadline.after(300.0)) for _ in range(2)]

    assert plans[0] == plans[1]


def test_without_time_there_is_a_plan():
    """Where it is too late to search, the first plan is the answer."""
    request, _, deliveries = town(40)

    plan = planned(request, *deliveries, deadline=Deadline.after(0.0))

    assert len(plan.skipped) + sum(len(route.delivery_ids) for route in plan.routes) == 40


def test_nothing_to_do_and_nobody_to_do_it():
    """No deliveries give no routes, no vehicles skip everything."""
    assert planned(ask(van())).routes == ()
    assert [skip.reason for skip in planned(ask(), drop()).skipped] == [SkipReason.NO_VEHICLE]
    assert [skip.reason for skip in planned(ask(van()), drop(quantity=99.0)).skipped] == [SkipReason.CAPACITY]


def test_a_search_that_a_deadline_ends_still_says_why():
    """What is not worth its cost is told so, with what would admit it, however long the search could have gone on."""
    stops = [drop(f"drop-{number}", number) for number in range(1, 10)]
    far = drop("far", 40.0, skip_cost=1.0)

    plan = planned(ask(van()), *stops, far, iterations=10**9, deadline=Deadline.after(2.0))

    (skip,) = plan.skipped
    assert (skip.delivery_id, skip.reason, skip.remedy.reason) == ("far", SkipReason.COST, SkipReason.COST)


@pytest.mark.parametrize("cost", [1e9, 1e14])
def test_what_must_not_be_left_out_may_cost_any_amount(cost):
    """A skip cost too large for whole numbers is as large as those can be."""
    stops = [drop(f"drop-{number}", number, skip_cost=cost) for number in range(15)]

    plan = planned(ask(van(capacity=10.0)), *stops)

    assert len(plan.skipped) == 5
