"""What networks learn from, and what tells them when to stop: series seen from origins of the past."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["Lesson"]


@attrs.frozen(eq=False)
class Lesson:
    """Views of series ``row`` from before period ``origin`` on the ``steps`` that follow, up to period ``end``.

    What lies at ``end`` or after it is not told, so that nothing which is learned is checked as well.
    """

    row: NDArray[np.int64]
    origin: NDArray[np.int64]
    steps: int
    end: int

    @classmethod
    def to_learn(cls, panel: Panel, horizon: int, end: int) -> Lesson:
        """Return all views from origins before ``end`` that have a record."""
        return cls._of(panel, 1, end - 1, horizon, end)

    @classmethod
    def to_check(cls, panel: Panel, horizon: int, end: int) -> Lesson:
        """Return all views from ``end`` on that tell of something, of no more steps than are known from there."""
        steps = min(horizon, panel.known - end)
        views = cls._of(panel, end, panel.known - steps if steps else 0, steps, panel.known)
        told = panel.mask[views.row[:, None], views.origin[:, None] + np.arange(steps)].any(axis=1)
        return attrs.evolve(views, row=views.row[told], origin=views.origin[told])

    @classmethod
    def _of(cls, panel: Panel, first: int, last: int, steps: int, end: int) -> Lesson:
        recorded = panel.mask.cumsum(axis=1)[:, first - 1 : max(last, first - 1)] > 0
        row, place = np.nonzero(recorded)
        return cls(row, place + first, steps, end)

    def __len__(self) -> int:
        return self.row.size

    def drawn(self, views: int, generator: np.random.Generator) -> Lesson:
        """Return so many of the views, drawn at random, over again where there are too few; none of none."""
        chosen = generator.integers(0, self.row.size, views if len(self) else 0)
        return attrs.evolve(self, row=self.row[chosen], origin=self.origin[chosen])

    def batches(self, rows: int) -> Iterator[Lesson]:
        """Return the views in parts of about so many."""
        for some in np.array_split(np.arange(len(self)), max(1, len(self) // rows)):
            yield attrs.evolve(self, row=self.row[some], origin=self.origin[some])
