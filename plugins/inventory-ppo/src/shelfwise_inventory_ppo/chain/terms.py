"""What a policy knows of warehouses and their stores that does not change from one period to the next."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_inventory_ppo.terms import Terms

__all__ = ["ChainTerms"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class ChainTerms:
    """Chains of a warehouse and any number of stores: ``stores`` has a row for each of the latter.

    ``ratio`` (rows,) is shortage over holding cost of a store, ``chain`` (rows,) says whose it is. All others have
    shape (chains,), in units: ``batch`` is the mean demand of all stores from one review to the next, ``cover`` and
    ``spread`` mean and deviation of what they sell until an order of the warehouse that is placed a period from now is
    on their shelves, and ``lot`` what the warehouse usually orders at a time.
    """

    stores: Terms
    ratio: Floats
    chain: Ints
    batch: Floats
    cover: Floats
    spread: Floats
    lot: Floats

    def __len__(self) -> int:
        return len(self.batch)

    def times(self, copies: int) -> ChainTerms:
        """Return every chain so many times; the copies of a store are side by side, and those of a warehouse are."""
        each = {name: np.repeat(getattr(self, name), copies) for name in ("ratio", "batch", "cover", "spread", "lot")}
        return ChainTerms(
            self.stores.each(lambda column: np.repeat(column, copies, axis=0)),
            chain=(self.chain[:, None] * copies + np.arange(copies)).ravel(),
            **each,
        )
