"""What makes a repeated request harmless: its id is answered with the decision already made, or being made, for it."""

from __future__ import annotations

import time
from collections import OrderedDict

from shelfwise_server.errors import RequestIdReusedError
from shelfwise_server.flight import Flight

MAXIMUM_ANSWERS = 4096
MAXIMUM_BYTES = 64 * 1024 * 1024


class Memory:
    """The requests under way and, for a while, those answered: bounded in number, bytes and age.

    Errors are not kept: a request that failed may be sent again under its id.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._under_way: dict[str, Flight] = {}
        self._answered: OrderedDict[str, Flight] = OrderedDict()
        self._bytes = 0

    def find(self, request_id: str, digest: bytes) -> Flight | None:
        """Return the flight of a request that is known, and None for a new one.

        Raises:
            RequestIdReusedError: the id stands for another content.
        """
        flight = self._under_way.get(request_id) or self._answered.get(request_id)
        if flight is None or self._is_old(flight):
            return None
        if flight.digest != digest:
            raise RequestIdReusedError
        return flight

    def begin(self, request_id: str, flight: Flight) -> None:
        """Note that a request is under way."""
        self._under_way[request_id] = flight

    def end(self, request_id: str) -> None:
        """Note that a request is no longer under way, and remember its answer where it has one."""
        flight = self._under_way.pop(request_id)
        if flight.answer is None or len(flight.answer.body) > MAXIMUM_BYTES:
            return
        self._drop(request_id)
        flight.landed_at = time.monotonic()
        self._answered[request_id] = flight
        self._bytes += len(flight.answer.body)
        self._forget()

    def _is_old(self, flight: Flight) -> bool:
        return flight.answer is not None and flight.landed_at + self._seconds <= time.monotonic()

    def _forget(self) -> None:
        """Drop the oldest answers that are beyond a bound."""
        while self._answered:
            request_id = next(iter(self._answered))
            full = len(self._answered) > MAXIMUM_ANSWERS or self._bytes > MAXIMUM_BYTES
            if not full and not self._is_old(self._answered[request_id]):
                return
            self._drop(request_id)

    def _drop(self, request_id: str) -> None:
        flight = self._answered.pop(request_id, None)
        if flight is not None and flight.answer is not None:
            self._bytes -= len(flight.answer.body)
