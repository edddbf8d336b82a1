"""The errors that only a remote caller meets, and the way back from a gRPC status to the error it stands for."""

from __future__ import annotations

from typing import Any, Self

import grpc
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

from shelfwise.errors import (
    BundleError,
    ConfigError,
    DataError,
    DeadlineExceededError,
    InvalidRequestError,
    PluginError,
    ShelfwiseError,
    StageFailedError,
    UnknownIdError,
    Violation,
)

_DETAILS_KEY = "grpc-status-details-bin"
_BY_REASON: dict[str, type[ShelfwiseError]] = {
    error.reason: error for error in (ConfigError, PluginError, DataError, BundleError, DeadlineExceededError)
}


class ServerUnavailableError(ShelfwiseError):
    """No server answered, or it is at its limit, in all attempts that the time allowed.

    ``retry_after_seconds`` is when the server asked to be tried again; None where it did not say.
    """

    reason = "SERVER_UNAVAILABLE"

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)

    @classmethod
    def none_at(cls, target: str, seconds: float) -> Self:
        """Return the error of a wait for a server that did not come."""
        return cls(f"no server at {target} within {seconds:g} seconds")


class MessageTooLargeError(ShelfwiseError):
    """The request is larger than the server takes, or the answer larger than this client takes."""

    reason = "MESSAGE_TOO_LARGE"


class ServerError(ShelfwiseError):
    """The server failed in a way that is no fault of the request; its log has the cause."""


def error_of(failure: grpc.RpcError, target: str, request_bytes: int) -> ShelfwiseError:
    """Return the error that the failure of a call stands for: the one that an in-process caller would have met."""
    details = Details(failure)
    if details.reason in (InvalidRequestError.reason, "REQUEST_ID_REUSED"):
        return InvalidRequestError(details.violations)
    if details.reason == UnknownIdError.reason:
        return UnknownIdError(details.violations)
    if details.reason == StageFailedError.reason:
        return StageFailedError(details.about.get("stage", ""), details.about.get("message", ""))
    if details.reason in _BY_REASON:
        return _BY_REASON[details.reason](failure.details())
    return _error_of_code(failure, details, target, request_bytes)


def _error_of_code(failure: grpc.RpcError, details: Details, target: str, request_bytes: int) -> ShelfwiseError:
    """Return the error for a failure that is told by its code."""
    code, text = failure.code(), failure.details() or ""
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineExceededError("the server did not answer within the time of the call")
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and "larger than max" in text:
        return MessageTooLargeError(_too_large(text, request_bytes))
    if code is grpc.StatusCode.UNAVAILABLE and not details.reason:
        return ServerUnavailableError(_away(text, target))
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED):
        return ServerUnavailableError(text, details.retry_after_seconds)
    return ServerError(f"{code.name}: {text}")


class Details:
    """The google.rpc details of a failed call, empty where it has none."""

    def __init__(self, failure: Any) -> None:
        self.reason = ""
        self.about: dict[str, str] = {}
        self.violations: tuple[Violation, ...] = ()
        self.retry_after_seconds: float | None = None
        for key, value in failure.trailing_metadata() or ():
            if key == _DETAILS_KEY:
                for detail in status_pb2.Status.FromString(value).details:
                    self._read(detail)

    def _read(self, detail: Any) -> None:
        info, retry, bad = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo(), error_details_pb2.BadRequest()
        if detail.Unpack(info):
            self.reason, self.about = info.reason, dict(info.metadata)
        elif detail.Unpack(retry):
            self.retry_after_seconds = retry.retry_delay.ToNanoseconds() / 1e9
        elif detail.Unpack(bad):
            self.violations = tuple(Violation(each.field, each.description) for each in bad.field_violations)


def _too_large(text: str, request_bytes: int) -> str:
    if text.startswith("CLIENT"):
        return f"the answer is larger than this client takes; raise maximum_message_mb ({text})"
    size = request_bytes / 1024**2
    return f"the request of {size:.1f} MiB is larger than the server takes; split it, or raise its limit ({text})"


def _away(text: str, target: str) -> str:
    return f"no answer from {target}; see that a server runs there, and that both sides speak TLS or neither ({text})"
