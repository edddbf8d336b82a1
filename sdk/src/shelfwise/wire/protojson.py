"""Requests and decisions as protobuf JSON, with field names as in the contract."""

from __future__ import annotations

import difflib
import json
import reprlib
from collections.abc import Iterator
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from shelfwise.errors import ContractError, InvalidDecisionError, InvalidRequestError, Violation
from shelfwise.types import Decision, DecisionRequest
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire.decision import decision_from_proto, decision_to_proto
from shelfwise.wire.request import request_from_proto, request_to_proto

M = TypeVar("M", bound=Message)


def request_from_json(text: str | bytes, *, currency: str = "") -> DecisionRequest:
    """Read a request; raises InvalidRequestError naming every violation, unknown fields among them."""
    return request_from_proto(_parse(text, pb.DecideRequest(), InvalidRequestError), currency=currency)


def request_to_json(request: DecisionRequest) -> str:
    """Write a request; raises InvalidRequestError as ``request_to_proto`` does."""
    return _format(request_to_proto(request))


def decision_from_json(text: str | bytes) -> Decision:
    """Read a decision; raises InvalidDecisionError naming every violation, unknown fields among them."""
    return decision_from_proto(_parse(text, pb.DecideResponse(), InvalidDecisionError))


def decision_to_json(decision: Decision) -> str:
    """Write a decision; raises InvalidDecisionError as ``decision_to_proto`` does."""
    return _format(decision_to_proto(decision))


def _format(message: Message) -> str:
    return json_format.MessageToJson(message, preserving_proto_field_name=True, ensure_ascii=False)


def _parse(text: str | bytes, message: M, error: type[ContractError]) -> M:
    try:
        content = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as cause:
        raise error([Violation("json", str(cause))]) from cause
    if not isinstance(content, dict):
        raise error([Violation("json", f"must be an object in braces, got {_short(content)}")])
    try:
        return json_format.ParseDict(content, message)
    except json_format.ParseError as cause:
        raise error(tuple(_violations(content, type(message), "")) or [Violation("json", str(cause))]) from cause


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} stands twice in one object")
    return content


def _violations(content: Any, kind: type[Message], path: str) -> Iterator[Violation]:
    """Find every field that is unknown or does not take its value, by trying each on its own."""
    if not isinstance(content, dict):
        yield Violation(path, f"must be an object in braces, got {_short(content)}")
        return
    fields = {name: field for field in kind.DESCRIPTOR.fields for name in (field.name, field.json_name)}
    for name, value in content.items():
        where = f"{path}.{name}" if path else name
        field = fields.get(name)
        if field is None:
            yield Violation(where, _unknown(name, kind))
        elif value is None or field.message_type is None or field.message_type.file.package == "google.protobuf":
            yield from _unfit(name, value, kind, where)
        else:
            below = GetMessageClass(field.message_type)  # type: ignore[arg-type,unused-ignore]
            if not field.is_repeated:
                yield from _violations(value, below, where)
            elif isinstance(value, list):
                for row, entry in enumerate(value):
                    yield from _violations(entry, below, f"{where}[{row}]")
            else:
                yield Violation(where, f"must be a list in brackets, got {_short(value)}")


def _unfit(name: str, value: Any, kind: type[Message], where: str) -> Iterator[Violation]:
    """Try one field that holds no message of ours."""
    try:
        json_format.ParseDict({name: value}, kind())
    except json_format.ParseError as cause:
        reason = str(cause).partition(f"Failed to parse {name} field: ")[2] or str(cause)
        yield Violation(where, f"does not take {_short(value)}: {reason.rstrip('.')}")


def _unknown(name: str, kind: type[Message]) -> str:
    names = [field.name for field in kind.DESCRIPTOR.fields]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
    return f"{kind.__name__} has no such field; {hint}"


def _short(value: Any) -> str:
    return reprlib.repr(value)
