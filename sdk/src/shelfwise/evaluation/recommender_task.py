"""What a recommender is asked in an evaluation: what it learns from, whom it serves, and what they bought next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
import pandas as pd

from shelfwise.types import Event, EventKind

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["RecommenderTask", "next_basket"]


@attrs.frozen(eq=False)
class RecommenderTask:
    """Learn from ``dataset``, then recommend to each customer of ``targets``, who next bought those items.

    ``events`` holds what a customer did after the data set ends, and comes with the request. With
    ``exclude_purchased`` items had before are not recommended. ``protocol`` says all this in the report.
    """

    dataset: Dataset
    targets: Mapping[str, frozenset[str]]
    events: Mapping[str, tuple[Event, ...]] = attrs.field(factory=dict)
    exclude_purchased: bool = False
    protocol: Mapping[str, Any] = attrs.field(factory=dict)

    def histories(self) -> dict[str, set[str]]:
        """Return what each customer of the targets had bought when the recommendation is made."""
        events = self.dataset.events
        bought = events[(events["kind"] == EventKind.PURCHASE.value) & events["customer_id"].isin(list(self.targets))]
        held = {customer: set(items) for customer, items in bought.groupby("customer_id")["item_id"]}
        return {
            customer: held.get(customer, set()) | {event.item_id for event in self.events.get(customer, ())}
            for customer in self.targets
        }


def next_basket(dataset: Dataset, split: datetime, *, days: float, exclude_purchased: bool = False) -> RecommenderTask:
    """Learn from what was before ``split`` and predict each customer's first basket of the ``days`` after it.

    A basket is what one session bought, or one customer on one day. Customers never seen before are asked too; items
    that were not sold before cannot be recommended by anyone and stay in the targets.
    """
    train = dataset.before(split)
    events = dataset.events
    start = pd.Timestamp(split).tz_localize(None) if split.tzinfo is None else pd.Timestamp(split).tz_convert(None)
    later = events[
        (events["time"] >= start)
        & (events["time"] < start + pd.Timedelta(days=days))
        & (events["kind"] == EventKind.PURCHASE.value)
        & (events["customer_id"] != "")
    ]
    basket = later["session_id"].where(later["session_id"] != "", later["time"].dt.strftime("%Y-%m-%d"))
    first = basket.groupby(later["customer_id"]).transform("first")
    targets = {str(c): frozenset(items) for c, items in later[basket == first].groupby("customer_id")["item_id"]}
    protocol = {
        "name": "next basket",
        "split": start.isoformat(),
        "days": days,
        "customers": len(targets),
        "exclude_purchased": exclude_purchased,
    }
    return RecommenderTask(train, targets, exclude_purchased=exclude_purchased, protocol=protocol)
