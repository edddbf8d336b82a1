"""The baseline router on public instances: ``python -m tests.benchmarks.router [--all] [--seconds S ...]``.

Gap to the best known cost on the X set (CVRP), Solomon's R1, C1 and RC1 (time windows, DIMACS rule) and samples of
HFVRP (mixed fleets), every plan checked independently: searching for 1 and for 5 seconds of wall clock, and as it is
by default, when the search ends by itself; and the time of a plan for a town of 1,000 deliveries.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from pathlib import Path

import numpy as np

from shelfwise.baselines.router import BaselineRouter
from shelfwise.evaluation.instances import read_instance
from shelfwise.evaluation.router import RouterRow, evaluate
from shelfwise.routing import check_routes
from shelfwise.types import Deadline
from tests.routing_world import town

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "routing"
TIRELESS = BaselineRouter(rounds_per_delivery=10**6, most_rounds=10**9)
"""A baseline that searches until its time is up."""

SETS = {"cvrp_x": ("*.vrp", 5), "solomon": ("*.txt", 3), "hfvrp": ("*.vrp", 3)}
"""The sets, with every how manieth instance is taken unless all are."""

PEERS = """Published or measured elsewhere, for comparison (mean gap in %, CPU seconds on a 2-core machine):
  X-n101 / X-n153 / X-n200   PyVRP 0.14.1   1 s 1.3 / 3.8 / 2.7   5 s 0.1 / 0.9 / 2.1   20 s 0.0 / 0.75 / 0.32
                             OR-Tools 9.15  20 s 5.5 / 5.6 / 3.5
                             VROOM          0.14-0.65 s 1.9-2.6
  R101                       VROOM 0.4 in 2.2 s, OR-Tools 9.15 no solution in 20 s
  X set                      PyVRP 0.14 60 s 0.63-0.65, OR-Tools long runs 4.42
  HFVRP                      PyVRP 0.14 60 s 1.4-1.6"""


def instances(name: str, *, every: bool) -> list[Path]:
    """Return the files of a set, all or a spread of them."""
    pattern, step = SETS[name]
    return sorted((DATA / name).glob(pattern))[:: 1 if every else step]


def table(name: str, limits: list[float], *, every: bool) -> None:
    """Print one row an instance, and the means."""
    paths = instances(name, every=every)
    if not paths:
        print(f"{name}: the public data set is not beside the checkout")
        return
    tries = {f"gap % in {limit:g} s": (TIRELESS, limit) for limit in limits} | {"by default": (BaselineRouter(), 60.0)}
    rows: list[list[RouterRow]] = []
    for path in paths:
        instance = read_instance(path)
        rows.append([evaluate([instance], {"": router}, seconds=limit).rows[0] for router, limit in tries.values()])
    print(f"{name:14}{'best known':>14}" + "".join(f"{label:>16}{'seconds':>9}" for label in tries))
    for tried in rows:
        cells = "".join(f"{_gap(row):>16}{row.seconds:9.2f}" for row in tried)
        print(f"{tried[0].instance:14}{tried[0].best_known:14,.1f}{cells}")
    means = [
        np.mean([row.gap_percent for row in column if row.gap_percent is not None])
        for column in zip(*rows, strict=True)
    ]
    feasible = [sum(row.feasible for row in column) for column in zip(*rows, strict=True)]
    print(f"{'mean':28}" + "".join(f"{mean:16.2f}{'':9}" for mean in means))
    print(f"{'feasible':28}" + "".join(f"{f'{count} of {len(rows)}':>16}{'':9}" for count in feasible), flush=True)


def _gap(row: RouterRow) -> str:
    return "not feasible" if row.gap_percent is None else f"{row.gap_percent:.2f}"


def large_town() -> None:
    """Print how long a plan for 1,000 deliveries with windows and two depots takes."""
    request, state, deliveries = town(1000, vehicles=220)
    for limit in (0.5, 1.0, 5.0):
        started = time.perf_counter()
        plan = BaselineRouter().route(request, state, deliveries, Deadline.after(limit))
        seconds = time.perf_counter() - started
        started = time.perf_counter()
        problems = check_routes(request, state, deliveries, plan)
        checked = time.perf_counter() - started
        print(
            f"1,000 deliveries in {limit:g} s: cost {plan.cost:,.0f}, {len(plan.routes)} routes, {len(plan.skipped)}"
            f" skipped, {len(problems)} violations; {seconds:.2f} s, checked in {1e3 * checked:.1f} ms"
        )


def main() -> None:
    """Print all figures, with machine and load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every instance, not a spread of them")
    parser.add_argument("--seconds", type=float, nargs="+", default=[1.0, 5.0])
    options = parser.parse_args()
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    large_town()
    for name in SETS:
        table(name, options.seconds, every=options.all)
    print(PEERS)


if __name__ == "__main__":
    main()
