"""Daily demand and a fixed forecaster for the tests of evaluations."""

from datetime import date

import attrs
import numpy as np
import pandas as pd

from shelfwise.dataset import Dataset
from shelfwise.hookspecs import hookimpl
from shelfwise.types import DemandForecast, Index


def dataset_of(units, **items):
    """Return one row a day for each row of ``units``, with the given columns of items."""
    units = np.asarray(units, dtype=float)
    count, days = units.shape
    ids = [f"i{row}" for row in range(count)]
    demand = pd.DataFrame(
        {
            "date": np.tile(pd.date_range(date(2024, 1, 1), periods=days), count),
            "item_id": np.repeat(ids, days),
            "units": units.ravel(),
        }
    )
    return Dataset.from_tables({"demand": demand, "items": pd.DataFrame({"item_id": ids} | items)})


@attrs.define(eq=False)
class Fixed:
    """A forecaster that answers with one number everywhere, and notes what it learned from."""

    answer: float
    seed: int = 0
    seen: list = attrs.field(factory=list)

    @hookimpl
    def train(self, dataset):
        """Note the units on record."""
        self.seen.append(float(dataset.demand["units"].sum()))

    @hookimpl
    def forecast(self, request, state):
        """Answer with the number."""
        shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
        mean, items, nodes = np.full(shape, self.answer), Index(request.item_ids), Index(request.node_ids)
        quantiles = np.broadcast_to(mean, (len(request.quantiles), *shape))
        return DemandForecast(items, nodes, state.starts_on, request.quantiles, mean, quantiles, {"base": mean})
