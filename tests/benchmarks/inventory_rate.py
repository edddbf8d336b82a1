"""How many periods of item-nodes the simulator steps through in a second, on one core."""

from __future__ import annotations

import time
from collections.abc import Sequence

import attrs
import numpy as np

from shelfwise.simulation import OUTSIDE, BaseStock, EchelonBaseStock, Network, Policy, Source, World, simulate
from shelfwise.simulation.laws import NormalLaw, empirical, poisson

TARGET_MILLIONS = 5.0


@attrs.frozen(eq=False)
class Case:
    """A network in so many scenarios and periods."""

    name: str
    network: Network
    demand: Sequence[Source | None]
    policy: Policy
    scenarios: int
    periods: int
    lead_times: Sequence[Source | None] | None = None


def cases() -> list[Case]:
    """Return what is measured, from the simplest on."""
    law, names = poisson(5.0), [f"item {number}" for number in range(16)]
    items = Network(names, lead_time=1 + np.arange(16) % 4, lost_cost=9.0, initial_stock=20.0)
    many = Network([f"item {number}" for number in range(1000)], lead_time=2, lost_cost=9.0, initial_stock=20.0)
    stores = 20
    tree = Network(
        ("warehouse", *(f"store {number}" for number in range(stores))),
        source=[OUTSIDE] + [0] * stores,
        lead_time=2,
        lost_cost=9.0,
        order_cost=2.0,
        initial_stock=[200.0] + [20.0] * stores,
    )
    limited = Network(names, lead_time=2, capacity=30.0, pack=6.0, storage=60.0, shelf_life=8.0, lost_cost=9.0)
    echelon = EchelonBaseStock(np.array([420.0] + [20.0] * stores))
    level = BaseStock(np.full(16, 20.0))
    return [
        Case("16 items, lost sales", items, [law] * 16, level, 1000, 500),
        Case("1,000 items, lost sales", many, [law] * 1000, BaseStock(np.full(1000, 20.0)), 20, 500),
        Case("16 items, random lead times", items, [law] * 16, level, 1000, 500, [empirical([1, 2, 2, 4])] * 16),
        Case("16 items, packs, storage, shelf life", limited, [law] * 16, level, 1000, 500),
        Case("warehouse and 20 stores", tree, [None, *[law] * stores], echelon, 500, 500),
        Case("the same, normal demand", tree, [None, *[NormalLaw(5.0, 2.0)] * stores], echelon, 500, 500),
    ]


def rate() -> None:
    """Print millions of periods of item-nodes a second, the best of three, with and without drawing the world."""
    print(f"{'millions a second, best of 3 (target: 5)':42}{'simulated':>12}{'drawn':>12}{'both':>12}")
    for case in cases():
        cells = case.periods * case.scenarios * len(case.network) / 1e6
        drawing, stepping = [], []
        for _ in range(3):
            started = time.perf_counter()
            world = World.draw(
                case.network,
                case.demand,
                periods=case.periods,
                scenarios=case.scenarios,
                seed=0,
                lead_times=case.lead_times,
            )
            drawing.append(time.perf_counter() - started)
            started = time.perf_counter()
            simulate(world, case.policy)
            stepping.append(time.perf_counter() - started)
        draw, step = min(drawing), min(stepping)
        both = cells / (draw + step)
        missed = "" if both >= TARGET_MILLIONS else "  below the target"
        print(f"{case.name:42}{cells / step:12.1f}{cells / draw:12.1f}{both:12.1f}{missed}")
