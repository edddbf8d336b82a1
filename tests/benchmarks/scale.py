"""A retailer of real size, in process: what it takes to read, train, plan and serve the Online Retail export.

Run by ``python -m tests.benchmarks scale``. The export is raw, without any configuration.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from shared_data import SHARED

from shelfwise.config import Config
from shelfwise.dataset import read_dataset
from shelfwise.orchestrator import Orchestrator
from shelfwise.training import train
from shelfwise.types import (
    Customer,
    DecisionRequest,
    ForecastRequest,
    Link,
    Options,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
)

CALLS = 300
IMPORTS = 5


def timed(work):
    """Return what ``work`` returns, and the seconds that it took."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def plan(*disabled: Link) -> DecisionRequest:
    """Ask for everything, for every customer, item and node."""
    return DecisionRequest(
        recommend=RecommendRequest(all_customers=True, slate_size=10),
        forecast=ForecastRequest(horizon_days=28),
        replenish=ReplenishRequest(),
        route=RouteRequest(),
        options=Options(disabled_links=disabled),
    )


def import_seconds(module: str) -> float:
    """Return the least seconds by which importing a module lengthens the start of Python."""

    def run(code: str) -> float:
        return min(timed(lambda: subprocess.run([sys.executable, "-c", code], check=True))[1] for _ in range(IMPORTS))

    return run(f"import {module}") - run("pass")


def main() -> None:
    """Print each figure beside its target."""
    folder = SHARED / "online_retail"
    if not folder.exists():
        print("skipped: needs the public data set online_retail beside the checkout")
        return
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as models:
        dataset, read = timed(lambda: read_dataset(Config().data, folder))
        _, trained = timed(lambda: train(Config(), dataset, Path(models)))
        orchestrator, opened = timed(lambda: Orchestrator.open(Path(models)))
    customers = [Customer(customer) for customer in orchestrator.state.customers.index]
    decision, planned = timed(lambda: orchestrator.decide(plan()))
    _, siloed = timed(lambda: orchestrator.decide(plan(*Link)))
    calls = [
        timed(lambda one=one: orchestrator.decide(DecisionRequest(recommend=RecommendRequest((one,)))))[1] * 1000
        for one in np.random.default_rng(0).choice(np.array(customers, dtype=object), CALLS)
    ]
    rows = [
        ("items, customers", "", f"{len(orchestrator.state.items.index):,}, {len(customers):,}"),
        ("read and clean, s", "", f"{read:.1f}"),
        ("train, s", "<= 60", f"{trained:.1f}"),
        ("open the bundle, s", "", f"{opened:.2f}"),
        ("coordinated plan for everything, s", "<= 30", f"{planned:.1f} ({decision.signals.passes} passes)"),
        ("siloed plan for everything, s", "", f"{siloed:.1f}"),
        ("storefront call p50, p99, ms", "<= 10", f"{np.percentile(calls, 50):.2f}, {np.percentile(calls, 99):.2f}"),
        ("import shelfwise, s", "<= 0.3", f"{import_seconds('shelfwise'):.3f}"),
        ("import shelfwise.types, s", "", f"{import_seconds('shelfwise.types'):.3f}"),
        ("peak memory, MB", "", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"),
    ]
    rows += [(f"  {r.stage.value}, all passes, s", "", f"{r.milliseconds / 1000:.2f}") for r in decision.stages]
    print(f"\n{'':38}{'target':>8}  measured")
    for name, target, measured in rows:
        print(f"{name:38}{target:>8}  {measured}")
    signals = decision.signals
    print(f"\nobjective {signals.objective:,.0f}, siloed {signals.siloed_objective:,.0f} {decision.currency}")
    print(f"load after {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main()
