"""What showing an item causes, learned from slots that were filled at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import EventKind

if TYPE_CHECKING:
    from pandas import DataFrame

    from shelfwise.dataset import Dataset

__all__ = ["Trial", "last_impression", "purchased"]

_PRIOR = 20.0
"""Purchases that the assumed share counts for, against those that were seen."""


@attrs.frozen
class Trial:
    """Purchases of items that ranking had put into slates and a random draw kept out of them.

    ``observed`` were made all the same, ``expected`` would have been if showing an item changed nothing.
    """

    observed: float = 0.0
    expected: float = 0.0

    @classmethod
    def of(cls, dataset: Dataset, days: float) -> Trial:
        """Compare what was shown as ranked with what a draw kept out, by how often it was bought within ``days``.

        Each draw is an experiment of its own: whether an item is shown to a customer is decided by chance alone. Rates
        are weighed by the inverse of the probability of being shown in its place, or kept out (Hajek 1971), and a
        purchase counts for the last slate before it that showed the item to that customer or was kept from it.
        Customers without an id cannot be followed.
        """
        rows = dataset.impressions
        if rows.empty:
            return cls()
        bought = purchased(rows, dataset.events, days)
        chance = rows["propensity"].to_numpy(np.float64)
        kept_out = rows["slot"].isna().to_numpy(bool)
        drawn = rows["explored"].to_numpy(bool)
        in_trial = (chance < 1.0) & (rows["customer_id"] != "").to_numpy(bool) & ~drawn
        shown, kept_out = in_trial & ~kept_out, in_trial & kept_out
        if not shown.any() or not kept_out.any():
            return cls()
        weight = 1.0 / chance[kept_out]
        people = weight.sum() ** 2 / (weight**2).sum()
        rate = np.average(bought[shown], weights=1.0 / chance[shown])
        return cls(people * float(np.average(bought[kept_out], weights=weight)), people * float(rate))

    def share(self, assumed: float) -> float:
        """Return the part of the purchases of shown items that would not have happened otherwise, from 0 to 1.

        The less was seen, the nearer it is to the ``assumed`` share, which counts for 20 expected purchases.
        """
        caused = self.expected - self.observed
        return min(max((caused + _PRIOR * assumed) / (self.expected + _PRIOR), 0.0), 1.0)


def purchased(impressions: DataFrame, events: DataFrame, days: float) -> NDArray[np.bool_]:
    """Tell of each impression whether its customer bought the item within ``days``, and before the next one of it.

    Both tables are those of a data set, in order of time. Impressions of customers without an id are never followed.
    """
    last = last_impression(impressions, events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(bool)], days)
    found = np.zeros(len(impressions), dtype=bool)
    found[last[last >= 0]] = True
    return found


def last_impression(impressions: DataFrame, bought: DataFrame, days: float) -> NDArray[np.int64]:
    """Return for each purchase the place of the last impression of its item to its customer, at most ``days`` before.

    The answer has shape (purchases,), -1 where there is none, or no customer id. ``bought`` are events.
    """
    import pandas as pd

    key = ["customer_id", "item_id"]
    place = pd.merge_asof(
        bought[["time", *key]],
        impressions[["time", *key]].assign(row=np.arange(len(impressions))),
        on="time",
        by=key,
        tolerance=pd.Timedelta(days=days),
    )["row"].fillna(-1)
    return np.where(bought["customer_id"] != "", place.to_numpy(np.int64), -1)
