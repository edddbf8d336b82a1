"""A deadline that can be brought forward."""

from __future__ import annotations

from threading import Event

import attrs

from shelfwise.types import Deadline

__all__ = ["Stoppable"]


@attrs.frozen
class Stoppable(Deadline):
    """It passes at once when ``stopped`` is set, so that a thread ends that works to it."""

    stopped: Event = attrs.field(factory=Event)

    def remaining(self) -> float:
        """Return the seconds left, none where it is stopped."""
        return 0.0 if self.stopped.is_set() else super().remaining()
