"""The content leg: items like those that the customer has had."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.legs.leg import space
from shelfwise_recommender_hybrid.sequences import Sequences

__all__ = ["Similar"]

_SHARPNESS = (2.0, 4.0, 8.0, 12.0, 16.0)


@attrs.frozen(eq=False, slots=False)
class Similar:
    """The cosine between an item and what the customer has had, times popularity to the half.

    ``sharpness`` is how much the cosine counts against ``log popularity``.
    """

    matrix: sparse.csr_array
    popularity: NDArray[np.float32]
    sharpness: float = 8.0
    decay: float = 0.7

    @classmethod
    def fit(cls, content: Content, popularity: NDArray[np.float32]) -> Similar:
        """Take the features of the items as they are."""
        return cls(content.matrix, popularity)

    def cosine(self, sequences: Sequences, out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return how alike each item is to what the customer has had, from 0 to 1, of shape (rows, items)."""
        taste = (sequences.interest(self.decay, self.popularity.size) @ self.matrix).toarray()
        length = np.sqrt((taste * taste).sum(axis=1))
        taste /= np.where(length > 0, length, 1.0)[:, None]
        # With the rows side by side, each feature of an item is one pass over all of them.
        found = torch.from_numpy(self.matrix @ np.ascontiguousarray(taste.T))
        cosine = space(out, len(sequences), len(found))
        torch.from_numpy(cosine).copy_(found.T)
        return cosine

    def shares(
        self,
        sequences: Sequences,
        zone: NDArray[np.int64],  # noqa: ARG002
        out: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Return shares that grow with the cosine."""
        score = torch.from_numpy(self.cosine(sequences, out))
        return torch.softmax(score.mul_(self.sharpness).add_(self._liked), dim=1, out=score).numpy()

    @cached_property
    def _liked(self) -> torch.Tensor:
        return torch.from_numpy(0.5 * np.log(self.popularity))

    def tuned(self, sequences: Sequences, row: NDArray[np.int64], item: NDArray[np.int64]) -> Similar:
        """Return the same with the sharpness under which the pairs of row and item that came next are likeliest."""
        if not item.size:
            return self

        def likelihood(sharpness: float) -> float:
            share = attrs.evolve(self, sharpness=sharpness).shares(sequences, row)
            return float(np.log(share[row, item]).sum())

        return attrs.evolve(self, sharpness=max(_SHARPNESS, key=likelihood))

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return everything that was learned besides the features, by name."""
        return {"numbers": np.array([self.sharpness, self.decay])}
