"""Requests and decisions as protobuf JSON, with field names as in the contract."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message

from shelfwise.errors import ContractError, InvalidDecisionError, InvalidRequestError, Violation, elsewhere
from shelfwise.types import Decision, DecisionRequest
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.decision import decision_from_proto, decision_to_proto
from shelfwise.wire.mending import Mending, Object, told
from shelfwise.wire.reading import Reading
from shelfwise.wire.request import Check, read_request, request_from_proto, request_to_proto, with_further

M = TypeVar("M", bound=Message)


def request_from_json(text: str | bytes, *, currency: str = "", also: Check | None = None) -> DecisionRequest:
    """Read a request as :func:`request_from_proto` does; columns of days may hold days in words, such as 2026-03-31.

    Raises:
        InvalidRequestError: The text is no JSON, or the request is out of form; every violation is named, unknown
            fields among them.
    """
    message, mending = _parse(text, pb.DecideRequest(), InvalidRequestError)
    if not mending.violations:
        return request_from_proto(message, currency=currency, also=also)
    reading = Reading(currency)
    request = read_request(message, reading)
    found = with_further(reading.violations, request, also)
    raise InvalidRequestError(mending.violations + elsewhere(found, mending.faulty))


def request_to_json(request: DecisionRequest) -> str:
    """Write a request; raises InvalidRequestError as ``request_to_proto`` does."""
    return _format(request_to_proto(request))


def decision_from_json(text: str | bytes) -> Decision:
    """Read a decision; raises InvalidDecisionError naming every violation, unknown fields among them."""
    message, mending = _parse(text, pb.DecideResponse(), InvalidDecisionError)
    if mending.violations:
        raise InvalidDecisionError(mending.violations)
    return decision_from_proto(message)


def decision_to_json(decision: Decision) -> str:
    """Write a decision; raises InvalidDecisionError as ``decision_to_proto`` does."""
    return _format(decision_to_proto(decision))


def _format(message: Message) -> str:
    return json_format.MessageToJson(message, preserving_proto_field_name=True, ensure_ascii=False)


def _parse(text: str | bytes, message: M, error: type[ContractError]) -> tuple[M, Mending]:
    """Return what a text says, without what does not fit, and what that is."""
    content, any_twice = _load(text, error)
    mending = Mending()
    try:
        if not any_twice:
            return json_format.ParseDict(content, message), mending
    except json_format.ParseError:
        message.Clear()
    try:
        return json_format.ParseDict(mending.message(content, message.DESCRIPTOR, ""), message), mending
    except json_format.ParseError as cause:
        raise error([*mending.violations, Violation("json", str(cause))]) from cause


def _load(text: str | bytes, error: type[ContractError]) -> tuple[Object, bool]:
    """Return a JSON object, and whether some name stands twice in one object."""
    twice: list[str] = []

    def keep(pairs: list[tuple[str, Any]]) -> Object:
        content = Object(pairs)
        twice.extend(content.twice)
        return content

    try:
        content = json.loads(text, object_pairs_hook=keep)
    except json.JSONDecodeError as cause:
        raise error([Violation("json", f"is no JSON: {cause}")]) from cause
    except UnicodeDecodeError as cause:
        raise error([Violation("json", f"must be text in UTF-8; byte {cause.start} is not")]) from cause
    except RecursionError as cause:
        raise error([Violation("json", "is nested too deeply")]) from cause
    except ValueError as cause:
        raise error([Violation("json", "holds a number with too many digits")]) from cause
    if not isinstance(content, Object):
        raise error([Violation("json", f"must be an object in braces, got {told(content)}")])
    return content, bool(twice)
