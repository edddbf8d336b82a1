"""What trials of chains found."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_inventory_ppo.chain.numbers import Numbers

__all__ = ["ChainVerdicts"]

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class ChainVerdicts:
    """How much cheaper chains were when they were decided together, as a share of what they cost apart, (chains,).

    ``low`` and ``high`` bound ``saved`` at 95 %, from paired scenarios. ``learned`` is whether stores go by the learned
    policy or by the one that has learned nothing, whichever cost less with ``numbers`` of its own.
    """

    learned: NDArray[np.bool_]
    numbers: Numbers
    saved: Floats
    low: Floats
    high: Floats

    @property
    def cheaper(self) -> NDArray[np.bool_]:
        """Where chains are proven cheaper together."""
        return self.low > 0.0

    @property
    def words(self) -> NDArray[np.object_]:
        """What is said of each."""
        texts = []
        for saved, low, high in zip(self.saved, self.low, self.high, strict=True):
            span = f"{saved:.1%} ({low:.1%} to {high:.1%})"
            texts.append(
                f"{span} cheaper than each by itself in their trial"
                if low > 0
                else f"not proven cheaper in their trial: {span}"
            )
        return np.array(texts, object)

    @classmethod
    def joined(cls, parts: Sequence[ChainVerdicts]) -> ChainVerdicts:
        """Put the verdicts of some chains after those of others."""
        numbers = Numbers(
            *map(np.concatenate, zip(*(attrs.astuple(one.numbers, recurse=False) for one in parts), strict=True))
        )
        columns = ("saved", "low", "high")
        rest = {name: np.concatenate([getattr(one, name) for one in parts]) for name in columns}
        return cls(np.concatenate([one.learned for one in parts]), numbers, **rest)
