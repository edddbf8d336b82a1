"""The memory of answers by request id."""

import asyncio

import pytest

from shelfwise_server import memory as module
from shelfwise_server.answer import Answer
from shelfwise_server.errors import RequestIdReusedError
from shelfwise_server.memory import Memory


def keep(memory, request_id, body=b"answer"):
    """Answer a request."""
    memory.begin(request_id, b"digest")
    memory.keep(request_id, Answer(body))


def test_remembers_an_answer():
    """A request that was answered is found with its answer."""

    async def scenario():
        memory = Memory(60)
        keep(memory, "a")
        return memory.find("a", b"digest").answer.result(), memory.find("b", b"digest")

    assert asyncio.run(scenario()) == (Answer(b"answer"), None)


@pytest.mark.parametrize("answered", [False, True])
def test_same_id_with_other_content(answered):
    """An id that stands for other content, under way or answered, is refused."""

    async def scenario():
        memory = Memory(60)
        memory.begin("a", b"digest")
        if answered:
            memory.keep("a", Answer(b"answer"))
        with pytest.raises(RequestIdReusedError, match="request_id"):
            memory.find("a", b"other")

    asyncio.run(scenario())


def test_failures_are_not_remembered():
    """Who waits for a request that failed learns that there is no answer, and the id is free again."""

    async def scenario():
        memory = Memory(60)
        entry = memory.begin("a", b"digest")
        memory.abandon("a")
        return entry.answer.cancelled(), memory.find("a", b"digest")

    assert asyncio.run(scenario()) == (True, None)


def test_number_is_bounded(monkeypatch):
    """Beyond the number of answers kept, the oldest goes."""
    monkeypatch.setattr(module, "MAXIMUM_ANSWERS", 2)

    async def scenario():
        memory = Memory(60)
        for request_id in "abc":
            keep(memory, request_id)
        return [memory.find(request_id, b"digest") is not None for request_id in "abc"]

    assert asyncio.run(scenario()) == [False, True, True]


def test_bytes_are_bounded(monkeypatch):
    """Beyond the bytes kept, the oldest answers go, and one that is larger by itself is never kept."""
    monkeypatch.setattr(module, "MAXIMUM_BYTES", 10)

    async def scenario():
        memory = Memory(60)
        keep(memory, "a", b"12345")
        keep(memory, "b", b"12345")
        keep(memory, "c", b"1")
        kept = [memory.find(request_id, b"digest") is not None for request_id in "abc"]
        keep(memory, "d", b"12345678901")
        return kept, [memory.find(request_id, b"digest") is not None for request_id in "abcd"]

    assert asyncio.run(scenario()) == ([False, True, True], [False, True, True, False])


def test_age_is_bounded():
    """An answer older than the limit is forgotten."""

    async def scenario():
        memory = Memory(0)
        keep(memory, "a")
        return memory.find("a", b"digest")

    assert asyncio.run(scenario()) is None
