"""Slots filled at random, to learn what showing an item causes, with the probability of all that is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["POOL", "Chances", "Draw", "chances"]

POOL = 50
"""Items drawn from besides those that ranking puts into the slate: the next best, by the rules."""


@attrs.frozen
class Chances:
    """Probabilities in a slate of which slots are explored: of one item, in one slot.

    ``ranked`` is that of what ranking put there, ``moved`` that of what it put into another slot, ``drawn`` that of any
    other item of the pool. ``withheld`` is that of an item that ranking put into the slate to be nowhere in it.
    """

    ranked: float
    moved: float
    drawn: float
    withheld: float


@lru_cache(maxsize=1024)
def chances(slots: int, others: int, share: float) -> Chances:
    """Return the exact probabilities for so many slots and ``others`` items of the pool beside the slate's.

    Each slot is explored with probability ``share``. If m slots are, their m items and the others lie in the hat, and
    each is drawn for a given one of these slots with probability 1 / (m + others); m - 1 of the slots besides that one
    are binomial, m - 2 besides two.
    """
    drawn = share * _mean_inverse(others + 1, slots - 1, share)
    moved = share**2 * _mean_inverse(others + 2, slots - 2, share)
    return Chances(ranked=1.0 - share + drawn, moved=moved, drawn=drawn, withheld=others * drawn)


def _mean_inverse(start: int, trials: int, share: float) -> float:
    """Return the mean of 1 / (start + B) for a binomial B of so many trials."""
    return sum(
        math.comb(trials, hits) * share**hits * (1.0 - share) ** (trials - hits) / (start + hits)
        for hits in range(trials + 1)
    )


@attrs.frozen(eq=False)
class Draw:
    """What stands in slates after the draw: arrays of shape (customers, slots) with columns of the candidates.

    ``column`` is -1 where a slot is empty, ``explored`` tells where an item was drawn in place of the ranked one, and
    ``propensity`` the probability of the item in its slot. ``row``, ``withheld`` and ``chance`` have one entry per item
    that ranking had put into a slate and that is nowhere in it: customer, column, and the probability of that.
    """

    column: NDArray[np.int64]
    explored: NDArray[np.bool_]
    propensity: NDArray[np.float64]
    row: NDArray[np.int64]
    withheld: NDArray[np.int64]
    chance: NDArray[np.float64]

    @classmethod
    def none(cls, slate: NDArray[np.int64]) -> Draw:
        """Return slates as ranking made them."""
        nobody = np.zeros(0, dtype=np.int64)
        return cls(slate, np.zeros(slate.shape, dtype=bool), np.ones(slate.shape), nobody, nobody, np.zeros(0))

    @classmethod
    def of(cls, slate: NDArray[np.int64], others: NDArray[np.int64], share: float, keys: Sequence[int | None]) -> Draw:
        """Fill a ``share`` of the slots at random from the slate's own explored slots and ``others``.

        ``slate`` has shape (customers, slots) and ``others`` (customers, items), both with -1 at the end where a row is
        shorter. ``keys`` hold what each customer's draw is keyed by, None for one whose slate stays as it is.
        """
        column, propensity = slate.copy(), np.ones(slate.shape)
        found: list[tuple[int, int, float]] = []
        for row, key in enumerate(keys):
            ranked, rest = slate[row][slate[row] >= 0], others[row][others[row] >= 0]
            if key is None or not ranked.size:
                continue
            chance = chances(ranked.size, rest.size, share)
            propensity[row, : ranked.size] = chance.ranked
            random = np.random.default_rng(key)
            open_slots = np.flatnonzero(random.random(ranked.size) < share)
            hat = np.concatenate([ranked[open_slots], rest])
            drawn = hat[random.permutation(hat.size)[: open_slots.size]]
            column[row, open_slots] = drawn
            moved = np.isin(drawn, ranked)
            other = np.where(moved, chance.moved, chance.drawn)
            propensity[row, open_slots] = np.where(drawn == ranked[open_slots], chance.ranked, other)
            kept_out = ranked[open_slots][~np.isin(ranked[open_slots], drawn)]
            found += [(row, one, chance.withheld) for one in kept_out.tolist()]
        rows, withheld, chance_of = zip(*found, strict=True) if found else ((), (), ())
        return cls(
            column,
            column != slate,
            propensity,
            np.array(rows, dtype=np.int64),
            np.array(withheld, dtype=np.int64),
            np.array(chance_of, dtype=np.float64),
        )
