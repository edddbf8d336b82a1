"""A second search goes along; equal questions still have equal answers, and nobody waits for one that has ended."""

import threading

from routing_world import town
from shelfwise_router_pyvrp import companion, plugin
from shelfwise_router_pyvrp.companion import Companion
from shelfwise_router_pyvrp.plugin import PyVRPRouter
from shelfwise_router_pyvrp.running import Task, run
from shelfwise_router_pyvrp.search import Settings
from shelfwise_router_pyvrp.translate import translate

from shelfwise.routing import check_routes
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline


def task(iterations, deadline=None):
    """Return a search of a town of 60 deliveries."""
    request, state, deliveries = town(60)
    translation = translate(Problem.of(request, state, deliveries), request)
    deadline = deadline or Deadline()
    return Task(
        data=translation.data,
        penalties=translation.penalties,
        start=translation.solution({}),
        settings=Settings(),
        seed=1,
        iterations=iterations,
        deadline=deadline,
        seconds=deadline.remaining(),
    )


def test_two_searches_are_as_repeatable_as_one():
    """With another search beside it the result is the same each time, and another than alone."""
    asked = task(200)

    answers = []
    for _ in range(2):
        with Companion(asked) as other:
            answers.append(run(asked, other))

    assert answers[0] == answers[1]
    assert answers[0][1]
    assert answers[0] != run(asked)


def test_a_search_that_fails_is_done_without(monkeypatch):
    """The search goes on alone where the other one has ended, even without a deadline."""
    asked = task(100)
    monkeypatch.setattr(companion, "run", lambda *_: None)

    with Companion(asked) as other:
        best, in_time = run(asked, other)

    assert in_time
    assert best == run(asked)[0]


def test_the_second_search_ends_with_the_block():
    """Left long before its iterations are over, the block leaves no thread behind that searches on."""
    with Companion(task(10**9)):
        (thread,) = [one for one in threading.enumerate() if one.name == "second search"]

    thread.join(60.0)
    assert not thread.is_alive()


def test_a_router_with_two_workers_has_a_plan(monkeypatch):
    """The plan of two searches holds."""
    monkeypatch.setattr(plugin, "_WORTHWHILE", 0.0)
    request, state, deliveries = town(40)

    plan = PyVRPRouter(iterations=100).route(request, state, deliveries, Deadline.after(60.0))

    assert check_routes(request, state, deliveries, plan) == ()
