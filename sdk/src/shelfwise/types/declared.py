"""Whether a value holds what the annotations of its fields declare, down to the last element.

A type checker tells the author of a program; this tells whoever runs it. The attrs classes themselves hold whatever
they are given, because one that refused its first bad value could not report the second.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from numbers import Integral, Real
from operator import attrgetter
from reprlib import Repr
from typing import Any, Protocol

import attrs
import numpy as np

SHOWN = 20
"""Misfits told of one long column; the rest are counted."""
FEW = 4
"""So many values are looked at column by column rather than one by one."""
Misfits = list[tuple[str, str]]
"""Field paths, each with what is allowed there."""
_REPR = Repr()
_REPR.maxstring = _REPR.maxother = 80
_told = _REPR.repr


def as_declared(value: Any, kind: Any, name: str) -> tuple[Any, Misfits]:
    """Return a value of the attrs class ``kind`` with a harmless stand-in for all that is of the wrong type.

    A value without misfits is returned as it is. ``name`` is what the value as a whole is called.
    """
    form = _form(kind)
    if form.fits(value):
        return value, []
    misfits: Misfits = []
    return form.mended(value, "", misfits), [(path or name, words) for path, words in misfits]


class _Form(Protocol):
    """What a field may hold."""

    words: str

    def fits(self, value: Any) -> bool:
        """Tell whether a value may stand here."""

    def all_fit(self, values: Collection[Any]) -> bool:
        """Tell whether many values may."""

    def mended(self, value: Any, path: str, misfits: Misfits) -> Any:
        """Return a value that may, having noted what may not."""

    def stand_in(self) -> Any:
        """Return any value that may."""


class _Plain:
    """Values of one type; a bool is no number, and a moment no day."""

    def __init__(self, kind: Any, words: str, stand_in: Any, but: Any = ()) -> None:
        self.words = words
        self._kind, self._but, self._stand_in = kind, but, stand_in
        self._seen: set[type] = set()

    def fits(self, value: Any) -> bool:
        return isinstance(value, self._kind) and not isinstance(value, self._but)

    def all_fit(self, values: Collection[Any]) -> bool:
        kinds = set(map(type, values))
        if kinds <= self._seen:
            return True
        if not all(map(self.fits, values)):
            return False
        self._seen |= kinds
        return True

    def mended(self, value: Any, path: str, misfits: Misfits) -> Any:
        if self.fits(value):
            return value
        misfits.append((path, f"must be {self.words}, got {_told(value)}"))
        return self._stand_in

    def stand_in(self) -> Any:
        return self._stand_in

    def or_none(self) -> _Plain:
        return _Plain(self._kind | None, f"{self.words} or None", self._stand_in, self._but)


class _Maybe:
    """None, or values with elements or fields."""

    def __init__(self, form: _Form) -> None:
        self.words = f"{form.words} or None"
        self._form = form

    def fits(self, value: Any) -> bool:
        return value is None or self._form.fits(value)

    def all_fit(self, values: Collection[Any]) -> bool:
        return all(map(self.fits, values))

    def mended(self, value: Any, path: str, misfits: Misfits) -> Any:
        return None if value is None else self._form.mended(value, path, misfits)

    def stand_in(self) -> Any:
        return self._form.stand_in()


class _Several:
    """A tuple or frozenset of one form; the elements of a set have no path of their own."""

    def __init__(self, kind: type[Any], form: _Form) -> None:
        self.words = f"a {kind.__name__}, each element {form.words}"
        self._kind, self._form = kind, form

    def fits(self, value: Any) -> bool:
        return isinstance(value, self._kind) and (not value or self._form.all_fit(value))

    def all_fit(self, values: Collection[Any]) -> bool:
        return all(map(self.fits, values))

    def mended(self, value: Any, path: str, misfits: Misfits) -> Any:
        if not isinstance(value, self._kind):
            misfits.append((path, f"must be {self.words}, got {_told(value)}"))
            return self._kind()
        ordered = self._kind is tuple
        found: Misfits = []
        elements = self._kind(
            self._form.mended(element, f"{path}[{row}]" if ordered else path, found)
            for row, element in enumerate(value)
        )
        misfits += found[:SHOWN]
        if len(found) > SHOWN:
            misfits.append((path, f"and {len(found) - SHOWN} more elements like these"))
        return elements

    def stand_in(self) -> Any:
        return self._kind()


class _Record:
    """An attrs class and the forms of its fields. Types of field values that fit once are known the next time."""

    def __init__(self, kind: type[Any]) -> None:
        self.words = f"of type {kind.__name__}"
        self._kind = kind
        hints = typing.get_type_hints(kind)
        self._fields = {field.name: _form(hints[field.name]) for field in attrs.fields(kind)}
        self._values: Callable[[Any], tuple[Any, ...]] = attrgetter(*self._fields)
        self._inside = [
            (column, form) for column, form in enumerate(self._fields.values()) if not isinstance(form, _Plain)
        ]
        self._seen: set[tuple[type, ...]] = set()

    def fits(self, value: Any) -> bool:
        if not isinstance(value, self._kind):
            return False
        values = self._values(value)
        types_ = tuple(map(type, values))
        if types_ not in self._seen:
            if not all(form.fits(entry) for form, entry in zip(self._fields.values(), values, strict=True)):
                return False
            self._seen.add(types_)
            return True
        for column, form in self._inside:
            entry = values[column]
            if entry and not form.fits(entry):
                return False
        return True

    def all_fit(self, values: Collection[Any]) -> bool:
        if len(values) < FEW or set(map(type, values)) != {self._kind}:
            return all(map(self.fits, values))
        columns = zip(*map(self._values, values), strict=True)
        return all(form.all_fit(column) for form, column in zip(self._fields.values(), columns, strict=True))

    def mended(self, value: Any, path: str, misfits: Misfits) -> Any:
        if not isinstance(value, self._kind):
            misfits.append((path, f"must be {self.words}, got {_told(value)}"))
            return self.stand_in()
        changes = {}
        for name, form in self._fields.items():
            entry = getattr(value, name)
            if not form.fits(entry):
                changes[name] = form.mended(entry, f"{path}.{name}" if path else name, misfits)
        return attrs.evolve(value, **changes)

    def stand_in(self) -> Any:
        required = [field.name for field in attrs.fields(self._kind) if field.default is attrs.NOTHING]
        return self._kind(**{name: self._fields[name].stand_in() for name in required})


_PLAIN: dict[Any, _Form] = {
    str: _Plain(str, "text", ""),
    int: _Plain(Integral, "a whole number", 0, bool),
    float: _Plain(Real, "a number", 0.0, bool),
    bool: _Plain(bool | np.bool_, "True or False", stand_in=False),
    datetime: _Plain(datetime, "a datetime with a time zone", datetime(1970, 1, 1, tzinfo=UTC)),
    date: _Plain(date, "a date without a time", date(1970, 1, 1), datetime),
}


@cache
def _form(annotation: Any) -> Any:
    """Return the form that an annotation declares."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if origin in (typing.Union, types.UnionType):
        (kind,) = set(arguments) - {type(None)}
        form = _form(kind)
        return form.or_none() if isinstance(form, _Plain) else _Maybe(form)
    if origin in (tuple, frozenset):
        return _Several(origin, _form(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        words = "one of " + ", ".join(f"{annotation.__name__}.{word.name}" for word in annotation)
        return _Plain(annotation, words, next(iter(annotation)))
    if origin is np.ndarray:
        return _Plain(np.ndarray, "an array", ())
    return _Record(annotation)
