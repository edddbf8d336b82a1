"""Searches end with whoever waits for them, and with the program, which they do not abort."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from shelfwise_router_pyvrp.stopping import Stoppable, attended

ABANDONED = """if True:
    import threading, time
    from routing_world import town
    from shelfwise.types import Deadline
    from shelfwise_router_pyvrp import PyVRPRouter

    request, state, deliveries = town(60)
    router = PyVRPRouter(iterations=10**9)
    threading.Thread(target=router.route, args=(request, state, deliveries, Deadline.after(600.0)), daemon=True).start()
    while not any(thread.name == "search" for thread in threading.enumerate()):
        time.sleep(0.01)
    time.sleep(0.2)
    print("over")
"""


def test_a_program_that_ends_takes_its_searches_along():
    """A call that nobody waits for any more neither holds up the end of the program nor aborts it."""
    ended = subprocess.run(
        [sys.executable, "-c", ABANDONED],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300.0,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "over\n", "")


def test_an_error_ends_all():
    """Where one search fails the others end at once, whatever their deadline, and the error is told."""
    deadline, ended = Stoppable(), threading.Event()

    def fail():
        raise ValueError("no way")

    def search():
        while not deadline.expired:
            deadline.stopped.wait(0.01)
        ended.set()

    with pytest.raises(ValueError, match="no way"):
        attended([fail, search], deadline)

    assert ended.wait(60.0)


def test_what_is_found_is_told_in_order():
    """Each search runs in a thread that is no daemon, even where the caller is one."""
    found = []

    def ask():
        found.extend(attended([lambda: threading.current_thread().daemon, lambda: "second"], Stoppable()))

    caller = threading.Thread(target=ask, daemon=True)
    caller.start()
    caller.join()

    assert found == [False, "second"]
