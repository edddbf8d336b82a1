"""The errors that only a server has; like all of shelfwise's they know nothing of status codes."""

from __future__ import annotations

from shelfwise.errors import InvalidRequestError, ShelfwiseError, Violation


class OverloadedError(ShelfwiseError):
    """No place is free and no more calls may wait; worth another try in ``retry_after_seconds``."""

    reason = "OVERLOADED"

    def __init__(self, retry_after_seconds: float) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"the server is at its limit; try again in {retry_after_seconds:.1f} seconds")


class ShuttingDownError(ShelfwiseError):
    """The server finishes the calls under way and takes no more."""

    reason = "SHUTTING_DOWN"
    retry_after_seconds = 1.0

    def __init__(self) -> None:
        super().__init__("the server is shutting down; another one, or its successor, can answer")


class RequestIdReusedError(InvalidRequestError):
    """The request id names another request, which was answered a moment ago."""

    reason = "REQUEST_ID_REUSED"

    def __init__(self) -> None:
        text = "names an earlier request with other content; give every request an id of its own"
        super().__init__([Violation("request_id", text)])
