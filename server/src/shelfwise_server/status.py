"""The one table from errors to gRPC status codes, and the details that go with them (google.rpc.Status)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs
import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
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
from shelfwise.types import DecisionRequest
from shelfwise_server.errors import OverloadedError, ShuttingDownError

DOMAIN = "shelfwise"
DETAILS_KEY = "grpc-status-details-bin"
METADATA_BYTES_KEY = "shelfwise-metadata-bytes"
"""Request metadata in which a client says how many bytes of metadata it accepts; without it 8 KiB are assumed."""
DEFAULT_METADATA_BYTES = 8192
LONGEST_TEXT = 400

_CODES: dict[type[Exception], grpc.StatusCode] = {
    InvalidRequestError: grpc.StatusCode.INVALID_ARGUMENT,
    UnknownIdError: grpc.StatusCode.NOT_FOUND,
    DeadlineExceededError: grpc.StatusCode.DEADLINE_EXCEEDED,
    OverloadedError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ShuttingDownError: grpc.StatusCode.UNAVAILABLE,
    StageFailedError: grpc.StatusCode.ABORTED,
    PluginError: grpc.StatusCode.FAILED_PRECONDITION,
    ConfigError: grpc.StatusCode.FAILED_PRECONDITION,
    DataError: grpc.StatusCode.FAILED_PRECONDITION,
    BundleError: grpc.StatusCode.FAILED_PRECONDITION,
    Exception: grpc.StatusCode.INTERNAL,
}


@attrs.frozen
class Status:
    """What a call that failed ends with."""

    code: grpc.StatusCode
    message: str
    metadata: tuple[tuple[str, bytes], ...]


def status_of(
    error: Exception,
    request_id: str = "",
    request: DecisionRequest | None = None,
    metadata_bytes: int = DEFAULT_METADATA_BYTES,
) -> Status:
    """Return the status that tells a caller about ``error``.

    An error that is not of shelfwise is our own fault, and its text may hold what is no caller's business: only the
    request id is told, under which the log has the rest. Details that do not fit into ``metadata_bytes`` are counted.
    """
    code = next(_CODES[kind] for kind in type(error).__mro__ if kind in _CODES)
    status = status_pb2.Status(code=code.value[0], message=_message(error, request_id))
    room = metadata_bytes * 3 // 4 - 2 * len(status.message.encode()) - 500
    for detail in _details(error, request_id, request, room):
        packed = any_pb2.Any()
        packed.Pack(detail)
        if status.ByteSize() + packed.ByteSize() < room:
            status.details.append(packed)
    return Status(code, status.message, ((DETAILS_KEY, status.SerializeToString()),))


def _message(error: Exception, request_id: str) -> str:
    if not isinstance(error, ShelfwiseError):
        return f"internal error; the server's log has it under request id {_short(request_id)!r}"
    if isinstance(error, InvalidRequestError) and len(error.violations) > 1:
        return _short(f"{error.violations[0]} (and {len(error.violations) - 1} more)")
    return _short(str(error))


def _details(error: Exception, request_id: str, request: DecisionRequest | None, room: int) -> Iterator[Message]:
    about = {"request_id": _short(request_id)}
    if isinstance(error, StageFailedError):
        about |= {"stage": str(error.stage), "message": _short(str(error).removeprefix(f"{error.stage}: "))}
    reason = error.reason if isinstance(error, ShelfwiseError) else ShelfwiseError.reason
    yield error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=about)
    if isinstance(error, OverloadedError | ShuttingDownError):
        delay = duration_pb2.Duration()
        delay.FromNanoseconds(int(error.retry_after_seconds * 1e9))
        yield error_details_pb2.RetryInfo(retry_delay=delay)
    if isinstance(error, InvalidRequestError):
        yield _bad_request(error, room - 500)
    if isinstance(error, UnknownIdError) and request is not None:
        for violation in error.violations:
            if (identifier := _value_at(request, violation.field)) is not None:
                yield _resource(violation, identifier)


def _bad_request(error: InvalidRequestError, room: int) -> error_details_pb2.BadRequest:
    """Name every violation, or as many as there is room for and the number of the others."""
    detail = error_details_pb2.BadRequest()
    used = 0
    for row, violation in enumerate(error.violations):
        field, description = _short(violation.field), _short(violation.description)
        used += len(field.encode()) + len(description.encode()) + 12
        if used > room:
            more = f"{len(error.violations) - row} more violations, for which the answer had no room"
            detail.field_violations.add(field="request", description=more)
            break
        detail.field_violations.add(field=field, description=description)
    return detail


def _resource(violation: Violation, identifier: str) -> error_details_pb2.ResourceInfo:
    name = violation.field.rsplit(".", 1)[-1].partition("[")[0]
    kind = "category" if name.endswith("categories") else re.sub(r"_ids?$", "", name)
    return error_details_pb2.ResourceInfo(
        resource_type=kind, resource_name=_short(identifier), description=_short(violation.description)
    )


def _value_at(request: DecisionRequest, path: str) -> str | None:
    """Return the id at a field path such as ``live.promotions[2].item_id``, None where there is none."""
    value: Any = request
    for name, row in re.findall(r"([a-z_]+)|\[(\d+)\]", path):
        try:
            value = getattr(value, name) if name else value[int(row)]
        except (AttributeError, IndexError, TypeError):  # the path leads to no single value
            return None
    return value if isinstance(value, str) else None


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
