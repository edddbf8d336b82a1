"""What a leg is: given what customers did, how likely each item is the next."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from shelfwise_recommender_hybrid.sequences import Sequences

__all__ = ["NAMES", "Leg", "softmax_over_items"]

NAMES = ("transformer", "ncf", "linear", "markov", "neighbours", "again", "content", "popular")
"""Every leg, in the order in which the gate weighs them."""


class Leg(Protocol):
    """A fitted model of what comes next."""

    def shares(self, sequences: Sequences, zone: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how likely the next item is each one, of shape (rows, items), rows summing to 1.

        ``zone``, of shape (rows,), holds the position of each customer's zone, -1 where it is unknown.
        """
        ...

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return everything that was learned, by name."""
        ...


def softmax_over_items(users: torch.Tensor, table: torch.Tensor, rows: int) -> NDArray[np.float32]:
    """Return the softmax of the products of the first so many ``users``, of shape (any, size), with all of ``table``.

    The scores lie in memory that NumPy gives, which asks for large pages: touching new ones is what costs most.
    """
    share = np.empty((len(users), len(table)), dtype=np.float32)
    score = torch.from_numpy(share)
    if users.is_cuda:
        score.copy_(users @ table.T)
    else:
        torch.mm(users, table.T, out=score)
    torch.softmax(score, dim=1, out=score)
    return share[:rows]
