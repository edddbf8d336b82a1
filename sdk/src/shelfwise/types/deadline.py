"""A point in time by which an answer is due."""

from __future__ import annotations

import math
import time

import attrs


@attrs.frozen
class Deadline:
    """A moment of the monotonic clock; plugins stop improving and return their best answer before it."""

    ends_at: float = math.inf

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline ``seconds`` from now."""
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Return the seconds left, never below zero and infinite where there is no deadline."""
        return max(0.0, self.ends_at - time.monotonic())

    @property
    def expired(self) -> bool:
        """Whether no time is left."""
        return self.remaining() <= 0.0

    def share(self, fraction: float) -> Deadline:
        """Return the deadline after ``fraction`` (0 to 1) of the time that is left."""
        return self if math.isinf(self.ends_at) else Deadline.after(self.remaining() * fraction)
