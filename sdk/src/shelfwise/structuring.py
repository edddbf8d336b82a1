"""Turn a parsed TOML table into attrs values, reporting every mistake at once with what is allowed."""

from __future__ import annotations

import difflib
import sys
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

import attrs

from shelfwise.field_rules import broken_alone, broken_rules, located

T = TypeVar("T")


def structure(table: Mapping[str, Any], cls: type[T], where: str) -> tuple[T | None, list[str]]:
    """Build ``cls`` (an attrs class) from ``table``; ``where`` is the dotted path of the table in its file.

    Returns the value and the mistakes; the value is None where there are any. Bounds, choices and lengths of attrs'
    validators are told in words beside misspelt keys and wrong types, and so is what other validators say of a field,
    unless they look at another one that is wrong.
    """
    attrs.resolve_types(cls)  # type: ignore[type-var]
    fields = {field.alias: field for field in attrs.fields(cls) if field.init}  # type: ignore[arg-type]
    misspelt = [unknown(f"{where}.{key}".lstrip("."), key, fields) for key in table if key not in fields]
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    wrong: set[str] = set()
    for name, field in fields.items():
        path = f"{where}.{name}".lstrip(".")
        before = len(mistakes)
        if name in table:
            values[name] = _convert(table[name], field.type, path, mistakes)
            if len(mistakes) == before and (broken := broken_rules(field, values[name])):
                mistakes.append(f"{path} must be {broken}, got {values[name]!r}")
        elif field.default is attrs.NOTHING:
            mistakes.append(f"{path} is missing; expected {_words(field.type)}")
        if len(mistakes) > before:
            wrong.add(name)
    last_words: list[str] = []
    if not mistakes:
        try:
            value = cls(**values)
        except (ValueError, TypeError) as error:
            last_words.append(located(error, where))
        else:
            return (None, misspelt) if misspelt else (value, [])
    right = {name: value for name, value in values.items() if name not in wrong}
    mistakes += broken_alone(cls, right, wrong, where)
    return None, misspelt + (mistakes or last_words)


def unknown(path: str, name: str, known: Iterable[str], known_as: str = "Allowed") -> str:
    """Say that a name is not one of those known, which ones are, and which one was probably meant."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return f"{path} is unknown. {hint}{known_as}: {', '.join(names) or 'nothing'}"


def _convert(value: Any, expected: Any, path: str, mistakes: list[str]) -> Any:  # noqa: PLR0911 - a case per kind
    """Return ``value`` as ``expected``, noting a mistake where it is not."""
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if expected is Any or expected is None:
        return value
    if origin in (typing.Union, types.UnionType):
        kinds = [kind for kind in arguments if kind is not type(None)]
        return None if value is None else _convert(value, kinds[0], path, mistakes)
    if attrs.has(expected) and isinstance(value, Mapping):
        result, wrong = structure(value, expected, path)
        mistakes.extend(wrong)
        return result
    if origin is dict and isinstance(value, Mapping):
        return {key: _convert(part, arguments[1], f"{path}.{key}", mistakes) for key, part in value.items()}
    if origin in (tuple, list, frozenset, set) and isinstance(value, list):
        return origin(_convert(part, arguments[0], f"{path}[{row}]", mistakes) for row, part in enumerate(value))
    whole = isinstance(value, int) and not isinstance(value, bool)
    if expected is float and whole and abs(value) <= sys.float_info.max:
        return float(value)
    if isinstance(expected, type) and isinstance(value, expected) and not (expected is int and isinstance(value, bool)):
        return value
    mistakes.append(f"{path} must be {_words(expected)}, got {value!r}")
    return None


def _words(expected: Any) -> str:
    """Name a type as the author of a configuration file knows it."""
    names = {
        str: "a string",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        date: "a date such as 2025-12-24",
    }
    if expected in names:
        return names[expected]
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_words(kind) for kind in arguments if kind is not type(None))
    if origin in (tuple, list, frozenset, set):
        return f"a list, each {_words(arguments[0])}"
    return "a table" if origin is dict or attrs.has(expected) else str(expected)
