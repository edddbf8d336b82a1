"""The baseline recommender as a plugin: options, life cycle, and the slates of a request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.catalogue import Catalogue
from shelfwise.baselines.recommender.exposure import Tally
from shelfwise.baselines.recommender.histories import Profile
from shelfwise.baselines.recommender.learned import Learned
from shelfwise.baselines.recommender.model import Settings
from shelfwise.baselines.recommender.offers import Offer, Offers
from shelfwise.baselines.recommender.propensity import Evidence
from shelfwise.baselines.recommender.rules import blocked_items
from shelfwise.baselines.recommender.session import Visitor, visitor
from shelfwise.baselines.recommender.slates import Shelf
from shelfwise.hookspecs import hookimpl
from shelfwise.types import (
    Deadline,
    DeliveryCosts,
    Exposure,
    Index,
    Progress,
    Recommendations,
    RecommendRequest,
    State,
    StockOutlook,
)
from shelfwise.types.ranges import TUNE, Integers

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["BaselineRecommender"]

_CELLS = 2_000_000
"""Scores held at a time, which bounds the memory of a batch."""
_UNIT = attrs.validators.and_(attrs.validators.ge(0.0), attrs.validators.le(1.0))


@attrs.define(eq=False)
class BaselineRecommender:
    """Recent popularity blended with what is bought together, and what is bought again.

    ``neighbours`` are kept per item. ``exposure_days`` is the window of the purchase probabilities and of the
    exposure. ``incremental_share`` is the part of the purchases of shown items that would not have happened otherwise;
    an observational study of Amazon's recommendations puts it at a quarter at most (Sharma, Hofman and Watts 2015).
    ``contribution_weight`` is the weight of this sale's contribution, against relevance, where stock or delivery
    signals are given; see :class:`~shelfwise.baselines.recommender.offers.Offers`.
    """

    neighbours: int = attrs.field(
        default=200, validator=attrs.validators.ge(1), metadata={TUNE: Integers(20, 1000, log=True)}
    )
    exposure_days: int = attrs.field(default=28, validator=attrs.validators.ge(1))
    incremental_share: float = attrs.field(default=0.25, validator=_UNIT)
    contribution_weight: float = attrs.field(default=0.5, validator=_UNIT)
    seed: int = 0
    _learned: Learned | None = attrs.field(init=False, default=None)
    _catalogue: Catalogue | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Learn from the events of the data set."""
        from shelfwise.baselines.recommender.training import learn

        settings = Settings(neighbours=self.neighbours)
        window_days = float(self.exposure_days)
        self._learned = learn(dataset, settings, window_days=window_days, seed=self.seed, progress=progress)
        self._catalogue = None

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._learned is not None:
            self._learned.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._learned, self._catalogue = Learned.load(directory), None

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
        catalogue = self._catalogue_of(state)
        offers = Offers.of(
            catalogue, state, stock_outlook, delivery_costs, weight=self.contribution_weight, lines=known.lines
        )
        shelf = Shelf(
            items=known.memory.items,
            names=catalogue.names,
            price=catalogue.price_on_the_day(state, known.memory.items),
            rule=blocked_items(request, known.memory.items, catalogue),
            nodes=offers.nodes,
            explainer=known.explainer,
            today=state.as_of.date(),
            size=request.slate_size,
            exclude_purchased=request.exclude_purchased,
        )
        slates, tally, terms = [], Tally(), _Terms(known, offers)
        for one, (interest, companionship, affinity) in _recalled(known, request, state, deadline):
            zone = terms.of(one.zone)
            evidence = Evidence(interest, companionship, affinity, zone.share, zone.log_share)
            chance = np.minimum(known.propensity.of(one.profile, evidence) + 1e-12 * known.tie, 1.0)
            slate, chosen = shelf.slate(one, chance, zone.offer)
            slates.append(slate)
            tally.add(chosen, zone.offer.node[chosen], known.expected_visits(one.customer_id), chance[chosen])
        return Recommendations(tuple(slates), self._exposure(tally, known, offers.nodes, state))

    def _catalogue_of(self, state: State) -> Catalogue:
        assert self._learned is not None
        if self._catalogue is None or self._catalogue.source is not state.items:
            self._catalogue = Catalogue.of(self._learned.memory.items, state.items)
        return self._catalogue

    def _exposure(self, tally: Tally, known: Learned, nodes: Index, state: State) -> Exposure:
        return tally.exposure(
            known.memory.items,
            nodes,
            extra_per_purchase=self.incremental_share * known.units,
            node_share=known.share_of_nodes(nodes),
            weekday_share=known.weekday_share,
            starts_on=state.starts_on,
            days=self.exposure_days,
        )


@attrs.frozen(eq=False)
class _Zone:
    offer: Offer
    share: NDArray[np.float64]
    log_share: NDArray[np.float64]


@attrs.frozen(eq=False)
class _Terms:
    """What holds for all customers of a zone, worked out once a request."""

    known: Learned
    offers: Offers
    zones: dict[str, _Zone] = attrs.field(factory=dict)

    def of(self, zone: str) -> _Zone:
        if zone not in self.zones:
            share = self.known.memory.popularity.share(zone)
            self.zones[zone] = _Zone(self.offers.to(zone), share, np.log(share + 1e-9))
        return self.zones[zone]


def _recalled(
    known: Learned, request: RecommendRequest, state: State, deadline: Deadline
) -> Iterator[tuple[Visitor, tuple[NDArray[np.float64], ...]]]:
    """Yield each customer of the request with the rows of a recollection, worked out in chunks."""
    memory = known.memory
    chunk = max(1, _CELLS // max(1, len(memory.items)))
    for start in range(0, len(request.customers), chunk):
        some = [visitor(customer, state, memory) for customer in request.customers[start : start + chunk]]
        if deadline.expired:
            some = [attrs.evolve(one, profile=Profile()) for one in some]
        yield from zip(some, zip(*memory.recall([one.profile for one in some]), strict=True), strict=True)
