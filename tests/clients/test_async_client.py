"""The asynchronous client: what the conformance tests, which it passes like every other, cannot see."""

import asyncio
import inspect

import pytest
from serving_fakes import decision_for, storefront

from shelfwise_client import AsyncClient, Client, ServerUnavailableError


def test_many_calls_at_once(fake, serving):
    """Calls that are awaited together each get their own answer."""
    requests = [storefront(f"r{n}", f"c{n}") for n in range(100)]

    async def ask():
        async with AsyncClient(serving(fake, maximum_queued=1000)) as client:
            return await asyncio.gather(*map(client.decide, requests))

    assert asyncio.run(ask()) == [decision_for(request) for request in requests]


def test_cancelled_while_it_waits(held, serving):
    """A task that is cancelled ends its call."""

    async def ask():
        async with AsyncClient(serving(held)) as client:
            task = asyncio.create_task(client.decide(storefront("r1")))
            await asyncio.to_thread(held.wait_for)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(ask())


def test_waits_for_a_server(fake, serving):
    """A client can wait for its server, but not for ever."""

    async def wait():
        async with AsyncClient(serving(fake)) as client:
            await client.wait_until_ready(30)
        async with AsyncClient("127.0.0.1:1") as client:
            await client.wait_until_ready(0.1)

    with pytest.raises(ServerUnavailableError, match=r"no server at 127\.0\.0\.1:1 within 0\.1 seconds"):
        asyncio.run(wait())


@pytest.mark.parametrize("name", ["__init__", "decide", "wait_until_ready", "close"])
def test_is_called_as_the_other(name):
    """Both clients take the same arguments."""
    ours, others = (inspect.signature(getattr(kind, name)) for kind in (AsyncClient, Client))

    assert ours == others


def test_has_all_that_the_other_has():
    """What one client can do, so can the other, but for how its context is entered."""
    ours, others = (
        {name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_")}
        for kind in (AsyncClient, Client)
    )

    assert ours == others
