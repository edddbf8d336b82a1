"""The shipped policy on laws, means and costs that it never saw, by exact evaluation."""

from __future__ import annotations

import numpy as np
from scipy import stats
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Effort
from shelfwise_inventory_ppo.trial import Candidates, try_out

from shelfwise.evaluation.inventory.exact import LostSalesItem, policy_cost
from shelfwise.simulation.laws import DiscreteLaw, poisson
from tests.benchmarks.inventory_grade import Grade, grade, print_grades, rule_of

__all__ = ["laws"]

_UNITS = np.arange(60.0)
LAWS = {
    "Poisson 3.3": stats.poisson.pmf(_UNITS, 3.3),
    "Poisson 0.8": stats.poisson.pmf(_UNITS, 0.8),
    "Poisson 7": stats.poisson.pmf(_UNITS, 7.0),
    "geometric 2": stats.geom.pmf(_UNITS + 1, 1 / 3),
    "neg. bin. 4/10": stats.nbinom.pmf(_UNITS, 4.0**2 / 6.0, 0.4),
    "lumpy": np.array([0.6, 0.0, 0.1, 0.0, 0.1, 0.1, 0.0, 0.0, 0.1]),
    "triangular": np.array([1.0, 2, 3, 4, 3, 2, 1]),
    "two Poissons": 0.7 * stats.poisson.pmf(_UNITS, 2) + 0.3 * stats.poisson.pmf(_UNITS, 8),
    "Bernoulli 0.3": np.array([0.7, 0.3]),
}
CASES = {
    "Poisson 3.3": ((1, 2, 4), (6.0, 30.0)),
    "Poisson 0.8": ((1, 2, 4, 6), (5.0, 60.0)),
    "Poisson 7": ((1, 2, 3), (3.0, 15.0)),
    "geometric 2": ((1, 2, 3), (7.0, 25.0)),
    "neg. bin. 4/10": ((1, 2, 3), (12.0,)),
    "lumpy": ((1, 2, 4), (5.0, 45.0)),
    "triangular": ((1, 2, 4), (4.0, 25.0)),
    "two Poissons": ((1, 2, 3), (5.0, 20.0)),
    "Bernoulli 0.3": ((1, 2, 4, 8), (7.0, 70.0)),
}


def laws() -> None:
    """Print the exact gaps of what ships, by itself and behind the gate."""
    policy = LearnedPolicy.shipped()
    grades = []
    for name, (leads, penalties) in CASES.items():
        likely = LAWS[name] / LAWS[name].sum()
        kept = np.flatnonzero(likely > 1e-12)
        law = DiscreteLaw(kept.astype(np.float64), np.cumsum(likely[kept] / likely[kept].sum()))
        grades += [grade(name, LostSalesItem(law, lead, 1.0, cost), policy) for lead in leads for cost in penalties]
    print_grades("laws never seen", grades)
    _behind_the_gate(policy, grades)
    five = poisson(5.0)
    cells = [(lead, penalty) for lead in (1, 2, 3, 4) for penalty in (4.0, 9.0, 19.0, 39.0)]
    zipkin = [grade("Poisson 5", LostSalesItem(five, lead, 1.0, penalty), policy) for lead, penalty in cells]
    print_grades("the 16 items", zipkin)


def _behind_the_gate(policy: LearnedPolicy, grades: list[Grade]) -> None:
    """Print the exact gaps where trials choose: the learned policy, or the simple one as it was tuned for the trial."""
    items = [one.item for one in grades]
    count = len(items)
    candidates = Candidates(
        names=tuple(f"{row}" for row in range(count)),
        laws=[item.law for item in items],
        lead_time=np.array([item.lead_time for item in items]),
        shortage_ratio=np.array([item.penalty / item.holding for item in items]),
        review=np.ones(count, np.int64),
        lead_deviation=np.zeros(count),
    )
    verdicts = try_out(policy, candidates, Effort(), seed=0)
    gaps = np.array([one.learned for one in grades])
    for row in np.flatnonzero(~verdicts.cheaper):
        item, simple = items[row], verdicts.heuristics.take(np.array([row]))
        cost = policy_cost(item, rule_of(simple, item.law, item.lead_time, item.penalty / item.holding))
        gaps[row] = (cost / grades[row].optimum - 1.0) * 100.0
    dearer = int((gaps > np.array([one.capped for one in grades]) + 1e-6).sum())
    print(
        f"behind the gate, which lets the learned policy decide for {verdicts.cheaper.sum()}: mean {gaps.mean():.3f} %"
        f" max {gaps.max():.3f} %; dearer than the best capped base-stock: {dearer}",
        flush=True,
    )
