"""One recommender loaded from a bundle and asked: the process with one thread of ``recommender_speed``."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from shelfwise.dataset import Dataset
from shelfwise.plugins import build, call
from shelfwise.types import (
    CartLine,
    Customer,
    Deadline,
    DeliveryCosts,
    Event,
    EventKind,
    Index,
    RecommendRequest,
    State,
    StockOutlook,
)

WARM_UP, CALLS, BATCH, BATCHES = 20, 500, 1000, 4


def measured(name: str, place: Path, *, batch: bool) -> dict[str, float]:
    """Return seconds to load, percentiles of one customer in milliseconds, the rate of batches, and the memory."""
    plugin = build("recommender", name).plugin
    begun = time.perf_counter()
    call(plugin, "load", directory=place / "model")
    figures = {"load_seconds": time.perf_counter() - begun}
    state = Dataset.load_reference(place / "reference")
    signals = {"stock_outlook": _outlook(state), "delivery_costs": _costs(state)}
    generator = np.random.default_rng(0)
    seconds = []
    for number in range(WARM_UP + CALLS):
        request = _request(state, generator)
        start = time.perf_counter()
        answer = call(plugin, "recommend", request=request, state=state, deadline=Deadline(), **signals)
        seconds.append(time.perf_counter() - start)
        assert len(answer.slates[0].items) == request.slate_size, f"call {number} of {name} has a short slate"
    timed = 1e3 * np.array(seconds[WARM_UP:])
    figures |= {"p50_ms": float(np.median(timed)), "p99_ms": float(np.quantile(timed, 0.99))}
    if batch:
        figures["customers_per_second"] = _rate(plugin, state, state.customers.index.ids)
        strangers = tuple(f"stranger {number}" for number in range(BATCH * BATCHES))
        figures["strangers_per_second"] = _rate(plugin, state, strangers)
    return figures | {"memory_mb": _memory_mb()}


def _memory_mb() -> float:
    """Return the most memory that this process has held; what getrusage says takes in the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024.0


def _request(state: State, generator: np.random.Generator) -> RecommendRequest:
    """Return a storefront call: a customer in a session, with a cart, exclusions, categories, caps and diversity."""
    items = state.items.index.take(generator.choice(len(state.items.index), 25, replace=False))
    customer = Customer(
        state.customers.index[int(generator.integers(len(state.customers.index)))],
        events=tuple(Event(item, EventKind.VIEW) for item in items[:3]),
        cart=(CartLine(items[3]),),
    )
    return RecommendRequest(
        (customer,),
        exclude_item_ids=items[5:],
        deny_categories=(str(state.items.category[0]), str(state.items.category[1])),
        exclude_purchased=True,
        most_per_category=3,
        most_per_brand=2,
        diversity=0.3,
    )


def _rate(plugin: object, state: State, customers: Sequence[str]) -> float:
    begun = time.perf_counter()
    for number in range(BATCHES):
        ids = customers[number * BATCH : (number + 1) * BATCH]
        call(
            plugin,
            "recommend",
            request=RecommendRequest(tuple(map(Customer, ids))),
            state=state,
            stock_outlook=None,
            delivery_costs=None,
            deadline=Deadline(),
        )
    return BATCH * BATCHES / (time.perf_counter() - begun)


def _outlook(state: State) -> StockOutlook:
    nodes = Index(state.nodes.selling_ids)
    shape = (len(state.items.index), len(nodes))
    available = np.where(np.random.default_rng(1).random(shape) < 0.9, 50.0, 0.0)
    return StockOutlook(state.items.index, nodes, available, (available > 0).astype(np.float64), np.zeros(shape))


def _costs(state: State) -> DeliveryCosts:
    zones, nodes = Index(tuple(sorted(set(state.customers.zone.tolist())))), Index(state.nodes.selling_ids)
    shape = (len(zones), len(nodes))
    return DeliveryCosts(zones, nodes, np.full(shape, 4.0), np.full(shape, 2.0))


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]), batch=sys.argv[3] == "batch")))
