"""From a data set to what the recommender knows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.recommender.affinity import item_attributes
from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.baselines.recommender.learned import Learned
from shelfwise.baselines.recommender.learning import best_half_life, learn_propensity
from shelfwise.baselines.recommender.model import Memory, Settings
from shelfwise.slates import Trial, steered_units
from shelfwise.types import EventKind, Index, Progress

if TYPE_CHECKING:
    from pandas import DataFrame

    from shelfwise.dataset import Dataset

__all__ = ["learn"]


def learn(dataset: Dataset, settings: Settings, *, window_days: float, seed: int, progress: Progress) -> Learned:
    """Learn from the events: first the probabilities with the last window held out, then the memory from all."""
    items = Index(tuple(dataset.items["item_id"]))
    events, demand = dataset.events, dataset.demand
    past = Interactions.from_events(events, items) if len(events) else Interactions.from_demand(demand, items)
    zones, zone = _zones(dataset.customers, past.customers)
    now = float(past.day.max(initial=0.0)) + 1e-6
    begins = float(past.day.min(initial=now))
    window = max(min(window_days, (now - begins) / 5.0), 1e-6)
    split = now - window
    half_life = best_half_life(past, split)
    shared = {"half_life_days": half_life, "zone": zone, "zones": zones, "attributes": item_attributes(dataset.items)}
    progress("recommender", 1, 4)
    earlier = Memory.of(past.before(split), settings, now=split, **shared)
    progress("recommender", 2, 4)
    propensity = learn_propensity(past, earlier, split=split, exponent=window_days / window, seed=seed)
    progress("recommender", 3, 4)
    memory = Memory.of(past, settings, now=now, **shared)
    node_ids, node_share = _node_share(demand)
    baskets = memory.histories.baskets
    span = max(now - begins, 1.0)
    progress("recommender", 4, 4)
    return Learned(
        memory=memory,
        propensity=propensity,
        units=_units(events, items),
        node_ids=node_ids,
        node_share=node_share,
        weekday_share=np.bincount(past.line_day.astype(np.int64) % 7, minlength=7)[[4, 5, 6, 0, 1, 2, 3]] / 1.0,
        tie=_tie(past, memory.popularity.overall, seed),
        visits=baskets * (window_days / span),
        lines=float(past.item.size / max(1, past.customer.size)),
        trial=Trial.of(dataset, window_days),
        steered=steered_units(dataset, items, memory.customers, window_days),
    )


def _zones(customers: DataFrame, known: Index) -> tuple[Index, NDArray[np.int64]]:
    """Return the zones on record and each customer's position among them, -1 where it is unknown."""
    zone_of = dict(zip(customers["customer_id"], customers["zone"], strict=True))
    names = [str(zone_of.get(customer, "")) for customer in known]
    zones = Index(tuple(dict.fromkeys(name for name in names if name)))
    return zones, zones.positions(names)


def _units(events: DataFrame, items: Index) -> NDArray[np.float64]:
    """Return the mean quantity of a purchase per item, without the largest percent, drawn towards the overall mean."""
    bought = events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(np.bool_)]
    row, quantity = items.positions(bought["item_id"]), bought["quantity"].to_numpy(np.float64)
    if not row.size:
        return np.ones(len(items))
    quantity = np.minimum(quantity, np.quantile(quantity, 0.99))[row >= 0]
    row = row[row >= 0]
    mean = float(quantity.mean()) if row.size else 1.0
    total, lines = np.bincount(row, quantity, len(items)), np.bincount(row, minlength=len(items))
    return np.asarray((total + 5.0 * mean) / (lines + 5.0))


def _node_share(demand: DataFrame) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    units = demand.groupby("node_id", sort=True)["units"].sum()
    share = units.to_numpy(np.float64) / max(float(units.sum()), 1e-12)
    return tuple(map(str, units.index)), share


def _tie(past: Interactions, share: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return in [0, 1) what decides between equals: popularity, then recency, then a hash; never the id's order."""
    last = np.full(share.size, -np.inf)
    np.maximum.at(last, past.item, past.line_day)
    salt = seed.to_bytes(8, "little", signed=True)
    scrambled = np.array(
        [int.from_bytes(hashlib.blake2b(i.encode(), digest_size=8, key=salt).digest(), "little") for i in past.items],
        dtype=np.uint64,
    )
    order = np.lexsort((scrambled, last, share))
    tie = np.empty(share.size)
    tie[order] = np.arange(share.size) / max(1, share.size)
    return tie
