"""What a factorisation comes to, and the way from what customers did to their vectors."""

from __future__ import annotations

from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.types import Progress

__all__ = ["Factorisation", "Factors", "scores"]


@attrs.frozen(eq=False)
class Factors:
    """Vectors whose products are scores: ``item`` of shape (items, width), ``customer`` (customers + 1, width).

    The last row, that of a stranger, is 0. A factorisation that works customers' vectors out from what they had keeps
    none: ``customer`` is then empty. ``scale`` is how much longer a customer's vector is than the mean of those of the
    items they had.
    """

    item: NDArray[np.float32]
    customer: NDArray[np.float32]
    scale: float = 1.0


class Factorisation(Protocol):
    """A way to factorise."""

    def fit(self, matrix: sparse.csr_array, progress: Progress) -> Factors:
        """Factorise interest, of shape (customers, items)."""
        ...

    def vectors(
        self, factors: Factors, customer: NDArray[np.int64], past: sparse.csr_array, session: sparse.csr_array
    ) -> NDArray[np.float32]:
        """Return customers' vectors, of shape (customers, width).

        ``customer`` is -1 for a stranger; ``past`` and ``session``, of shape (customers, items), hold the interest
        shown before training and since.
        """
        ...


def scores(vectors: NDArray[np.float32], item: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the products of customers' and items' vectors, of shape (customers, items).

    They are taken one customer at a time: a product of all at once would round differently for each size of a batch,
    and a slate must not depend on who else is asked for.
    """
    out = np.empty((len(vectors), len(item)), dtype=np.float32)
    for row, vector in enumerate(vectors):
        np.dot(item, vector, out=out[row])
    return out
