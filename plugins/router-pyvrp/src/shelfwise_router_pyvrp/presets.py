"""How long the search goes on where no deadline ends it."""

from __future__ import annotations

import attrs

__all__ = ["PRESETS", "Effort"]


@attrs.frozen
class Effort:
    """Iterations of PyVRP's operators, and rounds of ruin and recreate where something binds that they do not know.

    With 100 deliveries an iteration takes a third of a millisecond, and a round a sixth; with 1,000, one and a half.
    """

    iterations: int
    rounds: int


PRESETS = {"fast": Effort(3_000, 10_000), "balanced": Effort(30_000, 100_000), "best": Effort(300_000, 1_000_000)}
