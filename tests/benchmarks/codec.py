"""What it costs to go over the wire: ``python -m tests.benchmarks.codec``.

Two cases: a storefront call (one customer with 20 events, a slate of 10), and the forecast of a whole shop
(3,800 series over 28 days with five quantiles and three parts). Each figure is the best of nine batches: what
else runs on the machine only adds to it, and the median is given for the sum.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from shelfwise.types import (
    CartLine,
    Customer,
    Decision,
    DecisionRequest,
    DemandForecast,
    Event,
    EventKind,
    Index,
    Reason,
    RecommendRequest,
    Slate,
    SlateItem,
    Stage,
    StageReport,
    StageState,
)
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire import decision_from_proto, decision_to_proto, request_from_proto, request_to_proto

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
SERIES, DAYS = 3800, 28


def storefront() -> tuple[DecisionRequest, Decision]:
    """Return the request and the decision of one page view."""
    events = [Event(f"item-{row}", EventKind.VIEW, NOW) for row in range(20)]
    customer = Customer("customer-1", events, [CartLine("item-1", 2.0)], "north", consent=True)
    request = DecisionRequest("page-1", NOW, recommend=RecommendRequest([customer]))
    items = [
        SlateItem(row + 1, f"item-{row}", 0.5, 0.02, 9.99, "store-1", date(2026, 4, 2), [Reason("POPULAR", "Popular.")])
        for row in range(10)
    ]
    slates = [Slate("customer-1", items)]
    stages = [StageReport(stage, StageState.OK, "baseline", "0.1.0") for stage in Stage]
    return request, Decision("decision-1", "page-1", NOW, "EUR", "model-1", recommendations=slates, stages=stages)


def plan() -> Decision:
    """Return the forecast of every item of a shop."""
    random = np.random.default_rng(0)
    shape = (SERIES, 1, DAYS)
    forecast = DemandForecast(
        Index(f"item-{row}" for row in range(SERIES)),
        Index(["store-1"]),
        NOW.date(),
        (0.05, 0.25, 0.5, 0.75, 0.95),
        random.random(shape),
        random.random((5, *shape)),
        {name: random.random(shape) for name in ("base", "season", "exposure")},
    )
    return Decision("decision-1", "plan-1", NOW, "EUR", "model-1", forecasts=forecast)


def microseconds(action: Callable[[], Any], runs: int, repeat: int = 9) -> tuple[float, float]:
    """Return the best and the median time of one ``action``, over ``repeat`` batches of ``runs``."""
    batches = []
    for _ in range(repeat):
        start = time.perf_counter()
        for _ in range(runs):
            action()
        batches.append((time.perf_counter() - start) / runs)
    return min(batches) * 1e6, statistics.median(batches) * 1e6


def four_ways(value: Any, to_proto: Any, from_proto: Any, kind: Any, runs: int) -> dict[str, tuple[float, float]]:
    """Time a value on its way to bytes and back: the best and the median microseconds of each step."""
    message = to_proto(value)
    data = message.SerializeToString()
    return {
        "to proto": microseconds(lambda: to_proto(value), runs),
        "serialise": microseconds(message.SerializeToString, runs),
        "parse": microseconds(lambda: kind.FromString(data), runs),
        "from proto": microseconds(lambda: from_proto(message), runs),
    }


def main() -> None:
    """Measure and print."""
    request, decision = storefront()
    asked = four_ways(request, request_to_proto, request_from_proto, pb.DecideRequest, 500)
    answered = four_ways(decision, decision_to_proto, decision_from_proto, pb.DecideResponse, 500)
    whole = plan()
    forecast = four_ways(whole, decision_to_proto, decision_from_proto, pb.DecideResponse, 1)
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"codec: {platform.machine()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    print(f"{'microseconds, best of 9':30}" + "".join(f"{step:>12}" for step in asked))
    named = {
        "storefront request": asked,
        "storefront decision": answered,
        f"forecast of {SERIES} x {DAYS} days": forecast,
    }
    for name, steps in named.items():
        print(f"{name:30}" + "".join(f"{best:12,.1f}" for best, _ in steps.values()))
    server = (asked["parse"], asked["from proto"], answered["to proto"], answered["serialise"])
    best, median = (sum(figures) for figures in zip(*server, strict=True))
    print(f"a server's share of a storefront call: {best:.0f} us (median {median:.0f})")
    print(f"the forecast: {len(decision_to_proto(whole).SerializeToString()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
