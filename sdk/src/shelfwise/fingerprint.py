"""A stable digest of a value type: equal values have equal digests, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any

import attrs
import numpy as np

_PLAIN = frozenset({str, int, float, bool, type(None), date, datetime})
"""Types whose ``repr`` tells equal values from different ones."""


def fingerprint(*values: object) -> str:
    """Return 32 hexadecimal digits that depend on every field of every value."""
    parts: list[object] = []
    for value in values:
        _flatten(value, parts)
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _flatten(value: Any, parts: list[object]) -> None:
    """Append plain values that together tell ``value`` from every other of its type."""
    kind: Any = type(value)
    if kind in _PLAIN:
        parts.append(value)
    elif fields := _fields(kind):
        parts.append(kind.__name__)
        _flatten_all(fields(value), parts)
    elif kind is tuple:
        parts.append(len(value))
        _flatten_all(value, parts)
    elif isinstance(value, frozenset):
        _flatten(tuple(sorted(value)), parts)
    elif isinstance(value, dict):
        _flatten(tuple(sorted(value.items())), parts)
    elif isinstance(value, np.ndarray):
        parts += [value.dtype.str, value.shape, value.tobytes() if value.dtype != object else value.tolist()]
    else:
        parts.append(str(value))  # a member of an enumeration


def _flatten_all(values: tuple[Any, ...], parts: list[object]) -> None:
    for value in values:
        if type(value) in _PLAIN:
            parts.append(value)
        else:
            _flatten(value, parts)


@cache
def _fields(kind: Any) -> Callable[[object], tuple[Any, ...]] | None:
    """Return what reads all fields of an attrs class at once, or None for another type."""
    if not attrs.has(kind):
        return None
    names = [field.name for field in attrs.fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
