"""Calls with a deadline."""

import threading

import pytest

from shelfwise.runner import OverdueError, Runner
from shelfwise.types import Deadline


def test_the_result_comes_back():
    """A call in time returns its value."""
    assert Runner().run("k", lambda x: x + 1, {"x": 1}, Deadline()) == 2


def test_an_error_comes_back():
    """What the call raises, the caller gets, and the thread is used again."""
    runner, threads = Runner(), set()

    def broken():
        threads.add(threading.get_ident())
        raise ValueError("broken")

    for _ in range(5):
        with pytest.raises(ValueError, match="broken"):
            runner.run("k", broken, {}, Deadline())
    assert len(threads) == 1


def test_a_late_call_is_abandoned_and_its_thread_forgotten():
    """The caller goes on at the deadline; the plugin may be called again once the late call has returned."""
    runner, release = Runner(), threading.Event()

    with pytest.raises(OverdueError):
        runner.run("k", release.wait, {}, Deadline.after(0.02))
    release.set()

    assert runner.run("k", lambda: "fine", {}, Deadline.after(5)) == "fine"
