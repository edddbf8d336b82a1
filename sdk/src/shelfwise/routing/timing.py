"""Time windows of whole segments of a route, so that joining two of them costs the same as adding two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = ["ANY_TIME", "Segment", "backward", "forward", "join", "join_duration", "join_one", "through"]

ANY_TIME = 1e9
"""Minutes beyond every window: finite, so that differences stay numbers."""

_LATE = 1e-6
"""Minutes that rounding may make a vehicle late."""


class Segment(NamedTuple):
    """Consecutive visits: shortest duration, and the earliest and latest start at which it takes no longer.

    Minutes, as floats or as arrays of one shape. A segment that no start can serve in time has infinite duration.
    """

    duration: Any
    earliest: Any
    latest: Any


def join_one(first: Segment, second: Segment, travel: float) -> Segment:
    """Return ``first``, a journey of ``travel`` minutes and ``second`` as one segment, all of them floats.

    Vidal, Crainic, Gendreau & Prins (2013), equations 10 to 14, with windows that may not be violated.
    """
    gone = first.duration + travel
    if first.earliest + gone > second.latest + 2.0 * _LATE:
        return Segment(np.inf, first.earliest, first.latest)
    wait = second.earliest - gone - first.latest
    wait = max(wait, 0.0)
    return Segment(
        gone + second.duration + wait,
        max(second.earliest - gone - wait, first.earliest - wait),
        min(second.latest - gone, first.latest),
    )


def forward(first: Segment, visits: Sequence[Segment], legs: Sequence[float]) -> list[Segment]:
    """Return the segments from the beginning of ``first`` through each of the visits that follow it.

    The same as :func:`join_one` over and over, written out since routes change all the time.
    """
    duration, earliest, latest = first
    segments = []
    for (service, opens, closes), leg in zip(visits, legs, strict=True):
        gone = duration + leg
        if earliest + gone > closes + 2.0 * _LATE:
            gone = np.inf
        wait = max(opens - gone - latest, 0.0)
        earliest = max(opens - gone, earliest) - wait
        latest = min(closes - gone, latest) if gone < np.inf else latest
        duration = gone + service + wait
        segments.append(Segment(duration, earliest, latest))
    return segments


def through(first: Segment, visits: Sequence[Segment], legs: Sequence[float]) -> float:
    """Return the duration of ``first`` and all visits that follow it: that of the last segment of :func:`forward`."""
    duration, earliest, latest = first
    for (service, opens, closes), leg in zip(visits, legs, strict=True):
        gone = duration + leg
        if earliest + gone > closes + 2.0 * _LATE:
            return np.inf
        wait = max(opens - gone - latest, 0.0)
        earliest = max(opens - gone, earliest) - wait
        latest = min(closes - gone, latest)
        duration = gone + service + wait
    return float(duration)


def backward(last: Segment, visits: Sequence[Segment], legs: Sequence[float]) -> list[Segment]:
    """Return the segments from each of the visits to the end of ``last``, which follows them; in their order."""
    duration, earliest, latest = last
    segments = []
    for (service, opens, closes), leg in zip(reversed(visits), reversed(legs), strict=True):
        gone = service + leg
        if opens + gone > latest + 2.0 * _LATE:
            gone = np.inf
        wait = max(earliest - gone - closes, 0.0)
        earliest = max(earliest - gone, opens) - wait
        latest = min(latest - gone, closes) if gone < np.inf else closes
        duration = gone + duration + wait
        segments.append(Segment(duration, earliest, latest))
    return segments[::-1]


def join(first: Segment, second: Segment, travel: Any) -> Segment:
    """Return the same as :func:`join_one` for arrays, which broadcast; a little stricter, so that both agree."""
    gone = first.duration + travel
    wait = np.maximum(second.earliest - gone - first.latest, 0.0)
    late = first.earliest + gone > second.latest + _LATE
    return Segment(
        np.where(late, np.inf, gone + second.duration + wait),
        np.maximum(second.earliest - gone, first.earliest) - wait,
        np.where(late, first.latest, np.minimum(second.latest - gone, first.latest)),
    )


def join_duration(first: Segment, second: Segment, travel: Any) -> Any:
    """Return the duration of :func:`join` alone."""
    gone = first.duration + travel
    wait = np.maximum(second.earliest - gone - first.latest, 0.0)
    late = first.earliest + gone > second.latest + _LATE
    return np.where(late, np.inf, gone + second.duration + wait)
