"""Everything the recommender has learned from the past, and how it scores customers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.baselines.recommender.histories import Histories, Profile
from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.baselines.recommender.neighbours import item_neighbours
from shelfwise.baselines.recommender.popularity import Popularity
from shelfwise.types import Index

__all__ = ["Memory", "Settings"]


@attrs.frozen
class Settings:
    """How co-occurrence is counted; see :func:`~shelfwise.baselines.recommender.neighbours.item_neighbours`."""

    neighbours: int = 200
    gap: int = 8
    gap_decay: float = 0.8
    backward: float = 0.2
    shrinkage: float = 30.0
    history_decay: float = 0.7


@attrs.frozen(eq=False, slots=False)
class Memory:
    """What is remembered of the past: who had what, what goes with what, and what sells."""

    items: Index
    customers: Index
    neighbours: sparse.csr_array
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
        neighbours = item_neighbours(
            past,
            neighbours=settings.neighbours,
            gap=settings.gap,
            gap_decay=settings.gap_decay,
            backward=settings.backward,
            shrinkage=settings.shrinkage,
        )
        return cls(
            items=past.items,
            customers=past.customers,
            neighbours=neighbours,
            histories=Histories.of(past, decay=settings.history_decay, now=now),
            popularity=Popularity.of(past, now=now, half_life_days=half_life_days, zone=zone, zones=zones),
            attributes=attributes,
        )

    @cached_property
    def _bearers(self) -> sparse.csr_array:
        """The attributes' items, of shape (attributes, items)."""
        return sparse.csr_array(self.attributes.T.tocsr())

    def recall(self, profiles: Sequence[Profile]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each customer's interest in and affinity to every item, of shape (profiles, items) both.

        Interest is how strongly what the customer has had calls for an item; affinity, from 0 to 1, is the cosine
        between the attributes of the item and of what the customer has had.
        """
        none = np.zeros(0)
        start = np.concatenate([[0], np.cumsum([profile.item.size for profile in profiles], dtype=np.int64)])
        item = np.concatenate([none.astype(np.int64), *(profile.item for profile in profiles)])
        weight = np.concatenate([none, *(profile.weight for profile in profiles)])
        had = sparse.csr_array((weight, item, start), shape=(len(profiles), len(self.items)))
        interest = np.asarray((had @ self.neighbours).toarray())
        if not self.attributes.nnz:
            return interest, np.zeros(interest.shape)
        taste = had @ self.attributes
        length = np.sqrt(taste.multiply(taste).sum(axis=1))
        affinity = np.asarray((taste @ self._bearers).toarray())
        return interest, affinity / np.where(length > 0, length, 1.0)[:, None]
