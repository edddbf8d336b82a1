"""Exact grades: a learned policy tabulated on whole states, beside the optimum and the best capped base-stock."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import stats
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.terms import Terms

from shelfwise.evaluation.inventory.exact import LostSalesItem, base_stock_rule, optimal_cost, policy_cost
from shelfwise.simulation.laws import DiscreteLaw

__all__ = ["Grade", "grade", "print_grades", "rule_of"]

Ints = NDArray[np.int64]


class Orders(Protocol):
    """A policy that is told terms, stock on hand and what is due, a row an item-node."""

    def order(self, terms: Terms, on_hand: NDArray[np.float64], due: NDArray[np.float64]) -> NDArray[np.floating[Any]]:
        """Return units to order, of any size."""


_STATES = 900_000
_KNOWN: dict[object, tuple[float, float]] = {}


@attrs.frozen
class Grade:
    """How far policies stay above the optimum, in percent."""

    name: str
    item: LostSalesItem
    optimum: float
    capped: float
    learned: float


def grade(name: str, item: LostSalesItem, policy: LearnedPolicy) -> Grade:
    """Return the exact gaps of a policy and of the best capped base-stock policy."""
    optimum, capped = references(item)
    learned = policy_cost(item, rule_of(policy, item.law, item.lead_time, item.penalty / item.holding))
    return Grade(name, item, optimum, (capped / optimum - 1.0) * 100.0, (learned / optimum - 1.0) * 100.0)


def references(item: LostSalesItem) -> tuple[float, float]:
    """Return the optimal cost, and that of the best level and cap."""
    key = (item.law.values.tobytes(), item.law.probabilities.tobytes(), item.lead_time, item.holding, item.penalty)
    if key not in _KNOWN:
        most, order = _bounds(item)
        _KNOWN[key] = optimal_cost(item, most, order), _best_capped(item, order)
    return _KNOWN[key]


def rule_of(
    policy: Orders, law: DiscreteLaw, lead_time: int, ratio: float, late: float = 0.0, shift: float = 0.0
) -> Callable[[Ints], Ints]:
    """Return the policy as a rule of states: stock on hand, then what is announced for 1, 2, ... periods from now.

    ``late`` is the standard deviation of the lead time, ``shift`` how much longer it is on average.
    """
    far = law.values - law.mean
    variance = float(law.probabilities @ far**2)
    terms = Terms.of(
        mean=np.full((1, lead_time + 1), law.mean),
        variance=np.full((1, lead_time + 1), variance),
        skewness=[float(law.probabilities @ far**3) / variance**1.5],
        none=[float(law.probabilities[law.values == 0].sum())],
        lead_time=[lead_time],
        lead_deviation=[late],
        shortage_ratio=[ratio],
        lead_shift=[shift],
    )

    def rule(states: Ints) -> Ints:
        each = terms.each(lambda column: np.broadcast_to(column, (len(states), *column.shape[1:])))
        due = np.pad(states[:, 1:].astype(np.float64), ((0, 0), (0, max(lead_time + 1 - states.shape[1], 0))))
        return np.asarray(np.rint(policy.order(each, states[:, 0].astype(np.float64), due)), np.int64)

    return rule


def _spread(item: LostSalesItem) -> float:
    return float(np.sqrt(item.law.probabilities @ (item.law.values - item.law.mean) ** 2))


def _bounds(item: LostSalesItem) -> tuple[int, int]:
    """Return stock and order so large that no optimal rule reaches them."""
    score = stats.norm.ppf(item.penalty / (item.penalty + item.holding))
    periods, spread = item.lead_time + 1, _spread(item)
    most = int(np.ceil(periods * item.law.mean + (score + 2.5) * spread * np.sqrt(periods) + 3.0))
    order = int(np.ceil(item.law.mean + 1.3 * max(score, 0.5) * spread + 3.0))
    while (most + 1) * (order + 1) ** (item.lead_time - 1) > _STATES:
        order -= 1
    return most, order


def _best_capped(item: LostSalesItem, largest: int) -> float:
    """Return the least cost over levels and caps, by steps downhill from the newsvendor's."""

    @cache
    def cost(level: int, cap: int) -> float:
        return policy_cost(item, base_stock_rule(level, cap), 1e-7)

    score = stats.norm.ppf(item.penalty / (item.penalty + item.holding))
    periods, spread = item.lead_time + 1, _spread(item)
    at = int(periods * item.law.mean + score * spread * np.sqrt(periods)), int(np.ceil(item.law.mean + 0.7 * spread))
    steps = [(up, more) for up in (-1, 0, 1) for more in (-1, 0, 1) if up or more]
    while True:
        near = [(at[0] + up, at[1] + more) for up, more in steps]
        near = [(level, cap) for level, cap in near if level >= 1 and 1 <= cap <= largest]
        best = min(near, key=lambda one: cost(*one))
        if cost(*best) >= cost(*at) - 1e-9:
            return cost(*at)
        at = best


def print_grades(title: str, grades: list[Grade], *, each: bool = True) -> None:
    """Print the gaps, item by item and together."""
    if each:
        print("law            lead time  shortage    optimum   capped %  learned %")
        for one in grades:
            print(
                f"{one.name:14}{one.item.lead_time:10}{one.item.penalty:10g}{one.optimum:11.4f}"
                f"{one.capped:11.3f}{one.learned:11.3f}"
            )
    capped, learned = (np.array([getattr(one, name) for one in grades]) for name in ("capped", "learned"))
    worse = int((learned > capped + 1e-6).sum())
    print(
        f"{title}, {len(grades)} items, gap to optimum: learned mean {learned.mean():.3f} % max {learned.max():.3f} %;"
        f" best capped base-stock mean {capped.mean():.3f} % max {capped.max():.3f} %; learned dearer than it: {worse}",
        flush=True,
    )
