"""What slates showed, with what probability, and what came of it: the log that off-policy evaluation works on."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset import Dataset
from shelfwise.dataset.tables import records
from shelfwise.errors import DataError
from shelfwise.slates.trial import last_impression
from shelfwise.types import EventKind, Index

__all__ = ["SlateLog", "Visit"]


@attrs.frozen
class Visit:
    """One slate that was shown: to whom, when, where and of how many slots."""

    customer_id: str
    time: datetime
    placement: str
    slots: int


@attrs.frozen(eq=False, slots=False)
class SlateLog:
    """Arrays with one entry per slot that was shown, of shape (slots,).

    ``visit`` is a position in ``visits``, ``person`` tells customers apart, each nameless slate being one of its own,
    ``item`` is a position in ``items`` and ``slot`` counts from 1. ``purchases`` is 1 where the item was bought from
    that slot within the window, ``contribution`` what was earned by that, in currency. ``owned`` has a number for each
    pair of a person and an item that the person had bought before the log begins.
    """

    visits: tuple[Visit, ...]
    items: Index
    visit: NDArray[np.int64]
    person: NDArray[np.int64]
    item: NDArray[np.int64]
    slot: NDArray[np.int64]
    propensity: NDArray[np.float64]
    explored: NDArray[np.bool_]
    purchases: NDArray[np.float64]
    contribution: NDArray[np.float64]
    owned: NDArray[np.int64]

    @classmethod
    def of(cls, dataset: Dataset, since: pd.Timestamp, days: float) -> SlateLog:
        """Read the slates from ``since`` on that are at least ``days`` old, the window in which purchases count.

        A purchase that carries the token of a slate counts for that slate's slot of the item, any other for the last
        slot in which the same customer was shown the item within the window.

        Raises:
            DataError: No slate is logged in that time.
        """
        end = pd.Timestamp(dataset.as_of).tz_convert(None) - pd.Timedelta(days=days)
        rows = dataset.impressions
        rows = rows[(rows["time"] >= since) & (rows["time"] <= end) & rows["slot"].notna()].reset_index(drop=True)
        if rows.empty:
            raise DataError(
                f"impressions: no slate is logged from {since:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}, where its"
                f" {days:g} days of purchases are over; give more days to evaluate, or log slates (see the table)"
            )
        items = Index(tuple(pd.unique(pd.concat([dataset.items["item_id"], rows["item_id"]]))))
        visit = pd.factorize(rows["token"])[0]
        name = rows["customer_id"].where(rows["customer_id"] != "", rows["token"])
        person, people = pd.factorize(name)
        slots = rows.groupby(visit)["slot"].max().astype(int)
        first = rows.drop_duplicates("token")
        purchases, contribution = _outcomes(rows, dataset, days)
        earlier = dataset.events[
            (dataset.events["kind"] == EventKind.PURCHASE.value) & (dataset.events["time"] < since)
        ]
        who, what = pd.Index(people).get_indexer(earlier["customer_id"]), items.positions(earlier["item_id"])
        return cls(
            visits=tuple(
                Visit(row.customer_id, row.time.to_pydatetime().replace(tzinfo=UTC), row.placement, size)
                for row, size in zip(records(first), slots.tolist(), strict=True)
            ),
            items=items,
            visit=visit,
            person=person,
            item=items.positions(rows["item_id"]),
            slot=rows["slot"].to_numpy(np.int64),
            propensity=rows["propensity"].to_numpy(np.float64),
            explored=rows["explored"].to_numpy(bool),
            purchases=purchases,
            contribution=contribution,
            owned=np.unique((who * len(items) + what)[(who >= 0) & (what >= 0)]),
        )

    def had(self, item: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of each slot whether its customer had bought an item before the log begins; -1 is no item."""
        return np.isin(self.person * len(self.items) + item, self.owned) & (item >= 0)

    @cached_property
    def people(self) -> int:
        """How many customers there are."""
        return int(self.person.max()) + 1


def _outcomes(rows: pd.DataFrame, dataset: Dataset, days: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each slot whether its item was bought from it, and what was earned by that."""
    events = dataset.events
    bought = events[events["kind"] == EventKind.PURCHASE.value]
    place = rows[["token", "item_id"]].assign(row=np.arange(len(rows)))
    by_token = bought.merge(place, how="left", on=["token", "item_id"])["row"].fillna(-1).to_numpy(np.int64)
    row = np.where(by_token >= 0, by_token, last_impression(rows, bought, days))
    counts = row >= 0
    at = row[counts]
    table = dataset.items.set_index("item_id")[["price", "unit_cost"]].reindex(bought["item_id"]).to_numpy(np.float64)
    paid = bought["price"].to_numpy(np.float64)
    margin = np.nan_to_num(np.where(np.isnan(paid), table[:, 0], paid) - table[:, 1])
    earned = np.bincount(at, (margin * bought["quantity"].to_numpy(np.float64))[counts], len(rows))
    return (np.bincount(at, minlength=len(rows)) > 0).astype(np.float64), earned.astype(np.float64)
