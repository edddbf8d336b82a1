"""What follows from what: one weight for each pair of items, however it was learned."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from shelfwise_recommender_hybrid.legs.leg import space
from shelfwise_recommender_hybrid.sequences import Sequences

__all__ = ["Associations", "strongest"]

_PRIORS = tuple(np.geomspace(0.003, 1_000.0, 12).tolist())


@attrs.frozen(eq=False)
class Associations:
    """Item-item weights: ``matrix[j, i]`` is how strongly having had j speaks for i next.

    A basket counts ``decay`` times the next one. The evidence is drawn towards ``popularity``, shares of shape
    (items,), whose weight is ``prior`` in units of evidence: the less there is, the more of it.
    """

    matrix: sparse.csr_array
    popularity: NDArray[np.float32]
    decay: float
    prior: float = 0.1

    @classmethod
    def of(cls, matrix: sparse.csr_array, popularity: NDArray[np.float32], decay: float) -> Associations:
        """Return the associations with weights in half precision, as they are kept: loading then changes nothing."""
        matrix = sparse.csr_array(matrix)
        matrix.sort_indices()
        matrix.data = matrix.data.astype(np.float16).astype(np.float32)
        return cls(matrix, popularity, decay)

    def evidence(self, sequences: Sequences) -> sparse.csr_array:
        """Return what speaks for each item, 0 or more, of shape (rows, items)."""
        found = sparse.csr_array(sequences.interest(self.decay, self.popularity.size) @ self.matrix)
        np.maximum(found.data, 0.0, out=found.data)
        return found

    def shares(
        self,
        sequences: Sequences,
        zone: NDArray[np.int64],  # noqa: ARG002
        out: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Return the evidence as shares, drawn towards popularity."""
        found = self.evidence(sequences)
        row = np.repeat(np.arange(len(sequences)), np.diff(found.indptr))
        scale = 1.0 / (np.bincount(row, found.data, len(sequences)) + self.prior)
        found.data *= scale[row].astype(np.float32)
        share = space(out, len(sequences), self.popularity.size)
        found.toarray(out=share)
        drawn = torch.from_numpy((self.prior * scale).astype(np.float32))
        torch.from_numpy(share).addcmul_(drawn[:, None], torch.from_numpy(self.popularity))
        return share

    def tuned(self, sequences: Sequences, row: NDArray[np.int64], item: NDArray[np.int64]) -> Associations:
        """Return the same with the prior under which the pairs of row and item that came next are likeliest."""
        if not item.size:
            return self
        evidence = self.evidence(sequences).toarray()
        ours, total, share = evidence[row, item], evidence.sum(axis=1)[row], self.popularity[item]

        def likelihood(prior: float) -> float:
            return float(np.log((ours + prior * share) / (total + prior)).sum())

        return attrs.evolve(self, prior=max(_PRIORS, key=likelihood))

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return everything that was learned, by name; weights are kept in half precision."""
        wide = self.popularity.size > np.iinfo(np.uint16).max
        return {
            "weight": self.matrix.data.astype(np.float16),
            "column": self.matrix.indices.astype(np.uint32 if wide else np.uint16),
            "start": self.matrix.indptr.astype(np.int64),
            "numbers": np.array([self.decay, self.prior]),
        }

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]], popularity: NDArray[np.float32]) -> Associations:
        """Return what :meth:`tensors` gave."""
        parts = (tensors["weight"].astype(np.float32), tensors["column"].astype(np.int32), tensors["start"])
        decay, prior = tensors["numbers"].tolist()
        size = popularity.size
        return cls(sparse.csr_array(parts, shape=(size, size)), popularity, decay, prior)


def strongest(block: NDArray[np.float32], most: int) -> sparse.csr_array:
    """Return the ``most`` weights of largest size in each row of a dense block, as a sparse array."""
    rows, columns = block.shape
    if most < columns:
        kept = np.argpartition(-np.abs(block), most - 1, axis=1)[:, :most]
        kept.sort(axis=1)
    else:
        kept = np.broadcast_to(np.arange(columns), block.shape)
    value = np.take_along_axis(block, kept, axis=1)
    found = value != 0.0
    start = np.append(0, np.cumsum(found.sum(axis=1)))
    return sparse.csr_array((value[found], kept[found], start), shape=(rows, columns))
