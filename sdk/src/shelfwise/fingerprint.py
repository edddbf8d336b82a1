"""A stable digest of a value type: equal values have equal digests, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator
from functools import cache

import attrs
import numpy as np


def fingerprint(*values: object) -> str:
    """Return 32 hexadecimal digits that depend on every field of every value."""
    digest = hashlib.blake2b(digest_size=16)
    for value in values:
        for part in _parts(value):
            digest.update(part)
    return digest.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    """Yield bytes that tell ``value`` from every other, each value being framed by its kind and length."""
    if isinstance(value, np.ndarray):
        yield f"a{value.dtype.str}{value.shape}".encode()
        yield value.tobytes() if value.dtype != object else repr(value.tolist()).encode()
    elif names := _field_names(type(value)):
        yield f"o{type(value).__name__}".encode()
        for name in names:
            yield from _parts(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        yield f"t{len(value)}".encode()
        for element in value:
            yield from _parts(element)
    elif isinstance(value, (frozenset, set)):
        yield from _parts(sorted(value))
    elif isinstance(value, dict):
        yield from _parts(sorted(value.items()))
    else:
        text = repr(value).encode()
        yield f"v{len(text)}".encode() + text


@cache
def _field_names(cls: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls)) if isinstance(cls, type) and attrs.has(cls) else ()
