"""The demand of each item at each node that was seen, as the law that it is taken to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shelfwise.dataset import DemandPanel

__all__ = ["observed"]

_LEAST_DAYS = 28
"""Days of demand seen that a law is taken from."""


def observed(panel: DemandPanel, item_id: str, node_id: str, history_days: int) -> NDArray[np.float64] | None:
    """Return units of the last days on which demand was seen, from the first sale on; None where they are too few.

    Open days without stock are left out, since their demand was not seen; closed days are days without demand, since
    lead times are in calendar days.
    """
    item, node = panel.items.position(item_id), panel.nodes.position(node_id)
    if item < 0 or node < 0:
        return None
    recent = slice(-history_days, None)
    is_open = (panel.open if panel.open.ndim == 1 else panel.open[node])[recent]
    begun = np.cumsum(panel.units[item, node] > 0)[recent] > 0
    units = np.where(is_open, np.nan_to_num(panel.units[item, node, recent]), 0.0)
    seen = np.maximum(units[begun & (panel.in_stock[item, node, recent] | ~is_open)], 0.0)
    return seen if len(seen) >= _LEAST_DAYS and seen.any() else None
