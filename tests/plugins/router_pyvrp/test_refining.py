"""The compiled search prices routes as the SDK does, and makes plans cheaper without breaking what binds them."""

import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_world import STATE, ask, drop, mixture, plane, town, van
from shelfwise_router_pyvrp.refining import prepare, refine

from shelfwise.routing import check_routes
from shelfwise.routing.draft import Draft
from shelfwise.routing.planning import write_plan
from shelfwise.routing.previous import mended
from shelfwise.routing.pricing import price
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """Compile before any test, which takes a while the first time."""
    prepare()


def drafted(request, state, deliveries):
    """Return a first plan that keeps what is pinned."""
    draft = Draft(Problem.of(request, state, deliveries), request)
    mended(draft, request, Deadline())
    return draft


def written(draft, request):
    """Return the plan that a draft is, which the checker has nothing to say against."""
    plan = write_plan(draft, request, Deadline(), solver="test", in_time=True)
    assert check_routes(request, draft.problem.state, draft.problem.deliveries, plan) == ()
    return plan


@settings(max_examples=150, deadline=None)
@given(size=st.integers(2, 14), seed=st.integers(0, 10_000), data=st.data())
def test_the_compiled_price_is_the_price(size, seed, data):
    """Whatever binds vehicles and deliveries, the compiled price of any route is that of the SDK."""
    from shelfwise_router_pyvrp.refining import facts, pricing, routes

    request, state, deliveries = mixture(size, seed)
    problem = Problem.of(request, state, deliveries)
    room = routes.Scratch.of(routes.Routes.of(Draft(problem, request)), breaks=2)
    arrays = facts.Facts.of(problem)
    rows = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=6, unique=True))
    ends = data.draw(st.sets(st.integers(1, len(rows))))
    trips = [part.tolist() for part in np.split(rows, sorted(ends)) if len(part)]
    places = np.array([row for trip in trips for row in (facts.RELOAD, *trip)][1:])

    for kind in range(len(problem.types)):
        cost = pricing.price(arrays, kind, places, len(places), np.inf, room)

        assert cost == pytest.approx(price(problem, kind, trips), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(size=st.integers(2, 25), seed=st.integers(0, 10_000))
def test_a_draft_becomes_cheaper_or_stays(size, seed):
    """In any mixture no plan gets dearer, pinned stops stay first, and the plan holds and costs what the draft says."""
    request, state, deliveries = mixture(size, seed)
    draft = drafted(request, state, deliveries)
    before = draft.total

    refine(draft, Deadline(), seed=seed, most=60)

    assert draft.total <= before + 1e-6
    for vehicle, pinned in draft.pinned.items():
        assert tuple(row for trip in draft.trips[vehicle] for row in trip)[: len(pinned)] == pinned
    assert written(draft, request).cost == pytest.approx(sum(draft.cost), abs=1e-4)


def test_the_same_seed_leads_to_the_same_plan():
    """Without a deadline a plan depends on the seed alone."""
    request, state, deliveries = town(40, seed=5)
    plans = []
    for seed in (1, 1, 2):
        draft = drafted(request, state, deliveries)
        assert refine(draft, Deadline(), seed=seed, most=150) == 150
        plans.append(draft.trips)

    assert plans[0] == plans[1] != plans[2]


def test_what_must_be_delivered_takes_the_place_of_what_may_be_left_out():
    """A delivery that is left out although it must be made is put in for one that need not be."""
    stops = (drop("near", quantity=8.0, skip_cost=500.0), drop("far", quantity=7.0))
    request = ask(van(), travel=plane({"hub": (0, 0), "near": (1, 0), "far": (9, 0)}))
    draft = Draft(Problem.of(request, STATE, stops), request)
    draft.put(0, [[0]], draft.price(0, [[0]]))

    refine(draft, Deadline(), seed=0, most=20)

    assert draft.trips == [[[1]]]


def test_every_problem_uses_what_was_compiled():
    """Nothing about a problem lets the search be compiled once more, which would take longer than a request has."""
    from shelfwise_router_pyvrp.refining.rounds import rounds

    for request, state, deliveries in (mixture(9, 1), town(12, 2), (ask(van()), STATE, (drop("one"), drop("two")))):
        refine(drafted(request, state, deliveries), Deadline(), seed=0, most=3)

    assert len(rounds.signatures) == 1


def test_a_request_does_not_wait_for_the_compiler(monkeypatch):
    """Where nothing has been prepared a draft stays what it is before a deadline, however far."""
    monkeypatch.setitem(refine.__globals__, "_prepared", threading.Event())
    request, state, deliveries = town(20, seed=1)
    draft = drafted(request, state, deliveries)
    before = draft.total

    assert refine(draft, Deadline.after(1000.0), seed=0, most=100) == 0
    assert draft.total == before


def test_a_deadline_ends_the_rounds():
    """A search that would go on for ever returns the best plan at the deadline, and does not begin after it."""
    request, state, deliveries = town(40, seed=5)
    draft = drafted(request, state, deliveries)
    before = draft.total

    assert 0 < refine(draft, Deadline.after(1.0), seed=0, most=10**12) < 10**12
    assert draft.total < before
    assert refine(draft, Deadline.after(0.0), seed=0, most=10) == 0


def test_the_compiler_is_loaded_when_it_is_needed():
    """Importing the plugin does not import numba, which takes half a second."""
    program = "import sys, shelfwise_router_pyvrp.refining; print('numba' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_without_a_place_to_keep_it_a_function_is_compiled_all_the_same():
    """Where neither the folder of the plugin nor the user's cache can be written, only time is lost."""
    from shelfwise_router_pyvrp.refining.compiling import compiled

    names = {}
    exec(compile("def double(value):\n    return 2 * value", "<nowhere>", "exec"), names)

    assert compiled(names["double"])(4) == 8
