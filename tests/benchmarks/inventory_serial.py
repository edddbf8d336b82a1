"""Stages in series with backorders: the published optima simulated, and found by tuning."""

from __future__ import annotations

import time

import numpy as np

from shelfwise.simulation import OUTSIDE, EchelonBaseStock, Network, World, simulate
from shelfwise.simulation.laws import NormalLaw
from shelfwise.simulation.tuning import tuned

SYSTEMS = (
    ("problem 6.1", (1.0, 4.0, 8.0), 40.0, NormalLaw(10.0, 2.0), (46.280, 23.497, 12.765), 86.025),
    ("example 6.1", (2.0, 4.0, 7.0), 37.12, NormalLaw(5.0, 1.0), (22.71, 12.02, 6.49), 47.65),
)
"""Snyder and Shen, Fundamentals of Supply Chain Theory: local holding costs, penalty, demand, echelon levels, cost."""
ALLOWED_PERCENT = 0.3


def serial() -> None:
    """Print the simulated cost of the published levels and of tuned ones against the published optimum.

    In the book an order leaves at the end of a period, here at the beginning of the next: lanes are a period shorter
    into the last stage, and the units on that one have to be paid for beside.
    """
    print("system        levels      published   simulated   half width   gap, %   seconds")
    for name, holding, penalty, law, levels, known in SYSTEMS:
        network = Network(
            ("upstream", "middle", "downstream"),
            source=[OUTSIDE, 0, 1],
            lead_time=[2, 1, 0],
            holding_cost=holding,
            transit_cost=[0.0, *holding[:2]],
            backorder_cost=[0.0, 0.0, penalty],
            backorder_share=1.0,
            initial_stock=np.diff([0.0, *levels[::-1]])[::-1],
        )
        demand = [None, None, law]
        world = World.draw(network, demand, periods=1_100, scenarios=500, seed=1)
        for kind in ("published", "tuned"):
            started = time.perf_counter()
            policy = EchelonBaseStock(np.array(levels))
            if kind == "tuned":
                policy = tuned("echelon_base_stock", network, demand, budget=2_000_000)
            cost = simulate(world, policy, warmup=100).cost.sum(axis=0) + holding[1] * law.mean
            gap = (cost.mean() / known - 1.0) * 100.0
            width = 1.96 * cost.std(ddof=1) / np.sqrt(len(cost))
            missed = "" if kind == "tuned" or abs(gap) <= ALLOWED_PERCENT else f"  over {ALLOWED_PERCENT} %"
            print(
                f"{name:14}{kind:12}{known:9.3f}{cost.mean():12.3f}{width:13.3f}{gap:9.2f}"
                f"{time.perf_counter() - started:10.1f}{missed}"
            )
