"""Long columns of numbers, copied as bytes instead of number by number.

On the wire a packed field of doubles is a tag, a length and the numbers themselves, little-endian: the memory of a
numpy array. Going through Python floats costs thirty times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet
from numpy.typing import NDArray

LENGTH_DELIMITED = 2
SHORT = 64
"""Below so many numbers the detour costs more than it saves."""


def write_doubles(message: Message, field: str, values: NDArray[np.float64]) -> None:
    """Append an array, in row-major order, to a field of doubles."""
    if values.size < SHORT:
        getattr(message, field).extend(values.ravel().tolist())
        return
    number = message.DESCRIPTOR.fields_by_name[field].number
    data = values.astype("<f8", copy=False).tobytes()
    message.MergeFromString(_varint(number << 3 | LENGTH_DELIMITED) + _varint(len(data)) + data)


def read_doubles(message: Message, *fields: str) -> tuple[NDArray[np.float64], ...]:
    """Return fields of doubles as flat arrays."""
    columns = [getattr(message, field) for field in fields]
    if sum(map(len, columns)) < SHORT:
        return tuple(np.array(column, dtype=np.float64) for column in columns)
    numbers = {message.DESCRIPTOR.fields_by_name[field].number: field for field in fields}
    raw: dict[str, bytes] = dict.fromkeys(fields, b"")
    for unknown in UnknownFieldSet(Empty.FromString(message.SerializeToString())):  # type: ignore[attr-defined]
        if unknown.field_number in numbers:
            raw[numbers[unknown.field_number]] = unknown.data
    return tuple(np.frombuffer(raw[field], dtype="<f8") for field in fields)


def read_column(column: Sequence[Any], dtype: Any) -> NDArray[Any]:
    """Return a short field of numbers as a flat array of ``dtype``."""
    return np.fromiter(column, dtype=dtype, count=len(column))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
