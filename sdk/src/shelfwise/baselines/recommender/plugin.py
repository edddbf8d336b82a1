"""The baseline recommender as a plugin: options, life cycle, and the slates of a request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.blocks import blocks
from shelfwise.baselines.recommender.histories import Profiles
from shelfwise.baselines.recommender.learned import Learned
from shelfwise.baselines.recommender.model import Settings
from shelfwise.baselines.recommender.profiles import profiles_of
from shelfwise.baselines.recommender.propensity import Evidence
from shelfwise.hookspecs import hookimpl
from shelfwise.slates import Candidates, Served, Shelf, SlateMaker, Visitors
from shelfwise.types import (
    Deadline,
    DeliveryCosts,
    Progress,
    Recommendations,
    RecommendRequest,
    State,
    StockOutlook,
)
from shelfwise.types.ranges import TUNE, Integers, Uniform

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["BaselineRecommender"]

_CELLS = 2_000_000
"""Scores held at a time, which bounds the memory of a batch."""
_UNIT = attrs.validators.and_(attrs.validators.ge(0.0), attrs.validators.le(1.0))


@attrs.define(eq=False)
class BaselineRecommender:
    """Recent popularity blended with what is bought together, and what is bought again.

    ``neighbours`` are kept per item; how co-occurrence is counted by ``shrinkage``, ``gap_decay`` and ``backward`` is
    said in :mod:`~shelfwise.baselines.recommender.neighbours`. ``exposure_days`` is the window of the purchase
    probabilities and of the exposure. ``incremental_share`` is the part of the purchases of shown items that would not
    have happened otherwise, as far as no random draw has told; an observational study of Amazon's recommendations puts
    it at a quarter at most (Sharma, Hofman and Watts 2015). ``contribution_weight`` is the weight of this sale's
    contribution, against relevance, where stock or delivery signals are given, and ``by_margin`` without them too; see
    :class:`~shelfwise.slates.Offers`.
    """

    neighbours: int = attrs.field(
        default=200, validator=attrs.validators.ge(1), metadata={TUNE: Integers(20, 1000, log=True)}
    )
    shrinkage: float = attrs.field(
        default=30.0, validator=attrs.validators.ge(0.0), metadata={TUNE: Uniform(1.0, 300.0, log=True)}
    )
    gap_decay: float = attrs.field(default=0.8, validator=_UNIT, metadata={TUNE: Uniform(0.3, 1.0)})
    backward: float = attrs.field(default=0.2, validator=_UNIT, metadata={TUNE: Uniform(0.0, 1.0)})
    exposure_days: int = attrs.field(default=28, validator=attrs.validators.ge(1))
    incremental_share: float = attrs.field(default=0.25, validator=_UNIT)
    contribution_weight: float = attrs.field(default=0.5, validator=_UNIT)
    by_margin: bool = False
    seed: int = 0
    _learned: Learned | None = attrs.field(init=False, default=None)
    _maker: SlateMaker | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Learn from the events of the data set."""
        from shelfwise.baselines.recommender.training import learn

        settings = Settings(
            neighbours=self.neighbours, shrinkage=self.shrinkage, gap_decay=self.gap_decay, backward=self.backward
        )
        window_days = float(self.exposure_days)
        self._learned = learn(dataset, settings, window_days=window_days, seed=self.seed, progress=progress)
        self._maker = None

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._learned is not None:
            self._learned.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._learned, self._maker = Learned.load(directory), None

    @hookimpl
    def recommend(
        self,
        request: RecommendRequest,
        state: State,
        stock_outlook: StockOutlook | None,
        delivery_costs: DeliveryCosts | None,
        deadline: Deadline,
    ) -> Recommendations | None:
        """Rank the catalogue for each customer; once the time is up, the rest gets what is popular in its zone."""
        known = self._learned
        if known is None:
            return None
        shelf = self._slates_of(known).shelf(request, state, stock_outlook, delivery_costs)
        most = max(1, _CELLS // max(1, len(known.memory.items)))
        served = []
        for visitors in shelf.visitors(most):
            seen = visitors.forgotten() if deadline.expired else visitors
            served.append(_serve(known, shelf, seen))
        return shelf.answer(served)

    def _slates_of(self, known: Learned) -> SlateMaker:
        maker = self._maker
        effects = known.effects(self.exposure_days, self.incremental_share)
        if maker is None:
            memory = known.memory
            maker = SlateMaker(memory.items, memory.customers, effects, told_apart=known.told_apart)
            maker.basket_lines, maker.vectors = known.lines, memory.attributes
            self._maker = maker
        # Options may be changed after training: what was learned does not depend on these.
        maker.contribution_weight, maker.by_margin, maker.effects = self.contribution_weight, self.by_margin, effects
        return maker


def _serve(known: Learned, shelf: Shelf, visitors: Visitors) -> Served:
    profiles = profiles_of(visitors, known.memory.histories)
    bought = profiles.bought
    candidates = Candidates.whole(_probability(known, visitors, profiles), impersonal=profiles.items.lengths == 0)
    chosen = shelf.choose(visitors, candidates, bought)
    return shelf.serve(visitors, chosen, known.explainer.reasons(chosen.item, visitors, profiles, bought))


def _probability(known: Learned, visitors: Visitors, profiles: Profiles) -> NDArray[np.float64]:
    """Return the purchase probabilities, of shape (customers, items), no two alike."""
    share = known.memory.popularity.shares(visitors.zones)
    log_share = np.log(share + 1e-9)
    chance = np.empty((len(profiles), len(known.memory.items)))
    for rows in blocks(*chance.shape):
        some, zone = profiles.take(rows), visitors.zone[rows]
        evidence = Evidence(*known.memory.recall(some), share[zone], log_share[zone])
        chance[rows] = np.minimum(known.propensity.of(some, evidence) + 1e-12 * known.tie, 1.0)
    return chance
