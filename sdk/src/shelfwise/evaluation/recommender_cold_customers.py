"""Customers nobody knows: part of the customers forgotten and asked as strangers."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.evaluation.recommender_task import RecommenderTask, events_of
from shelfwise.evaluation.removal import without_events

__all__ = ["cold_customers"]


def cold_customers(task: RecommenderTask, *, share: float = 0.1, seed: int = 0) -> RecommenderTask:
    """Take all that is known of a share of the customers away, and ask for them twice under names nobody has seen.

    Once nothing but their zone is known, so their history is of 0 items; once the request also holds their last
    event, so it is of 1 item where that was a purchase: the bins of history tell the two apart. Customers are drawn by
    ``seed`` from those of the targets with a history.
    """
    dataset = task.dataset
    last = {customer: events[-1] for customer, events in events_of(dataset.events).items()}
    last |= {customer: events[-1] for customer, events in task.events.items() if events}
    known = [customer for customer in task.targets if customer in last]
    drawn = np.random.default_rng(seed).permutation(np.array(known, dtype=object))[: round(share * len(known))]
    gone = frozenset(drawn.tolist())
    recorded = dataset.customers["customer_id"].isin(list(gone)).to_numpy(bool)
    zone = dict(zip(dataset.customers["customer_id"], dataset.customers["zone"], strict=True))
    rest = attrs.evolve(
        without_events(dataset, "customer_id", gone),
        customers=dataset.customers[~recorded].reset_index(drop=True),
    )
    strangers = {f"stranger {number}": customer for number, customer in enumerate(drawn.tolist())}
    visitors = {f"visitor {number}": customer for number, customer in enumerate(drawn.tolist())}
    targets = {name: task.targets[customer] for name, customer in (strangers | visitors).items()}
    protocol = dict(task.protocol) | {
        "cold": "customers: forgotten, then asked with their zone only (history 0) and with one event (history 1-2)",
        "share": share,
        "customers": len(targets),
    }
    return attrs.evolve(
        task,
        dataset=rest,
        targets=targets,
        events={name: (last[customer],) for name, customer in visitors.items()},
        zones={name: str(zone.get(customer, "")) for name, customer in (strangers | visitors).items()},
        protocol=protocol,
    )
