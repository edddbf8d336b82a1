"""The kinds of rule that requests are checked by: each says what is allowed and what was given."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from shelfwise.errors import Violation
from shelfwise.types import Index

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
SHOWN = 20
"""Violations listed of one long column; the rest are counted."""


class UnknownId(Violation):
    """A violation that is nothing but an id which is not on record."""


def is_finite(value: float) -> bool:
    """Tell whether a number is finite and fits a float, which not every whole number does."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def finite(path: str, value: float, least: float, *, above: bool = False) -> Iterator[Violation]:
    """Demand a finite number of at least, or above, ``least``."""
    if not (is_finite(value) and (value > least if above else value >= least)):
        bound = f"above {least:g}" if above else f"{least:g} or more"
        yield Violation(path, f"must be a finite number, {bound}, got {value}")


def whole_number(path: str, value: int, least: int, most: int) -> Iterator[Violation]:
    """Demand a number between ``least`` and ``most``."""
    if not least <= value <= most:
        yield Violation(path, f"must be between {least} and {most}, got {value}")


def finite_column(path: str, values: np.ndarray[Any, Any]) -> Iterator[Violation]:
    """Demand finite numbers of at least 0 in every row."""
    bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    for row in bad[:SHOWN]:
        yield Violation(f"{path}[{row}]", f"must be a finite number, 0 or more, got {values[row]}")
    if len(bad) > SHOWN:
        yield Violation(path, f"and {len(bad) - SHOWN} more rows like these")


def not_empty(path: str, value: str) -> Iterator[Violation]:
    """Demand a text."""
    if not value:
        yield Violation(path, "must not be empty")


def known_ids(path: str, ids: Sequence[str], index: Index, kind: str) -> Iterator[Violation]:
    """Demand that every id is on record."""
    bad = [row for row, identifier in enumerate(ids) if identifier not in index]
    for row in bad[:SHOWN]:
        yield unknown_id(f"{path}[{row}]", ids[row], index, kind)
    if len(bad) > SHOWN:
        yield UnknownId(path, f"and {len(bad) - SHOWN} more ids that are not on record")


def known_id(path: str, identifier: str, index: Index, kind: str) -> Iterator[Violation]:
    """Demand that an id is on record."""
    if identifier not in index:
        yield unknown_id(path, identifier, index, kind)


def unknown_id(path: str, identifier: str, allowed: Iterable[str], kind: str) -> Violation:
    """Say that an id is not on record, and which one was probably meant."""
    close = difflib.get_close_matches(identifier, list(allowed)[:5000], n=1, cutoff=0.8) if identifier else []
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return UnknownId(path, f"{identifier!r} is no {kind} on record{hint}")


def distinct(path: str, values: Sequence[object], field: str = "") -> Iterator[Violation]:
    """Demand that no value but the empty one stands there twice; ``field`` names where in its row it stands."""
    seen: dict[object, int] = {}
    for row, value in enumerate(values):
        first = seen.setdefault(value, row)
        if first != row and value:
            where = f"{path}[{row}].{field}" if field else f"{path}[{row}]"
            yield Violation(where, f"must be distinct, but {value!r} stands at [{first}] already")


def columns(path: str, table: object, names: Sequence[str]) -> Iterator[Violation]:
    """Demand columns of one dimension and of equal length."""
    given = {name: getattr(table, name) for name in names}
    shapes = {
        name: values.shape if isinstance(values, np.ndarray) else (len(values),) for name, values in given.items()
    }
    for name, shape in shapes.items():
        if len(shape) != 1:
            yield Violation(f"{path}.{name}", f"must have one dimension, got an array of shape {shape}")
    lengths = {name: shape[0] for name, shape in shapes.items() if len(shape) == 1}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{length} {name}" for name, length in lengths.items())
        yield Violation(path, f"must have columns of equal length, got {told}")


def is_in_range(moment: datetime) -> bool:
    """Tell whether a moment has a time zone and a year that a calendar knows."""
    return moment.utcoffset() is not None and EARLIEST <= moment <= LATEST


def moment_in_range(path: str, moment: datetime) -> Iterator[Violation]:
    """Demand a time zone and a year that a calendar knows."""
    if moment.utcoffset() is None:
        yield Violation(path, f"must have a time zone, got {moment.isoformat()}")
    elif not is_in_range(moment):
        yield Violation(path, f"must be between the years 1900 and 2200, got {moment.isoformat()}")


def ordered_moments(
    where: str, start_name: str, start: datetime | None, end_name: str, end: datetime | None
) -> Iterator[Violation]:
    """Demand that the end, where both are given, is not before the start."""
    for name, moment in ((start_name, start), (end_name, end)):
        if moment is not None:
            yield from moment_in_range(f"{where}.{name}", moment)
    if start and end and (start.utcoffset() is None) == (end.utcoffset() is None) and end < start:
        yield Violation(
            f"{where}.{end_name}", f"must not be before {start_name} {start.isoformat()}, got {end.isoformat()}"
        )


def coordinates(where: str, place: Any) -> Iterator[Violation]:
    """Demand latitude and longitude in degrees, both or neither."""
    for name, most in (("latitude", 90.0), ("longitude", 180.0)):
        value = getattr(place, name)
        if value is not None and not -most <= value <= most:
            yield Violation(f"{where}.{name}", f"must be between -{most:g} and {most:g} degrees, got {value}")
    if (place.latitude is None) != (place.longitude is None):
        yield Violation(where, "must have both latitude and longitude, or neither")
