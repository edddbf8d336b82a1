"""Beginnings of routes, each with all that decides how it may go on, extended stop by stop and many at a time."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.problem import Floats, Ints

__all__ = ["Labels"]

_LATE = 1e-5
"""Minutes that rounding may make a vehicle late, a little more than where routes are priced."""

_COMPARED = 12
"""Better beginnings that each is compared with."""


@attrs.frozen(eq=False)
class Labels:
    """Beginnings of routes: each array has a value, or a row, a beginning.

    ``visited`` is the set of the deliveries made and ``last`` the place reached, by a ``leg`` of so many minutes;
    ``rested`` and ``trips`` are counts.
    ``duration``, ``earliest`` and ``latest`` are as in a :class:`~shelfwise.routing.timing.Segment`; ``late`` is what
    lateness costs at least. Of the trip under way, ``collected`` is on board and ``most`` was at some time: shape
    (labels, 3). ``before`` is the beginning that each extends, ``reloads`` whether it does by another trip.
    """

    visited: Ints
    last: Ints
    rested: Ints
    trips: Ints
    km: Floats
    leg: Floats
    duration: Floats
    earliest: Floats
    latest: Floats
    late: Floats
    collected: Floats
    most: Floats
    before: Ints
    reloads: NDArray[np.bool_]

    @classmethod
    def start(cls, depot: int, opens: float, closes: float) -> Labels:
        """Return the one beginning at the depot that may leave from ``opens`` on and at ``closes`` at the latest."""
        none, zero = np.zeros(1, dtype=np.int64), np.zeros(1)
        return cls(
            visited=none,
            last=none + depot,
            rested=none,
            trips=none + 1,
            km=zero,
            leg=zero,
            duration=zero,
            earliest=zero + opens,
            latest=zero + closes,
            late=zero,
            collected=np.zeros((1, 3)),
            most=np.zeros((1, 3)),
            before=none,
            reloads=none > 0,
        )

    def __len__(self) -> int:
        return len(self.visited)

    def at(self, which: NDArray[np.bool_] | Ints) -> Labels:
        """Return some of the labels."""
        return Labels(*(getattr(self, field.name)[which] for field in attrs.fields(Labels)))

    @classmethod
    def together(cls, parts: list[Labels]) -> Labels:
        """Return all labels of several."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in attrs.fields(cls)))

    @property
    def arrives(self) -> Floats:
        """The earliest moment at which a beginning is done."""
        return self.earliest + self.duration

    def driven(self, km: Floats, minutes: Floats) -> Labels:
        """Return the labels after so many km and minutes on the road."""
        return attrs.evolve(self, km=self.km + km, leg=minutes, duration=self.duration + minutes)

    def visiting(self, minutes: Floats | float, opens: Floats | float, closes: Floats | float) -> Labels:
        """Return the labels after a visit in a window, without those that are too late for it."""
        keep = self.arrives <= closes + _LATE
        values = np.broadcast_arrays(minutes, opens, closes, self.duration)[:3]
        kept, (minutes, opens, closes) = self.at(keep), (value[keep] for value in values)
        wait = np.maximum(opens - kept.duration - kept.latest, 0.0)
        return attrs.evolve(
            kept,
            duration=kept.duration + minutes + wait,
            earliest=np.maximum(opens - kept.duration, kept.earliest) - wait,
            latest=np.minimum(closes - kept.duration, kept.latest),
        )

    def resting(self, rests: Floats) -> Iterator[Labels]:
        """Yield the labels that take none, one, two ... more breaks on the leg under way.

        ``rests`` are the earliest and the latest start and the minutes of all breaks, of shape (breaks, 3). One begins
        before the rest of the leg is driven, so up to a leg later than it may otherwise.
        """
        labels = self
        while len(labels):
            yield labels
            labels = labels.at(labels.rested < len(rests))
            earliest, latest, minutes = rests[labels.rested].T
            rested = attrs.evolve(labels, rested=labels.rested + 1)
            labels = rested.visiting(minutes, earliest, latest + labels.leg)

    def undominated(self) -> Labels:
        """Return the labels without those that another one with the same deliveries and the same place betters.

        A beginning that is done no later whenever it leaves, may leave as late, and is no worse off in all else, may
        go on as the other does. Each is compared with a few only.
        """
        group = (self.visited << 10) | (self.last << 4) | self.rested
        order = np.lexsort((self.arrives, self.km + self.late + self.duration, group))
        labels, group = self.at(order), group[order]
        lower = np.column_stack(
            [
                labels.km,
                labels.late,
                labels.duration,
                labels.arrives,
                -labels.latest,
                labels.trips,
                labels.collected,
                labels.most,
            ]
        )
        keep = np.ones(len(labels), dtype=np.bool_)
        for apart in range(1, min(_COMPARED, len(labels) - 1) + 1):
            worse = (group[apart:] == group[:-apart]) & (lower[:-apart] <= lower[apart:] + 1e-9).all(axis=1)
            keep[apart:] &= ~worse
        return labels.at(keep)
