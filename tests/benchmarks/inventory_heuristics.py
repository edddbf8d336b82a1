"""Tuned policies of every kind on the sixteen lost-sales items, and the time to tune 1,000 items."""

from __future__ import annotations

import time

import numpy as np

from shelfwise.simulation import Network, World, simulate
from shelfwise.simulation.laws import poisson
from shelfwise.simulation.tuning import KINDS, tuned
from tests.benchmarks.inventory_lost_sales import DATA, cells


def heuristics() -> None:
    """Print gaps to the optimum on draws that no search saw, and the seconds of each search."""
    laws, network = [poisson(5.0)] * 16, None
    if DATA.exists():
        items = cells()
        network = Network(
            [f"item {number}" for number in range(16)],
            lead_time=[item["lead_time"] for item in items],
            lost_cost=[item["penalty"] for item in items],
            initial_stock=20.0,
        )
        optimal = np.array([item["optimal_cost"] for item in items])
        world = World.draw(network, laws, periods=2_100, scenarios=200, seed=1)
    random = np.random.default_rng(0)
    means = random.gamma(1.0, 5.0, 1000) + 0.1
    many = Network(
        [f"item {number}" for number in range(1000)],
        lead_time=random.integers(1, 6, 1000),
        lost_cost=random.uniform(4.0, 40.0, 1000),
        order_cost=5.0,
    )
    various = [poisson(mean) for mean in means]
    print("                         16 items, gap, %                         1,000 items with fixed order cost")
    print("kind                     mean          max   half width  seconds    mean cost    seconds")
    for kind in KINDS:
        line = f"{kind:22}"
        if network is not None:
            started = time.perf_counter()
            policy = tuned(kind, network, laws, budget=4_000_000)
            seconds = time.perf_counter() - started
            gaps = (simulate(world, policy, warmup=100).cost / optimal[:, None] - 1.0) * 100.0
            width = 1.96 * gaps.mean(axis=0).std(ddof=1) / np.sqrt(gaps.shape[1])
            line += f"{gaps.mean():7.2f}{gaps.mean(axis=1).max():13.2f}{width:13.2f}{seconds:9.1f}"
        else:
            line += " " * 42
        started = time.perf_counter()
        found = tuned(kind, many, various)
        print(f"{line}{found.cost.mean():13.3f}{time.perf_counter() - started:11.1f}", flush=True)
