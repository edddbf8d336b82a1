"""Small whole numbers as classes: bins of demand, their probabilities, and the quantiles that follow."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.outlook import LEVELS

__all__ = ["Bins"]

_EDGES = (0, 1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 50, 80, 130, 210, 340, 550, 900)
"""Where bins begin, the last being open."""
_LEAST = 0.002
"""Share of the record that a bin holds at least; rarer ones are joined to those below."""

_BELIEVED = 0.99
"""The level up to which probabilities are believed to be those of a series."""


@attrs.frozen(eq=False)
class Bins:
    """Bins of whole demand: ``first`` is where each begins, ``width`` how many numbers it holds, ``mean`` its mean."""

    first: NDArray[np.float64] = array(np.float64)
    width: NDArray[np.float64] = array(np.float64)
    mean: NDArray[np.float64] = array(np.float64)

    @classmethod
    def of(cls, units: NDArray[np.float32], *, up_to: int = 0) -> Bins:
        """Lay bins over demand that was observed; those that begin ``up_to`` there stand however rare they are."""
        share_from = [(units >= edge).mean() if units.size else 0.0 for edge in _EDGES]
        first = [0.0]
        for edge, left in zip(_EDGES[1:], share_from[1:], strict=True):
            own = share_from[_EDGES.index(int(first[-1]))] - left
            if edge <= up_to or (left >= _LEAST and own >= _LEAST):
                first.append(float(edge))
        starts = np.array(first if len(first) > 1 else [0.0, 1.0])
        return cls(starts, np.ones(starts.size), starts).filled(units)

    def filled(self, units: NDArray[np.float32]) -> Bins:
        """Return the same bins with the means of other demand, and the last as wide as makes its middle its mean."""
        code, starts = self.code(units), self.first
        count = np.bincount(code, minlength=starts.size)
        total = np.bincount(code, units, starts.size)
        middle = starts + 0.5 * (np.append(np.diff(starts), 1.0) - 1.0)
        mean = np.where(count > 0, total / np.maximum(count, 1), middle)
        width = np.append(np.diff(starts), max(1.0, 2.0 * (mean[-1] - starts[-1]) + 1.0))
        return Bins(starts, width, mean)

    def to_json(self) -> dict[str, list[float]]:
        """Return the bins as plain lists, by the names of the fields."""
        return {name: values.tolist() for name, values in attrs.asdict(self, recurse=False).items()}

    def code(self, units: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the bin of each demand."""
        return np.searchsorted(self.first, np.floor(units), side="right") - 1

    def quantiles(self, chance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return demand at :data:`LEVELS` for probabilities (rows, bins); the numbers of a bin are alike likely."""
        reached = np.cumsum(chance, axis=1)
        rows = np.arange(len(chance))
        out = np.empty((len(chance), len(LEVELS)))
        for place, level in enumerate(LEVELS):
            bin_ = np.minimum((reached < level).sum(axis=1), self.first.size - 1)
            into = (level - (reached[rows, bin_] - chance[rows, bin_])) / np.maximum(chance[rows, bin_], 1e-9)
            out[:, place] = self.first[bin_] + np.floor(np.clip(into, 0.0, 1.0 - 1e-9) * self.width[bin_])
        return out

    def means(self, chance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean demand for probabilities of shape (rows, bins).

        Demand counts for no more than that of which 1 % is left, or a unit: so far out a model of all series together
        says more of the others than of any one, whose chance of one in a thousand to sell a thousand would be a unit.
        """
        last = (np.cumsum(chance, axis=1) < _BELIEVED).sum(axis=1)
        most = np.maximum(self.mean[np.minimum(last, self.mean.size - 1)], 1.0)
        # No product of matrices, whose last digits hang on how many rows there are.
        return np.asarray(np.einsum("rb,rb->r", chance, np.minimum(self.mean, most[:, None])), dtype=np.float64)
