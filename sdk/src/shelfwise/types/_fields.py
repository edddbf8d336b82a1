"""Field builders shared by the value types: read-only arrays and amounts of money."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

MICROS = 1_000_000


def money(amount: float) -> float:
    """Round an amount to the millionth of the currency unit, the resolution of the wire."""
    try:
        return round(amount * MICROS) / MICROS
    except (OverflowError, ValueError):  # infinite, or not a number
        return float(amount)


def optional_money(amount: float | None) -> float | None:
    """Round an amount as :func:`money` does, leaving ``None`` alone."""
    return None if amount is None else money(amount)


def as_tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return the values as a tuple; text, which would fall into its letters, is refused."""
    if type(values) is tuple:
        return values
    if isinstance(values, str | bytes):
        raise TypeError(f"must be several values, got the text {values!r}; write ({values!r},) for one")
    return tuple(values)


def optional_tuple(values: Iterable[Any] | None) -> tuple[Any, ...] | None:
    """Return the values as :func:`as_tuple` does, leaving ``None`` alone."""
    return None if values is None else as_tuple(values)


def same_array(left: NDArray[Any], right: NDArray[Any]) -> bool:
    """Tell whether two arrays have the same shape and content, NaN being equal to NaN and NaT to NaT."""
    gaps = left.dtype.kind in "fM" and left.dtype.kind == right.dtype.kind
    return bool(np.array_equal(left, right, equal_nan=gaps))


def read_only(values: ArrayLike, dtype: Any) -> NDArray[Any]:
    """Return a read-only view of ``values`` as an array of ``dtype``; the caller's array stays writable."""
    array = np.asarray(values, dtype=dtype).view()
    array.flags.writeable = False
    return array


def optional_array(dtype: Any) -> Any:
    """Declare a field that holds an array as :func:`array` does, or by default ``None``."""

    def convert(values: ArrayLike | None) -> NDArray[Any] | None:
        return None if values is None else read_only(values, dtype)

    eq = attrs.cmp_using(eq=_same_or_none)  # type: ignore[attr-defined,unused-ignore]
    return attrs.field(converter=convert, eq=eq, default=None)


def _same_or_none(left: NDArray[Any] | None, right: NDArray[Any] | None) -> bool:
    return left is right if left is None or right is None else same_array(left, right)


def array(dtype: Any, *, amounts: bool = False, default: Any = attrs.NOTHING) -> Any:
    """Declare a field that holds a read-only numpy array of ``dtype``.

    ``amounts`` marks money, which is rounded to the millionth of the currency unit. ``default`` is a
    value, or an ``attrs.Factory`` of one, of which a fresh array is made.
    """

    def convert(values: ArrayLike) -> NDArray[Any]:
        if amounts:
            values = np.rint(np.asarray(values, dtype=np.float64) * MICROS) / MICROS
        return read_only(values, dtype)

    eq = attrs.cmp_using(eq=same_array)  # type: ignore[attr-defined,unused-ignore]
    return attrs.field(converter=convert, eq=eq, default=default)
