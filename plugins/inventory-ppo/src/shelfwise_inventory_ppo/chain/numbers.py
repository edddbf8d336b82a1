"""The few numbers of a chain that are sought in simulation."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers"]

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Numbers:
    """Four numbers a chain, each (chains,), that hold for any forecast.

    ``shift`` is how far the point at which the warehouse orders lies above the usual, in deviations of what the chain
    sells until the order is on the shelves; ``lots`` times the usual lot lead from there to its level. Stores are told
    that shortage costs exp(``price``) times as much, and exp(``swing``) times more or less than that as their warehouse
    has much or little beyond what they need.
    """

    shift: Floats
    lots: Floats
    price: Floats
    swing: Floats

    @classmethod
    def usual(cls, chains: int) -> Numbers:
        """Return what the search begins with."""
        return cls(np.zeros(chains), np.ones(chains), np.zeros(chains), np.full(chains, 0.5))

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Numbers:
        """Return some rows."""
        return Numbers(*(column[rows] for column in attrs.astuple(self, recurse=False)))

    def times(self, copies: int) -> Numbers:
        """Return the numbers of each chain so many times, side by side."""
        return Numbers(*(np.repeat(column, copies) for column in attrs.astuple(self, recurse=False)))

    def where(self, chosen: NDArray[np.bool_], others: Numbers) -> Numbers:
        """Return these where ``chosen``, (chains,), and others elsewhere."""
        pairs = zip(*(attrs.astuple(numbers, recurse=False) for numbers in (self, others)), strict=True)
        return Numbers(*(np.where(chosen, mine, theirs) for mine, theirs in pairs))
