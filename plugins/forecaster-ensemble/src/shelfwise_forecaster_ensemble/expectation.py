"""What is expected of the series of a request, and what of it is due to what."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.outlook import LEVELS

__all__ = ["Expectation", "at_levels"]


@attrs.frozen(eq=False)
class Expectation:
    """What is expected of each series (S, H), without exposure: ``mean``, its ``parts``, ``quantiles`` (K, S, H)."""

    parts: dict[str, NDArray[np.float64]]
    mean: NDArray[np.float64] = array(np.float64)
    quantiles: NDArray[np.float64] = array(np.float64)

    @classmethod
    def joined(cls, blocks: Sequence[Expectation]) -> Expectation:
        """Return what is expected of the series of every block; a part that a block does not tell of is 0 there."""
        names = dict.fromkeys(name for block in blocks for name in block.parts)
        parts = {
            name: np.concatenate([block.parts.get(name, np.zeros_like(block.mean)) for block in blocks])
            for name in names
        }
        mean, quantiles = [block.mean for block in blocks], [block.quantiles for block in blocks]
        return cls(parts=parts, mean=np.concatenate(mean), quantiles=np.concatenate(quantiles, axis=1))


def at_levels(levels: tuple[float, ...], quantiles: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return quantiles at other levels, of shape (levels, S, H), from those at :data:`LEVELS` in the last place."""
    wanted = np.clip(levels, LEVELS[0], LEVELS[-1])
    place = np.clip(np.searchsorted(LEVELS, wanted) - 1, 0, len(LEVELS) - 2)
    known = np.array(LEVELS)
    share = (wanted - known[place]) / (known[place + 1] - known[place])
    low, high = quantiles[..., place], quantiles[..., place + 1]
    return np.asarray(np.moveaxis(low + share * (high - low), -1, 0), dtype=np.float64)
