"""The memory of answers by request id."""

import pytest

from shelfwise_server import memory as module
from shelfwise_server.errors import RequestIdReusedError
from shelfwise_server.flight import Answer, Flight
from shelfwise_server.memory import Memory


def keep(memory, request_id, body=b"answer"):
    """Answer a request, and return its flight."""
    flight = Flight(b"digest")
    memory.begin(request_id, flight)
    flight.land(Answer(body))
    memory.end(request_id)
    return flight


def known(memory, request_ids):
    """Tell which requests are remembered."""
    return [memory.find(request_id, b"digest") is not None for request_id in request_ids]


def test_remembers_an_answer():
    """A request that was answered is found with its answer."""
    memory = Memory(60)
    keep(memory, "a")

    assert memory.find("a", b"digest").answer == Answer(b"answer")
    assert memory.find("b", b"digest") is None


def test_knows_what_is_under_way():
    """A request under way is found, and has no answer yet."""
    memory = Memory(60)
    flight = Flight(b"digest")
    memory.begin("a", flight)

    assert memory.find("a", b"digest") is flight
    assert flight.answer is None


@pytest.mark.parametrize("answered", [False, True])
def test_same_id_with_other_content(answered):
    """An id that stands for other content, under way or answered, is refused."""
    memory = Memory(60)
    if answered:
        keep(memory, "a")
    else:
        memory.begin("a", Flight(b"digest"))

    with pytest.raises(RequestIdReusedError, match="request_id"):
        memory.find("a", b"other")


def test_failures_are_not_remembered():
    """The id of a request that failed is free again."""
    memory = Memory(60)
    memory.begin("a", Flight(b"digest"))

    memory.end("a")

    assert memory.find("a", b"other") is None


def test_number_is_bounded(monkeypatch):
    """Beyond the number of answers kept, the oldest goes."""
    monkeypatch.setattr(module, "MAXIMUM_ANSWERS", 2)
    memory = Memory(60)

    for request_id in "abc":
        keep(memory, request_id)

    assert known(memory, "abc") == [False, True, True]


def test_bytes_are_bounded(monkeypatch):
    """Beyond the bytes kept the oldest answers go, and one that is larger by itself is never kept."""
    monkeypatch.setattr(module, "MAXIMUM_BYTES", 10)
    memory = Memory(60)

    for request_id, body in (("a", b"12345"), ("b", b"12345"), ("c", b"1"), ("d", b"12345678901")):
        keep(memory, request_id, body)

    assert known(memory, "abcd") == [False, True, True, False]


def test_age_is_bounded():
    """An answer older than the limit is forgotten, and its id may be used again."""
    memory = Memory(0)
    keep(memory, "a")

    assert memory.find("a", b"other") is None
    keep(memory, "a")
    assert known(memory, "a") == [False]
