"""A request on its way, with several callers who wait for it."""

import asyncio

import pytest

from shelfwise_server.flight import Answer, Flight


def test_everyone_gets_the_answer():
    """All who wait get the one answer, and who has left disturbs nobody."""

    async def scenario():
        flight = Flight()
        first, gone, third = flight.join(), flight.join(), flight.join()
        gone.cancel()
        flight.land(Answer(b"answer"))
        return await first, await third, flight.answer

    assert asyncio.run(scenario()) == (Answer(b"answer"),) * 3


def test_error_is_for_the_first():
    """Who came first is told the error; the others learn that they are on their own."""

    async def scenario():
        flight = Flight()
        first, second = flight.join(), flight.join()
        flight.fail(ValueError("no"))
        with pytest.raises(ValueError, match="no"):
            await first
        return await second

    assert asyncio.run(scenario()) is None


def test_error_when_the_first_has_left():
    """Where the first caller has left, the others are still told that they are on their own."""

    async def scenario():
        flight = Flight()
        first, second = flight.join(), flight.join()
        first.cancel()
        flight.fail(ValueError("no"))
        return await second, first.cancelled()

    assert asyncio.run(scenario()) == (None, True)
