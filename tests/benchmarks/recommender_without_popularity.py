"""The baseline recommender without its popularity features."""

from __future__ import annotations

import attrs

from shelfwise.baselines.recommender import BaselineRecommender
from shelfwise.dataset import Dataset
from shelfwise.hookspecs import hookimpl
from shelfwise.types import Progress


@attrs.define(eq=False)
class WithoutPopularity(BaselineRecommender):
    """The baseline ranking by neighbours (and attributes) alone.

    In a 5-core data set a rare item is likely to be a target just because it is rare, which a popularity feature could
    exploit; this row cannot.
    """

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Train as usual, then take the weight off popularity."""
        super().train(dataset, progress)
        known = self._learned
        assert known is not None
        slope = known.propensity.new.slope.copy()
        slope[1] = 0.0
        new = attrs.evolve(known.propensity.new, slope=slope)
        self._learned = attrs.evolve(known, propensity=attrs.evolve(known.propensity, new=new, prior=1e-3))
