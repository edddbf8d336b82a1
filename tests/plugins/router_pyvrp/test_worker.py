"""A second process searches along; equal questions still have equal answers, and it never stays behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

from routing_world import town
from shelfwise_router_pyvrp import plugin
from shelfwise_router_pyvrp.plugin import PyVRPRouter
from shelfwise_router_pyvrp.running import Task, run
from shelfwise_router_pyvrp.search import Settings
from shelfwise_router_pyvrp.translate import translate
from shelfwise_router_pyvrp.worker import Worker

from shelfwise.routing import check_routes
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline


def task(iterations):
    """Return a search of a town of 60 deliveries."""
    request, state, deliveries = town(60)
    translation = translate(Problem.of(request, state, deliveries), request)
    return Task(
        data=translation.data,
        penalties=translation.penalties,
        start=translation.solution({}),
        settings=Settings(),
        seed=1,
        iterations=iterations,
        deadline=Deadline.after(120.0),
        seconds=120.0,
    )


def test_two_searches_are_as_repeatable_as_one():
    """With another search beside it the result is the same each time, and no worse than what both found first."""
    asked = task(200)

    answers = []
    for _ in range(2):
        with Worker(asked) as worker:
            answers.append(run(asked, worker))

    assert answers[0] == answers[1]
    assert answers[0][1]


def test_a_worker_that_dies_is_done_without():
    """The search goes on alone where the other process is gone."""
    asked = task(100)

    with Worker(asked) as worker:
        worker._process.kill()
        best, in_time = run(asked, worker)

    assert in_time
    assert best.is_feasible()


def test_a_router_with_two_workers_has_a_plan(monkeypatch):
    """The plan of two processes holds."""
    monkeypatch.setattr(plugin, "_WORTHWHILE", 0.0)
    request, state, deliveries = town(40)

    plan = PyVRPRouter(iterations=100).route(request, state, deliveries, Deadline.after(60.0))

    assert check_routes(request, state, deliveries, plan) == ()


def test_a_worker_does_not_outlive_its_parent():
    """When the process that started it is killed, the worker ends by itself."""
    program = (
        "import sys, time; sys.path[:0] = sys.argv[1:]\n"
        "from test_worker import task, Worker\n"
        "worker = Worker(task(10**9)); print(worker._process.pid, flush=True); time.sleep(60)"
    )
    here = Path(__file__).parent
    folders = [str(here), str(here.parent.parent)]
    parent = subprocess.Popen([sys.executable, "-c", program, *folders], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())

    parent.kill()
    parent.wait()

    deadline = time.monotonic() + 30.0
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def alive(process):
    """Tell whether a process runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
