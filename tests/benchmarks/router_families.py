"""Families of public instances, planned by every contestant in turn within the same CPU seconds."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np

from shelfwise.evaluation.instances import read_instance
from shelfwise.routing import check_routes
from shelfwise.types import Deadline
from tests.benchmarks.router_contestants import CONTESTANTS

__all__ = ["FAMILIES", "family"]

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "routing"

FAMILIES = {
    "x-250": ("cvrp_x", ["X-n1*.vrp", "X-n2[0-4]*.vrp", "X-n251*.vrp"]),
    "x": ("cvrp_x", ["*.vrp"]),
    "solomon": ("solomon", ["*.txt"]),
    "depots": ("mdvrptw", ["*.vrp"]),
    "fleets": ("hfvrp", ["*.vrp"]),
    "trips": ("multi_trip", ["*.vrp"]),
}
"""By section, the folder and the files."""


def family(section, budgets, *, first=0, every=1, only=None):
    """Print for each budget in CPU seconds the gap to the best known in per cent, an instance a row, and the means.

    ``every`` takes every so manieth instance from the ``first`` on, ``only`` some of the contestants.
    """
    folder, patterns = FAMILIES[section]
    paths = sorted(path for pattern in patterns for path in (DATA / folder).glob(pattern))[first::every]
    if not paths:
        print(f"{section}: the public data set is not beside the checkout")
        return
    names = [name for name in CONTESTANTS if not only or name in only]
    for seconds in budgets:
        load = "/".join(f"{value:.1f}" for value in os.getloadavg())
        print(f"{section}, {seconds:g} CPU s each, load {load}")
        print(f"{'':16}" + "".join(f"{name:>16}{'CPU s':>7}" for name in names))
        gaps = []
        for path in paths:
            instance = read_instance(path)
            row = [_tried(CONTESTANTS[name], instance, seconds) for name in names]
            gaps.append([gap for gap, _ in row])
            cells = "".join(f"{'no plan' if np.isnan(gap) else f'{gap:.2f}':>16}{took:7.2f}" for gap, took in row)
            print(f"{instance.name:16}{cells}", flush=True)
        table = np.array(gaps)
        print(f"{'mean':16}" + "".join(f"{mean:16.2f}{'':7}" for mean in _means(table)))
        planned = np.isfinite(table).sum(axis=0)
        print(f"{'planned':16}" + "".join(f"{f'{count} of {len(paths)}':>16}{'':7}" for count in planned), flush=True)


def _means(table):
    """Return the means over the instances that a contestant has a plan for."""
    return [column[np.isfinite(column)].mean() if np.isfinite(column).any() else np.nan for column in table.T]


def _tried(contestant, instance, seconds):
    """Return gap and CPU seconds; NaN where the plan leaves something out, or the checker finds something wrong."""
    started = time.process_time()
    with patch("shelfwise.types.deadline.time", SimpleNamespace(monotonic=time.process_time)):
        plan = contestant.route(
            request=instance.request,
            state=instance.state,
            deliveries=instance.deliveries,
            deadline=Deadline.after(seconds),
        )
    took = time.process_time() - started
    wrong = plan.skipped or check_routes(instance.request, instance.state, instance.deliveries, plan)
    return np.nan if wrong else 100.0 * (plan.cost / instance.best_known - 1.0), took
