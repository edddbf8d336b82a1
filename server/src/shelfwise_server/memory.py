"""What makes a repeated request harmless: its id is answered with the decision already made, or being made, for it."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

import attrs

from shelfwise_server.answer import Answer
from shelfwise_server.errors import RequestIdReusedError

MAXIMUM_ANSWERS = 4096
MAXIMUM_BYTES = 64 * 1024 * 1024


@attrs.define(eq=False)
class Entry:
    """A request under its id: the digest of its content and the future of its answer."""

    digest: bytes
    answer: asyncio.Future[Answer]
    answered_at: float = 0.0


class Memory:
    """The requests under way and, for a while, those answered: bounded in number, bytes and age.

    Errors are not kept: a request that failed may be sent again under its id.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._under_way: dict[str, Entry] = {}
        self._answered: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0

    def find(self, request_id: str, digest: bytes) -> Entry | None:
        """Return the entry of a request that is known, and None for a new one.

        Raises:
            RequestIdReusedError: the id stands for another content.
        """
        self._forget()
        entry = self._under_way.get(request_id) or self._answered.get(request_id)
        if entry is not None and entry.digest != digest:
            raise RequestIdReusedError
        return entry

    def begin(self, request_id: str, digest: bytes) -> Entry:
        """Note that a request is under way."""
        entry = Entry(digest, asyncio.get_running_loop().create_future())
        self._under_way[request_id] = entry
        return entry

    def keep(self, request_id: str, answer: Answer) -> None:
        """Hand the answer to all who wait for it, and remember it."""
        entry = self._under_way.pop(request_id)
        entry.answer.set_result(answer)
        if len(answer.body) > MAXIMUM_BYTES:
            return
        entry.answered_at = time.monotonic()
        self._answered[request_id] = entry
        self._bytes += len(answer.body)
        self._forget()

    def abandon(self, request_id: str) -> None:
        """Note that a request under way has no answer; those who wait for it are on their own."""
        self._under_way.pop(request_id).answer.cancel()

    def _forget(self) -> None:
        """Drop the oldest answers that are beyond a bound."""
        oldest_kept = time.monotonic() - self._seconds
        while self._answered:
            request_id, entry = next(iter(self._answered.items()))
            full = len(self._answered) > MAXIMUM_ANSWERS or self._bytes > MAXIMUM_BYTES
            if not full and entry.answered_at > oldest_kept:
                return
            del self._answered[request_id]
            self._bytes -= len(entry.answer.result().body)
