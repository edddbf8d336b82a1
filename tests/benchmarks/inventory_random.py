"""Random lead times that cross, and fixed order costs, by exact evaluation beside the optimum."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from shelfwise_inventory_ppo.policy import LearnedPolicy

from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, policy_cost
from shelfwise.evaluation.inventory.exact import optimal_cost as optimal_fixed
from shelfwise.evaluation.inventory.exact_two_point import TwoPointItem, optimal_cost
from shelfwise.simulation.laws import geometric, negative_binomial, poisson
from tests.benchmarks.inventory_grade import rule_of

__all__ = ["random_lead_times"]

Ints = NDArray[np.int64]

_LAWS = {"Poisson 5": poisson(5.0), "geometric 3": geometric(3.0), "neg. bin. 4/8": negative_binomial(4.0, 8.0)}
_POINTS, _LOTS = range(8, 22), range(1, 26)


def random_lead_times() -> None:
    """Print the gaps of the shipped policy where orders take one period or two, and of rules where they cost 5."""
    policy = LearnedPolicy.shipped()
    print("law            early  shortage    optimum  best base-stock %  best capped %  learned %")
    gaps = []
    for name, law in _LAWS.items():
        for early in (0.3, 0.6):
            for penalty in (4.0, 19.0):
                item = TwoPointItem(law, early, 1.0, penalty)
                most = int(law.quantile(0.9999) + 3 * law.mean) + 10
                optimum = optimal_cost(item, most, int(law.quantile(0.99)) + 5)
                simple = _best_level(item, None), _best_level(item, int(law.mean))
                # Announced is the mean, in whole periods.
                announced, late = int(np.rint(2.0 - early)), float(np.sqrt(early * (1.0 - early)))
                rule = rule_of(policy, law, announced, penalty, late=late, shift=2.0 - early - announced)
                learned = policy_cost(item, rule)
                gaps.append([(cost / optimum - 1.0) * 100.0 for cost in (*simple, learned)])
                told = "".join(f"{gap:15.3f}" for gap in gaps[-1])
                print(f"{name:14}{early:6.1f}{penalty:10g}{optimum:11.4f}   {told}", flush=True)
    mean, worst = np.mean(gaps, axis=0), np.max(gaps, axis=0)
    print(f"mean {mean[0]:.3f}, {mean[1]:.3f}, {mean[2]:.3f} %; max {worst[0]:.3f}, {worst[1]:.3f}, {worst[2]:.3f} %")
    _fixed_costs()


def _best_level(item: TwoPointItem, cap: int | None) -> float:
    """Return the least cost over levels, and over caps from so many units on."""
    mean = int(item.law.mean)
    levels = range(2 * mean, 5 * mean + 12)
    caps = [None] if cap is None else [None, *range(cap, 3 * mean + 3)]
    return min(policy_cost(item, base_stock_rule(level, most), 1e-6) for level in levels for most in caps)


def _fixed_costs() -> None:
    """Print the best (s, S) and (s, nQ) for Poisson 5, lead time 2, shortage 14, 5 an order (Bijvank et al. 2015)."""
    item = LostSalesItem(poisson(5.0), 2, 1.0, 14.0, fixed_order_cost=5.0)
    optimum = optimal_fixed(item, most=45, largest_order=22)

    @cache
    def cost(make: Callable[[int, int], Callable[[Ints], Ints]], point: int, lot: int) -> float:
        return policy_cost(item, make(point, lot), 1e-6)

    print(f"\norders that cost 5: optimum {optimum:.3f}")
    for name, make in (("(s, S)", _up_to), ("(s, nQ)", _in_lots)):
        best = min(cost(make, point, lot) for point in _POINTS for lot in _LOTS)
        print(f"{name:8} {best:.3f}, {(best / optimum - 1.0) * 100.0:.2f} % above")


def _up_to(point: int, lot: int) -> Callable[[Ints], Ints]:
    def rule(states: Ints) -> Ints:
        position = states.sum(axis=1)
        return np.where(position <= point, point + lot - position, 0)

    return rule


def _in_lots(point: int, lot: int) -> Callable[[Ints], Ints]:
    def rule(states: Ints) -> Ints:
        lacking = point - states.sum(axis=1)
        return np.where(lacking >= 0, (lacking // lot + 1) * lot, 0)

    return rule
