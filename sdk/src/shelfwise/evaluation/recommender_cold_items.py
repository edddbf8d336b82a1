"""Items nobody has bought: part of the catalogue stripped of its interactions and looked for."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.evaluation.recommender_task import RecommenderTask
from shelfwise.evaluation.removal import without_events

__all__ = ["cold_items"]


def cold_items(task: RecommenderTask, *, share: float = 0.1, seed: int = 0) -> RecommenderTask:
    """Take all interactions with a share of the items away, and look for these items in the targets.

    The items, drawn by ``seed`` from those with interactions, stay in the catalogue with their attributes. Only
    customers who next bought one of them are asked, and only those items count; all items are ranked.
    """
    dataset = task.dataset
    had = set(dataset.events["item_id"])
    known = [item for item in dataset.items["item_id"] if item in had]
    drawn = np.random.default_rng(seed).permutation(np.array(known, dtype=object))[: round(share * len(known))]
    cold = frozenset(drawn.tolist())
    targets = {customer: items & cold for customer, items in task.targets.items() if items & cold}
    events = {
        customer: tuple(event for event in some if event.item_id not in cold) for customer, some in task.events.items()
    }
    protocol = dict(task.protocol) | {
        "cold": "items: without interactions, and the only ones that count",
        "share": share,
        "cold_items": len(cold),
        "customers": len(targets),
    }
    rest = without_events(dataset, "item_id", cold)
    return attrs.evolve(task, dataset=rest, targets=targets, events=events, protocol=protocol)
