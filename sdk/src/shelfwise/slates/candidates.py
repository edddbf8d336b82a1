"""What a recommender hands in, and what is chosen of it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Candidates", "Chosen", "Reserve"]


@attrs.frozen(eq=False)
class Candidates:
    """Items that may stand in the slates: arrays of shape (customers, width).

    ``item`` holds positions in the model's items, -1 where a row is shorter, each item at most once a row; of equal
    scores the earlier column wins. ``probability`` is that of a purchase within the exposure window, from 0 to 1.
    ``relevance``, 0 or more, is what to rank by, the probability by default. ``impersonal``, of shape (customers,),
    tells where no personal data was used; by default where there was none.

    Items that a rule blocks may be among them: they are named as withheld where they would have stood in the slate.
    """

    item: NDArray[np.int64]
    probability: NDArray[np.float64]
    relevance: NDArray[np.float64] | None = None
    impersonal: NDArray[np.bool_] | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be ranked.

        Raises:
            ValueError: Shapes differ, a probability is not from 0 to 1, or a relevance not a finite number from 0 on.
        """
        if self.item.shape != self.probability.shape or self.item.ndim != 2:
            shapes = f"{self.item.shape} and {self.probability.shape}"
            raise ValueError(f"item and probability must have one shape (customers, width), got {shapes}")
        if self.probability.size and not (self.probability.min() >= 0.0 and self.probability.max() <= 1.0):
            raise ValueError("a purchase probability must be a number from 0 to 1; clip what a model gives")
        relevance = self.relevance
        if relevance is not None and relevance.size and not (relevance.min() >= 0.0 and relevance.max() < np.inf):
            raise ValueError("relevance must be a finite number, 0 or more, where a slate is ranked by it")

    @classmethod
    def whole(
        cls,
        probability: NDArray[np.float64],
        relevance: NDArray[np.float64] | None = None,
        impersonal: NDArray[np.bool_] | None = None,
    ) -> Candidates:
        """Return all items as candidates; the arrays have shape (customers, items)."""
        item = np.broadcast_to(np.arange(probability.shape[1]), probability.shape)
        return cls(item, probability, relevance, impersonal)

    def take(self, rows: NDArray[np.int64]) -> Candidates:
        """Return the candidates of some customers, in the order asked."""
        return Candidates(
            item=self.item[rows],
            probability=self.probability[rows],
            relevance=None if self.relevance is None else self.relevance[rows],
            impersonal=None if self.impersonal is None else self.impersonal[rows],
        )

    def beside(self, reserve: Reserve, rows: NDArray[np.int64], items: int) -> Candidates:
        """Return the candidates of some rows followed by what the reserve has besides; ``items`` are there in all."""
        item, shape = self.item[rows], (rows.size, reserve.item.size)
        present = np.zeros((rows.size, items + 1), dtype=bool)
        np.put_along_axis(present, item, values=True, axis=1)  # the last column takes the padding
        more = np.where(present[:, reserve.item], -1, reserve.item)
        relevance = None
        if self.relevance is not None or reserve.relevance is not None:
            ours = self.probability if self.relevance is None else self.relevance
            theirs = reserve.probability if reserve.relevance is None else reserve.relevance
            relevance = np.concatenate([ours[rows], np.broadcast_to(theirs, shape)], axis=1)
        return Candidates(
            item=np.concatenate([item, more], axis=1),
            probability=np.concatenate([self.probability[rows], np.broadcast_to(reserve.probability, shape)], axis=1),
            relevance=relevance,
            impersonal=None if self.impersonal is None else self.impersonal[rows],
        )


@attrs.frozen(eq=False)
class Reserve:
    """Items that fill a slate which the candidates leave short: arrays of shape (items,), the same for everybody.

    Mostly what is popular, best first, with the purchase probabilities of somebody unknown. ``relevance`` is as that of
    the candidates.
    """

    item: NDArray[np.int64]
    probability: NDArray[np.float64]
    relevance: NDArray[np.float64] | None = None

    def where(self, usable: NDArray[np.bool_]) -> Reserve:
        """Return only the usable items, in the same order."""
        relevance = None if self.relevance is None else self.relevance[usable]
        return Reserve(self.item[usable], self.probability[usable], relevance)


@attrs.frozen(eq=False)
class Chosen:
    """What stands in the slates: arrays of shape (customers, slots), best first, ``item`` -1 where a slot is empty.

    ``node`` is the position of the node that fulfils (-1 undecided). ``explored`` tells of slots that were filled at
    random, and ``propensity`` how likely each item stands where it does. ``withheld_row``, ``withheld_item``,
    ``withheld_rule`` and ``withheld_propensity`` have one entry per item that would stand there but for a rule or draw.
    """

    item: NDArray[np.int64]
    score: NDArray[np.float64]
    probability: NDArray[np.float64]
    node: NDArray[np.int64]
    explored: NDArray[np.bool_]
    propensity: NDArray[np.float64]
    impersonal: NDArray[np.bool_]
    withheld_row: NDArray[np.int64]
    withheld_item: NDArray[np.int64]
    withheld_rule: NDArray[np.int8]
    withheld_propensity: NDArray[np.float64]

    def replaced(self, parts: Sequence[tuple[NDArray[np.int64], Chosen]], slots: int) -> Chosen:
        """Return the slates with those of some rows replaced, each widened to as many ``slots`` as are needed."""
        width = min(slots, max([self.item.shape[1], *(part.item.shape[1] for _, part in parts)]))
        empty = {"item": -1, "score": 0.0, "probability": 0.0, "node": -1, "explored": False, "propensity": 1.0}
        columns = {}
        for name, value in empty.items():
            ours = getattr(self, name)
            column = np.full((len(ours), width), value, dtype=ours.dtype)
            column[:, : ours.shape[1]] = ours
            for rows, part in parts:
                column[rows] = value
                column[rows, : part.item.shape[1]] = getattr(part, name)
            columns[name] = column
        stays = ~np.isin(self.withheld_row, np.concatenate([rows for rows, _ in parts]))
        for name in ("withheld_item", "withheld_rule", "withheld_propensity"):
            columns[name] = np.concatenate([getattr(self, name)[stays], *(getattr(part, name) for _, part in parts)])
        return Chosen(
            **columns,
            impersonal=self.impersonal,
            withheld_row=np.concatenate([self.withheld_row[stays], *(rows[part.withheld_row] for rows, part in parts)]),
        )
