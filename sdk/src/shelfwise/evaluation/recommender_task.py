"""What a recommender is asked in an evaluation: what it learns from, whom it serves, and what they bought next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pandas as pd

from shelfwise.dataset.tables import records
from shelfwise.types import Event, EventKind

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["RecommenderTask", "Window", "events_of", "next_basket"]


@attrs.frozen(eq=False)
class Window:
    """What customers bought in the ``days`` after the data ends: customer to item to days until the first purchase."""

    days: float
    bought: Mapping[str, Mapping[str, float]]


@attrs.frozen(eq=False)
class RecommenderTask:
    """Learn from ``dataset``, then recommend to each customer of ``targets``, who next bought those items.

    ``events`` holds what a customer did after the events of the data set end, held out or not, and comes with the
    request, as after the last training in production; ``zones`` where a customer without a record lives. With
    ``exclude_purchased`` items had before are not recommended. ``window`` holds everything bought after the data ends,
    where the task has times. ``protocol`` says all this in the report.
    """

    dataset: Dataset
    targets: Mapping[str, frozenset[str]]
    events: Mapping[str, tuple[Event, ...]] = attrs.field(factory=dict)
    exclude_purchased: bool = False
    protocol: Mapping[str, Any] = attrs.field(factory=dict)
    zones: Mapping[str, str] = attrs.field(factory=dict)
    window: Window | None = None

    def histories(self) -> dict[str, set[str]]:
        """Return what each customer of the targets had bought when the recommendation is made."""
        events = self.dataset.events
        bought = events[(events["kind"] == EventKind.PURCHASE.value) & events["customer_id"].isin(list(self.targets))]
        held = {customer: set(items) for customer, items in bought.groupby("customer_id")["item_id"]}
        return {
            customer: held.get(customer, set())
            | {event.item_id for event in self.events.get(customer, ()) if event.kind == EventKind.PURCHASE}
            for customer in self.targets
        }

    def new_items(self) -> frozenset[str]:
        """Return the items of the targets that nobody ever did anything with in the events to be fitted."""
        return frozenset(item for items in self.targets.values() for item in items) - set(
            self.dataset.events["item_id"]
        )


def events_of(held_out: pd.DataFrame) -> dict[str, tuple[Event, ...]]:
    """Return held-out interactions (columns of ``Dataset.events``) as each customer's events of a request."""
    events: dict[str, list[Event]] = {}
    for row in records(held_out):
        if row.customer_id:
            moment = row.time.to_pydatetime().replace(tzinfo=UTC)
            events.setdefault(row.customer_id, []).append(Event(row.item_id, EventKind(row.kind), moment, row.quantity))
    return {customer: tuple(some) for customer, some in events.items()}


def next_basket(
    dataset: Dataset,
    split: datetime,
    *,
    days: float,
    exclude_purchased: bool = False,
    refit: bool = True,
    seed: int = 0,
) -> RecommenderTask:
    """Learn from what was before ``split`` and predict each customer's first basket of the ``days`` after it.

    A basket is what one session bought, or one customer on one day. Customers never seen before are asked too; items
    that were not sold before cannot be recommended by anyone and stay in the targets. Without ``refit`` the ``days``
    before the split are held out of the events and come with the request, as what happened since the last training.
    The tables list customers and items in an order drawn by ``seed``.
    """
    train = _shuffled(dataset.before(split), seed)
    if not refit:
        train = train.hold_out(split - timedelta(days=days))
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
    waited = ((later["time"] - start) / pd.Timedelta(days=1)).to_numpy(float)
    bought: dict[str, dict[str, float]] = {}
    for customer, item, days_after in zip(later["customer_id"], later["item_id"], waited.tolist(), strict=True):
        bought.setdefault(customer, {}).setdefault(item, days_after)
    protocol = {
        "name": "next basket",
        "split": start.isoformat(),
        "days": days,
        "refit": refit,
        "customers": len(targets),
        "exclude_purchased": exclude_purchased,
    }
    return RecommenderTask(
        train,
        targets,
        events_of(train.held_out),
        exclude_purchased=exclude_purchased,
        protocol=protocol,
        window=Window(days, bought),
    )


def _shuffled(dataset: Dataset, seed: int) -> Dataset:
    """Return the data set with its items and customers in another order, so that none tells anything."""
    generator = np.random.default_rng(seed)
    items, customers = (
        frame.iloc[generator.permutation(len(frame))].reset_index(drop=True)
        for frame in (dataset.items, dataset.customers)
    )
    return attrs.evolve(dataset, items=items, customers=customers)
