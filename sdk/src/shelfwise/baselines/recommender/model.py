"""Everything the recommender has learned from the past, and how it scores customers."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.histories import Histories, Profiles
from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.baselines.recommender.neighbours import Across, item_neighbours
from shelfwise.baselines.recommender.popularity import Popularity
from shelfwise.types import Index

__all__ = ["Memory", "Recollection", "Settings"]


@attrs.frozen
class Settings:
    """How co-occurrence is counted; see :func:`~shelfwise.baselines.recommender.neighbours.item_neighbours`."""

    neighbours: int = 200
    gap: int = 8
    gap_decay: float = 0.8
    backward: float = 0.2
    shrinkage: float = 30.0
    history_decay: float = 0.7


_MOST_LINES = 2_000_000
"""Lines among which co-occurrence is counted, the newest, which bounds memory and time of training."""


class Recollection(NamedTuple):
    """What speaks for each item besides its popularity, arrays of shape (customers, items).

    ``interest`` is how strongly what the customer has had calls for it, ``companionship`` how strongly the current
    session does, and ``affinity``, from 0 to 1, the cosine between its attributes and those of what was had.
    """

    interest: NDArray[np.float64]
    companionship: NDArray[np.float64]
    affinity: NDArray[np.float64]


@attrs.frozen(eq=False, slots=False)
class Memory:
    """What is remembered of the past: who had what, what goes with what, and what sells.

    ``neighbours`` count items within a customer's baskets and across them, ``companions`` within a basket only.
    """

    items: Index
    customers: Index
    neighbours: sparse.csr_array
    companions: sparse.csr_array
    histories: Histories
    popularity: Popularity
    attributes: sparse.csr_array

    @classmethod
    def of(
        cls,
        past: Interactions,
        settings: Settings,
        *,
        now: float,
        half_life_days: float,
        zone: NDArray[np.int64],
        zones: Index,
        attributes: sparse.csr_array,
    ) -> Memory:
        """Count the past up to the day ``now``.

        ``zone`` holds each customer's position in ``zones`` (-1 unknown), ``attributes`` each item's as a unit vector.
        """
        across = Across(settings.gap, settings.gap_decay, settings.backward)
        recent = past.latest(_MOST_LINES)
        baskets = recent.matrix()
        most, shrinkage = settings.neighbours, settings.shrinkage
        return cls(
            items=past.items,
            customers=past.customers,
            neighbours=item_neighbours(recent, baskets, across, most=most, shrinkage=shrinkage),
            companions=item_neighbours(recent, baskets, None, most=most, shrinkage=shrinkage),
            histories=Histories.of(past, decay=settings.history_decay, now=now),
            popularity=Popularity.of(past, now=now, half_life_days=half_life_days, zone=zone, zones=zones),
            attributes=attributes,
        )

    @cached_property
    def _bearers(self) -> sparse.csr_array:
        """The attributes' items, of shape (attributes, items)."""
        return sparse.csr_array(self.attributes.T.tocsr())

    def recall(self, profiles: Profiles) -> Recollection:
        """Return what speaks for each item in each customer's case, without popularity."""
        had = profiles.matrix(profiles.weight, len(self.items))
        interest = np.asarray((had @ self.neighbours).toarray())
        companionship = affinity = np.broadcast_to(0.0, interest.shape)
        if profiles.session.any():
            session = profiles.matrix(profiles.session, len(self.items))
            companionship = np.asarray((session @ self.companions).toarray())
        if self.attributes.nnz:
            taste = had @ self.attributes
            length = np.sqrt(taste.multiply(taste).sum(axis=1))
            affinity = np.asarray((taste @ self._bearers).toarray()) / np.where(length > 0, length, 1.0)[:, None]
        return Recollection(interest, companionship, affinity)
