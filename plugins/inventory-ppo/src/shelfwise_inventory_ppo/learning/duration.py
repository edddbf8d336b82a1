"""How long learning takes: so many steps, which is repeatable, or so many seconds, whichever is over first."""

from __future__ import annotations

import time
from collections.abc import Iterator

import attrs
from attrs.validators import gt

__all__ = ["Duration"]


@attrs.frozen
class Duration:
    """At most so many ``steps`` and ``seconds``."""

    steps: float = attrs.field(default=float("inf"), validator=gt(0))
    seconds: float = attrs.field(default=float("inf"), validator=gt(0))

    def passing(self) -> Iterator[float]:
        """Yield, a step at a time, the share of the time that has passed, from 0 to below 1."""
        started, step = time.monotonic(), 0
        while (passed := max(step / self.steps, (time.monotonic() - started) / self.seconds)) < 1.0:
            yield passed
            step += 1
