"""What a state must not say for a plan to mean anything."""

from __future__ import annotations

import numpy as np

from shelfwise.errors import DataError
from shelfwise.types import State

_SHOWN = 5
"""Faults that are named one by one."""


def check_state(state: State) -> None:
    """Refuse lead times and costs that cannot be.

    Tables that were read have none; a state that was built by hand may, and would quietly go without orders.

    Raises:
        DataError: a lead time is no finite number of at least 0, or an item costs less than nothing; all are named.
    """
    lanes, nodes = state.lanes, state.nodes.index
    lead, sd = lanes.lead_time_days, lanes.lead_time_sd_days
    faults = [
        f"lane {nodes[lanes.from_node[row]]!r} to {nodes[lanes.to_node[row]]!r}: {name} must be a number of days of at"
        f" least 0, got {values[row]:g}"
        for name, values in (("lead_time_days", lead), ("lead_time_sd_days", sd))
        for row in np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    ]
    faults += [
        f"item {state.items.index[int(row)]!r}: unit_cost must be at least 0, got {state.items.unit_cost[row]:g}"
        for row in np.flatnonzero(state.items.unit_cost < 0)
    ]
    if faults:
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise DataError(f"{'; '.join(faults[:_SHOWN])}{more}; correct the tables that the state is made of")
