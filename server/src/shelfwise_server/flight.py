"""A request on its way to an answer, and everyone who waits for it."""

from __future__ import annotations

import asyncio

import attrs


@attrs.frozen
class Answer:
    """A decision on the wire, its id, and how each stage fared."""

    body: bytes
    decision_id: str = ""
    stages: dict[str, str] = attrs.field(factory=dict)


class Flight:
    """One decision under way or made, used from one event loop; a caller who leaves does not end it."""

    __slots__ = ("_waiting", "answer", "digest", "landed_at")

    def __init__(self, digest: bytes = b"") -> None:
        self.digest = digest
        """Of the request's content."""
        self.answer: Answer | None = None
        self.landed_at = 0.0
        self._waiting: list[asyncio.Future[Answer | None]] = []

    def join(self) -> asyncio.Future[Answer | None]:
        """Return a future of the answer; the first to join gets the error where there is one, all others None."""
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        return future

    def land(self, answer: Answer) -> None:
        """Hand everyone the answer."""
        self.answer = answer
        for future in self._waiting:
            if not future.done():
                future.set_result(answer)

    def fail(self, error: BaseException) -> None:
        """Tell the first caller the error, and the others that they are on their own: they may have more time."""
        for future in self._waiting:
            if future.done():
                continue
            if future is self._waiting[0]:
                future.set_exception(error)
            else:
                future.set_result(None)
