"""A JSON document that is no message: everything that stands in the way, and a document without it."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from shelfwise.errors import Violation

SHOWN = 20
"""Violations told of one long column; the rest are counted."""
DAY_COLUMNS = {"arrives_on"}
"""Columns of days since 1970-01-01, in which JSON may hold days in words."""
_NUMBER, _WHOLE = "must be a number", "must be a whole number of at most {} bits"
_ALLOWED = {
    FieldDescriptor.TYPE_STRING: "must be text in quotes",
    FieldDescriptor.TYPE_BOOL: "must be true or false",
    FieldDescriptor.TYPE_DOUBLE: _NUMBER,
    FieldDescriptor.TYPE_INT32: _WHOLE.format(32),
    FieldDescriptor.TYPE_INT64: _WHOLE.format(64),
}
_STAND_INS = {FieldDescriptor.CPPTYPE_STRING: "", FieldDescriptor.CPPTYPE_BOOL: False}


class Object(dict[str, Any]):
    """A JSON object that remembers the names that stand in it more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs] if len(self) < len(pairs) else []
        self.twice = [name for row, name in enumerate(names) if name in names[:row]]


class Mending:
    """Goes through a document once, taking out what does not fit.

    What is taken out leaves a stand-in where its absence would be a fault of its own: a row of a column, a stage that
    was asked for. ``faulty`` holds the paths at which stand-ins stand, so that nothing is said about those.
    """

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.faulty: set[str] = set()

    def message(self, content: Any, kind: Any, path: str) -> dict[str, Any]:
        """Return the content of a message of the descriptor ``kind`` without what does not fit."""
        if not isinstance(content, dict):
            self._add(path, f"must be an object in braces, got {told(content)}")
            return {}
        for name in getattr(content, "twice", ()):
            self._add(_join(path, name), "stands twice in one object")
        known = {name: field for field in kind.fields for name in (field.name, field.json_name)}
        mended: dict[str, Any] = {}
        lost: list[FieldDescriptor] = []
        for name, value in content.items():
            field = known.get(name)
            if field is None:
                lost += self._unknown(name, kind, path)
            elif field.name in mended:
                self._add(_join(path, field.name), f"stands twice in one object, as {name} too")
            elif value is not None:
                where = _join(path, field.name)
                if field.is_repeated and not isinstance(value, list):
                    self._add(where, f"must be a list in brackets, got {told(value)}")
                    lost.append(field)
                else:
                    mend = self._several if field.is_repeated else self._one
                    mended[field.name] = mend(value, field, where)
        for field in lost:
            if field.name not in mended:
                self.faulty.add(_join(path, field.name))
                mended[field.name] = _stand_in(field, mended)
        return mended

    def _unknown(self, name: str, kind: Any, path: str) -> Iterator[FieldDescriptor]:
        """Say that a field is unknown; yield the one that was probably meant."""
        names = [field.name for field in kind.fields]
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
        self._add(_join(path, name), f"{kind.name} has no such field; {hint}")
        for meant in close:
            yield kind.fields_by_name[meant]

    def _several(self, values: list[Any], field: FieldDescriptor, path: str) -> list[Any]:
        if not _is_ours(field) and _fits(field, values):
            return values
        first = len(self.violations)
        mended = [self._one(value, field, f"{path}[{row}]") for row, value in enumerate(values)]
        if len(self.violations) - first > SHOWN and not _is_ours(field):
            more = len(self.violations) - first - SHOWN
            del self.violations[first + SHOWN :]
            self._add(path, f"and {more} more rows like these")
        return mended

    def _one(self, value: Any, field: FieldDescriptor, path: str) -> Any:
        if _is_ours(field):
            return self.message(value, field.message_type, path)
        if _fits(field, [value] if field.is_repeated else value):
            return value
        if field.name in DAY_COLUMNS and (days := _days(value)) is not None:
            return days
        self._add(path, f"{_allowed(field)}, got {told(value)}")
        return None if field.message_type else _STAND_INS.get(field.cpp_type, 0)

    def _add(self, path: str, words: str) -> None:
        self.violations.append(Violation(path, words))
        self.faulty.add(path)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_ours(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.file.package != "google.protobuf"


def _fits(field: FieldDescriptor, value: Any) -> bool:
    """Try a field on its own."""
    message: Message = GetMessageClass(field.containing_type)()  # type: ignore[arg-type] # always in a message
    try:
        json_format.ParseDict({field.name: value}, message)
    except json_format.ParseError:
        return False
    return True


def _stand_in(field: FieldDescriptor, beside: dict[str, Any]) -> Any:
    """Return what stands for a field that is lost: in a column as many rows as the columns beside it have."""
    if field.message_type is not None:
        return [] if field.is_repeated else {} if _is_ours(field) else None
    value = _STAND_INS.get(field.cpp_type, 0)
    if not field.is_repeated:
        return value
    return [value] * max((len(column) for column in beside.values() if isinstance(column, list)), default=0)


def _allowed(field: FieldDescriptor) -> str:
    if field.name in DAY_COLUMNS and field.cpp_type == FieldDescriptor.CPPTYPE_INT32:
        return "must be a day such as 2026-03-31 or the number of days since 1970-01-01"
    if field.message_type is not None:
        return "must be an RFC 3339 time such as 2026-03-31T08:00:00Z"
    if field.enum_type is not None:
        return f"must be one of {', '.join(value.name for value in field.enum_type.values if value.number)}"
    return _ALLOWED[field.type]


def _days(value: Any) -> int | None:
    try:
        return (date.fromisoformat(value) - date(1970, 1, 1)).days
    except (TypeError, ValueError):
        return None


def told(value: Any) -> str:
    """Return a value as JSON has it, or what it is where it is long."""
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    if isinstance(value, dict | list):
        return ("an object" if isinstance(value, dict) else "a list") if value else str(value)
    return reprlib.repr(value)
