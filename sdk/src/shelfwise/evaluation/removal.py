"""Interactions taken out of a data set, as if they had never happened."""

from __future__ import annotations

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset import Dataset
from shelfwise.dataset.demand import demand_from_events

__all__ = ["without_events"]

_CELL = ["date", "item_id", "node_id"]


def without_events(dataset: Dataset, column: str, values: frozenset[str]) -> Dataset:
    """Return the data set without the events, held out or not, whose ``column`` is one of ``values``.

    What was bought in them is subtracted from the demand. The other tables stay as they are.
    """
    gone = _among(dataset.events, column, values)
    bought = demand_from_events(dataset.events[gone]).groupby(_CELL)["units"].sum().rename("gone")
    demand = dataset.demand.join(bought, on=_CELL)
    units = demand["units"] - demand["gone"].fillna(0.0)
    emptied = (demand["gone"].notna() & (units < 1e-9)).to_numpy(bool)
    demand = demand.assign(units=np.maximum(units, 0.0)).drop(columns="gone")
    return attrs.evolve(
        dataset,
        events=dataset.events[~gone].reset_index(drop=True),
        held_out=dataset.held_out[~_among(dataset.held_out, column, values)].reset_index(drop=True),
        demand=demand[~emptied].reset_index(drop=True),
    )


def _among(events: pd.DataFrame, column: str, values: frozenset[str]) -> NDArray[np.bool_]:
    return events[column].isin(list(values)).to_numpy(bool)
