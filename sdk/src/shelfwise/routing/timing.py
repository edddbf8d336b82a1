"""Time windows of whole segments of a route, so that joining two of them costs the same as adding two numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["ANY_TIME", "Segment", "join", "join_one"]

ANY_TIME = 1e9
"""Minutes beyond every window: finite, so that differences stay numbers."""


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
    if first.earliest + gone > second.latest:
        return Segment(np.inf, first.earliest, first.latest)
    wait = second.earliest - gone - first.latest
    wait = max(wait, 0.0)
    return Segment(
        gone + second.duration + wait,
        max(second.earliest - gone - wait, first.earliest - wait),
        min(second.latest - gone, first.latest),
    )


def join(first: Segment, second: Segment, travel: Any) -> Segment:
    """Return the same as :func:`join_one` for arrays, which broadcast."""
    gone = first.duration + travel
    wait = np.maximum(second.earliest - gone - first.latest, 0.0)
    late = first.earliest + gone > second.latest
    return Segment(
        np.where(late, np.inf, gone + second.duration + wait),
        np.maximum(second.earliest - gone, first.earliest) - wait,
        np.where(late, first.latest, np.minimum(second.latest - gone, first.latest)),
    )
