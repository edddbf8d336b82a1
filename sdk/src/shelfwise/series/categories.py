"""The categories of items that came after training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Index, State

__all__ = ["groups_of"]


def groups_of(items: Index | tuple[str, ...] | list[str], groups: Index, state: State) -> NDArray[np.int64]:
    """Return the category of items by the state's catalogue as positions in ``groups``, -1 where it is none of them."""
    names = np.append(state.items.category, "")[state.items.index.positions(items)]
    return groups.positions(str(name) for name in names)
