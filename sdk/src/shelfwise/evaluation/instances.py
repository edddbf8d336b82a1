"""Benchmark instances of vehicle routing as ordinary route requests, with their best-known costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.errors import DataError
from shelfwise.types import Delivery, RouteRequest, State, TravelMatrix

__all__ = ["EPOCH", "Instance", "Rounding", "at", "read_instance", "rounded", "travel_matrix"]

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Time 0 of every instance: a unit of its clock is a minute, a unit of its plane a kilometre."""


class Rounding(StrEnum):
    """How the distance between two points of the plane becomes a number."""

    ROUND = "round"
    """The nearest integer, ``floor(d + 0.5)``: EUC_2D of TSPLIB, as the X set has it."""
    DIMACS = "dimacs"
    """Cut to one decimal: the rule of the 12th DIMACS implementation challenge for time windows."""
    EXACT = "exact"
    """As it is, in double precision."""


@attrs.frozen(eq=False)
class Instance:
    """A named request in which the cost of a plan is the objective of the benchmark.

    ``best_known`` is None where it is not known under this rounding.
    """

    name: str
    rounding: Rounding
    request: RouteRequest
    deliveries: tuple[Delivery, ...]
    state: State
    best_known: float | None = None


def read_instance(path: Path, rounding: Rounding | None = None) -> Instance:
    """Read a VRPLIB (``.vrp``) or Solomon (``.txt``) file; without a rounding, that of the format.

    Raises :class:`~shelfwise.errors.DataError` where the file cannot be used, naming what is not supported.
    """
    from shelfwise.evaluation.instances_solomon import read_solomon
    from shelfwise.evaluation.instances_vrplib import read_vrplib

    readers = {".vrp": read_vrplib, ".txt": read_solomon}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path}: an instance is a .vrp (VRPLIB) or a .txt (Solomon) file")
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error
    return reader(path, text, rounding)


def rounded(distance: ArrayLike, rounding: Rounding) -> NDArray[np.float64]:
    """Return distances under a rounding rule."""
    exact = np.asarray(distance, dtype=np.float64)
    if rounding is Rounding.ROUND:
        return np.asarray(np.floor(exact + 0.5))
    if rounding is Rounding.DIMACS:
        return np.asarray(np.floor(exact * 10.0) / 10.0)
    return exact


def at(units: float) -> datetime:
    """Return the moment at which the clock of an instance shows ``units``."""
    return EPOCH + timedelta(minutes=units)


def travel_matrix(places: Mapping[str, Sequence[float]], rounding: Rounding) -> TravelMatrix:
    """Return the Euclidean distances between named points of the plane, the same as km and as minutes."""
    points = np.array(list(places.values()), dtype=np.float64).reshape(-1, 2)
    apart = points[:, None, :] - points[None, :, :]
    distance = rounded(np.sqrt((apart**2).sum(axis=2)), rounding)
    return TravelMatrix(tuple(places), distance, distance)
