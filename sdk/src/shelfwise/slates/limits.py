"""Caps per category and brand, and diversity: which of the best items make a slate together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.ranking import taken, top
from shelfwise.slates.rules import Rule
from shelfwise.slates.similarity import Similarity

__all__ = ["Limits"]

_POOL, _LEAST_POOL = 8, 64
"""Candidates looked at first: so many slates of them, and at least so many."""
_DIVERSE_SLOTS = 100
"""Items of a slate that are chosen for being different, at most; what follows comes in order of score."""


@attrs.frozen(eq=False)
class Limits:
    """What a slate must be as a whole: at most so many of a category and brand (None any number), and diverse.

    ``category`` and ``brand`` have shape (items,), -1 where unknown, which no cap counts. ``diversity``, from 0 to 1,
    weighs what an item adds against how it scores: items are taken greedily by ``(1 - diversity) x score / best score -
    diversity x greatest similarity to those taken``, the maximal marginal relevance of Carbonell and Goldstein (1998),
    among the best candidates.
    """

    most_per_category: int | None
    most_per_brand: int | None
    diversity: float
    category: NDArray[np.int64]
    brand: NDArray[np.int64]
    similarity: Similarity

    @property
    def idle(self) -> bool:
        """Whether there is no limit."""
        return not self._caps and self.diversity == 0.0

    @property
    def _caps(self) -> list[tuple[int, NDArray[np.int64], Rule]]:
        caps = (
            (self.most_per_category, self.category, Rule.CATEGORY_CAP),
            (self.most_per_brand, self.brand, Rule.BRAND_CAP),
        )
        return [(most, code, rule) for most, code, rule in caps if most is not None]

    def choose(self, item: NDArray[np.int64], score: NDArray[np.float64], size: int) -> NDArray[np.int64]:
        """Return the columns of the items that make each slate, best score first, -1 where there is none.

        ``item`` and ``score`` have shape (customers, width), the score minus infinity where an item may not be shown.
        """
        if self.idle:
            return top(score, size)
        width = score.shape[1]
        size = min(size, width)
        pool = top(score, max(_POOL * size, _LEAST_POOL))
        lead = self._diverse(taken(item, pool, -1), taken(score, pool, -np.inf), min(size, _DIVERSE_SLOTS))
        lead = taken(pool, lead, -1)
        slates = np.full((len(pool), size), -1)
        for row, (first, columns) in enumerate(zip(lead.tolist(), pool.tolist(), strict=True)):
            found = self._within_caps([*first, *columns], item[row], size)
            if len(found) < size and len(columns) < width:
                rest = top(score[row : row + 1], width)[0].tolist()
                found = self._within_caps([*found, *rest], item[row], size)
            slates[row, : len(found)] = found
        order = np.lexsort((slates, -taken(score, slates, -np.inf)), axis=1)
        return slates[np.arange(len(slates))[:, None], order]

    def beside(
        self, item: NDArray[np.int64], score: NDArray[np.float64], chosen: NDArray[np.int64], most: int
    ) -> NDArray[np.int64]:
        """Return the columns of the next best items that the caps allow all at once beside those chosen.

        The answer has shape (customers, most or fewer), -1 at the end of a shorter row. ``diversity`` does not count.
        """
        slots, width = chosen.shape[1], score.shape[1]
        best = top(score, slots + most if self.idle else width)
        if self.idle:
            return best[:, slots:]
        columns = np.full((len(best), min(most, width)), -1)
        for row, (taken_first, order) in enumerate(zip(chosen.tolist(), best.tolist(), strict=True)):
            size = sum(column >= 0 for column in taken_first)
            found = self._within_caps([*taken_first, *order], item[row], size + columns.shape[1])[size:]
            columns[row, : len(found)] = found
        return columns

    def _within_caps(self, columns: list[int], item: NDArray[np.int64], size: int) -> list[int]:
        """Return the first ``size`` of the columns, those left out that a cap or an earlier one stands against."""
        kept: dict[int, None] = {}
        items = item[columns]
        caps = [(most, code[items].tolist(), Counter[int]()) for most, code, _ in self._caps]
        for place, column in enumerate(columns):
            if column < 0 or column in kept:
                continue
            if any(codes[place] >= 0 and count[codes[place]] >= most for most, codes, count in caps):
                continue
            kept[column] = None
            if len(kept) == size:
                break
            for _, codes, count in caps:
                count[codes[place]] += 1
        return list(kept)

    def _diverse(self, item: NDArray[np.int64], score: NDArray[np.float64], slots: int) -> NDArray[np.int64]:
        """Return the columns of items that differ, in the order taken; none at all where diversity is not asked for."""
        rows = np.arange(len(item))
        picked = np.full((rows.size, slots if self.diversity > 0.0 and item.shape[1] else 0), -1)
        if not picked.size:
            return picked
        free = score > -np.inf
        relevance = np.where(free, score, 0.0) / np.maximum(np.where(free, score, 0.0)[:, :1], 1e-300)
        pool, nearest = self.similarity.among(item), np.zeros(item.shape)
        caps = [(most, code[item], np.zeros(item.shape, dtype=np.int64)) for most, code, _ in self._caps]
        for slot in range(slots):
            gain = np.where(free, (1.0 - self.diversity) * relevance - self.diversity * nearest, -np.inf)
            column = gain.argmax(axis=1)
            found = free[rows, column]
            if not found.any():
                break
            picked[:, slot] = np.where(found, column, -1)
            free[rows, column] = False
            nearest = np.maximum(nearest, pool.to(column))
            for most, code, held in caps:
                np.add(held, (code == code[rows, column][:, None]) & (code >= 0), out=held)
                free &= held < most
        return picked

    def held_back(
        self,
        item: NDArray[np.int64],
        score: NDArray[np.float64],
        chosen: NDArray[np.int64],
        best: NDArray[np.int64],
    ) -> Iterator[tuple[int, int, Rule]]:
        """Yield row, column and rule of what is among the ``best`` and was not chosen because of a cap.

        ``chosen`` and ``best`` hold columns of ``item`` and ``score``, -1 for none.
        """
        caps = self._caps
        if not caps:
            return
        for row in range(len(best)):
            mine = [column for column in chosen[row].tolist() if column >= 0]
            for column in best[row].tolist():
                if column >= 0 and column not in mine:
                    # What scores less cannot have been in the way, unless it was taken first for being different.
                    above = mine if self.diversity > 0.0 else [c for c in mine if score[row, c] >= score[row, column]]
                    for most, code, rule in caps:
                        own = int(code[item[row, column]])
                        if own >= 0 and np.count_nonzero(code[item[row, above]] == own) >= most:
                            yield row, column, rule
                            break
