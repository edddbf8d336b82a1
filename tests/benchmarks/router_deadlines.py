"""How long plans take under short deadlines, in a town with windows, two depots and drops that may wait."""

from __future__ import annotations

import gc
import time

import numpy as np
from routing_world import town
from shelfwise_router_pyvrp import PyVRPRouter
from shelfwise_router_pyvrp.refining import prepare

from shelfwise.routing import check_routes
from shelfwise.types import Deadline
from tests.benchmarks.router_contestants import ENDLESS

__all__ = ["deadlines"]

_SIZES = 50, 200, 500, 1000, 2000
_TIMES = 20


def deadlines(limits):
    """Print the wall-clock seconds of plans: median, and the largest of all, with what they leave out."""
    prepare()
    gc.collect()
    gc.freeze()  # as a server does
    router = PyVRPRouter(iterations=ENDLESS, rounds=ENDLESS, workers=1)
    print(f"{'deliveries':>10}{'limit s':>9}{'median s':>10}{'longest s':>10}{'over %':>8}{'skipped':>9}{'wrong':>7}")
    for size in _SIZES:
        request, state, deliveries = town(size, vehicles=size // 3)
        for limit in limits:
            took, skipped, wrong = [], 0, 0
            for _ in range(_TIMES):
                started = time.perf_counter()
                plan = router.route(request, state, deliveries, Deadline.after(limit))
                took.append(time.perf_counter() - started)
                skipped, wrong = len(plan.skipped), wrong + len(check_routes(request, state, deliveries, plan))
            over = 100.0 * (max(took) / limit - 1.0)
            median = float(np.median(took))
            print(f"{size:10}{limit:9.2f}{median:10.3f}{max(took):10.3f}{over:8.0f}{skipped:9}{wrong:7}", flush=True)
