"""The limiter: who gets a place, who waits, who is refused."""

import asyncio

import pytest

from shelfwise.errors import DeadlineExceededError
from shelfwise.types import Deadline
from shelfwise_server.errors import OverloadedError
from shelfwise_server.limiter import Limiter

NEVER = Deadline()


async def started(limiter, *, plan=False, deadline=NEVER):
    """Begin to acquire and let the loop come round."""
    task = asyncio.create_task(limiter.acquire(plan=plan, deadline=deadline))
    for _ in range(3):
        await asyncio.sleep(0)
    return task


def test_takes_what_there_are_places_for():
    """As many calls run at once as there are places, and the next one waits."""

    async def scenario():
        limiter = Limiter(2, 1, 60)
        tasks = [await started(limiter) for _ in range(3)]
        return [task.done() for task in tasks], limiter.running, limiter.waiting, tasks[2].cancel()

    assert asyncio.run(scenario()) == ([True, True, False], 2, 1, True)


def test_refuses_what_can_neither_run_nor_wait():
    """A call beyond places and queue is refused at once, with a time to try again."""

    async def scenario():
        limiter = Limiter(1, 0, 60)
        await limiter.acquire(plan=False, deadline=NEVER)
        with pytest.raises(OverloadedError) as caught:
            await limiter.acquire(plan=False, deadline=NEVER)
        return caught.value.retry_after_seconds

    assert asyncio.run(scenario()) > 0


def test_place_given_back_goes_to_the_one_who_waits():
    """Who waited longest gets the place that is given back."""

    async def scenario():
        limiter = Limiter(1, 2, 60)
        await limiter.acquire(plan=False, deadline=NEVER)
        first, second = await started(limiter), await started(limiter)
        limiter.release(plan=False, seconds=0.1)
        await first
        done = second.done()
        limiter.release(plan=False, seconds=0.1)
        await second
        return done, limiter.running, limiter.waiting

    assert asyncio.run(scenario()) == (False, 1, 0)


def test_plans_leave_a_place_for_the_storefront():
    """However many plans come, a storefront call finds a place."""

    async def scenario():
        limiter = Limiter(3, 9, 60)
        plans = [await started(limiter, plan=True) for _ in range(5)]
        await limiter.acquire(plan=False, deadline=NEVER)
        running = sum(task.done() for task in plans)
        limiter.release(plan=True, seconds=1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        after = sum(task.done() for task in plans)
        for task in plans:
            task.cancel()
        return running, after

    assert asyncio.run(scenario()) == (2, 3)


def test_storefront_goes_before_plans():
    """Of those who wait, a storefront call gets the next place where a plan is running already."""

    async def scenario():
        limiter = Limiter(3, 9, 60)
        for is_plan in (True, True, False):
            await limiter.acquire(plan=is_plan, deadline=NEVER)
        plan = await started(limiter, plan=True)
        call = await started(limiter)
        limiter.release(plan=True, seconds=1)
        await call
        done = plan.done()
        plan.cancel()
        return done

    assert asyncio.run(scenario()) is False


def test_storefront_does_not_starve_plans():
    """Where no plan is running, a plan that waits gets the next place."""

    async def scenario():
        limiter = Limiter(2, 9, 60)
        for _ in range(2):
            await limiter.acquire(plan=False, deadline=NEVER)
        call = await started(limiter)
        plan = await started(limiter, plan=True)
        limiter.release(plan=False, seconds=1)
        await plan
        done = call.done()
        call.cancel()
        return done

    assert asyncio.run(scenario()) is False


def test_deadline_passes_while_waiting():
    """A call whose deadline passes in the queue leaves it and never gets a place."""

    async def scenario():
        limiter = Limiter(1, 1, 60)
        await limiter.acquire(plan=False, deadline=NEVER)
        with pytest.raises(DeadlineExceededError):
            await limiter.acquire(plan=False, deadline=Deadline.after(0.01))
        limiter.release(plan=False, seconds=0)
        return limiter.running, limiter.waiting

    assert asyncio.run(scenario()) == (0, 0)


def test_wait_is_bounded():
    """A call that waited longer than the limit is refused with a time to try again."""

    async def scenario():
        limiter = Limiter(1, 1, 0.01)
        await limiter.acquire(plan=False, deadline=NEVER)
        with pytest.raises(OverloadedError):
            await limiter.acquire(plan=False, deadline=NEVER)
        return limiter.waiting

    assert asyncio.run(scenario()) == 0


def test_cancelled_in_the_queue():
    """A call that is cancelled while it waits leaves the queue."""

    async def scenario():
        limiter = Limiter(1, 1, 60)
        await limiter.acquire(plan=False, deadline=NEVER)
        task = await started(limiter)
        task.cancel()
        await asyncio.wait([task])
        limiter.release(plan=False, seconds=0)
        return limiter.running, limiter.waiting

    assert asyncio.run(scenario()) == (0, 0)


def test_cancelled_in_the_moment_of_its_turn():
    """A place handed to a call that is cancelled in the same moment is not lost."""

    async def scenario():
        limiter = Limiter(1, 1, 60)
        await limiter.acquire(plan=False, deadline=NEVER)
        task = await started(limiter)
        limiter.release(plan=False, seconds=0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled(), limiter.running

    assert asyncio.run(scenario()) == (True, 0)
