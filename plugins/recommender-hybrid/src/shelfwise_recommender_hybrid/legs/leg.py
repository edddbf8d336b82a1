"""What a leg is: given what customers did, how likely each item is the next."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from shelfwise_recommender_hybrid.sequences import Sequences

__all__ = ["NAMES", "Leg", "softmax_over_items", "space"]

NAMES = ("transformer", "ncf", "linear", "markov", "neighbours", "again", "content", "popular")
"""Every leg, in the order in which the gate weighs them."""


class Leg(Protocol):
    """A fitted model of what comes next."""

    def shares(
        self, sequences: Sequences, zone: NDArray[np.int64], out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return how likely the next item is each one, of shape (rows, items), rows summing to 1.

        ``zone``, of shape (rows,), holds the position of each customer's zone, -1 where it is unknown. They are written
        into the first rows of ``out`` where that is given; see :func:`space`.
        """
        ...

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return everything that was learned, by name."""
        ...


def space(out: NDArray[np.float32] | None, rows: int, items: int) -> NDArray[np.float32]:
    """Return where shares can be written, of shape (rows, items): the first rows of ``out``, or new memory.

    Touching new memory is what costs most, so whoever asks again and again gives the same. ``out`` has room for a
    multiple of eight rows, so that the ones that legs add to make whole eights fit as well.
    """
    return np.empty((rows, items), dtype=np.float32) if out is None else out[:rows]


def softmax_over_items(
    users: torch.Tensor, table: torch.Tensor, rows: int, out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Return the softmax of the products of the first ``rows`` of ``users``, of shape (any, size), with ``table``."""
    share = space(out, len(users), len(table))
    score = torch.from_numpy(share)
    if users.is_cuda:
        score.copy_(users @ table.T)
    else:
        torch.mm(users, table.T, out=score)
    torch.softmax(score, dim=1, out=score)
    return share[:rows]
