"""The trial of the learned policy: beside the best simple one, in the same simulated worlds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import special

from shelfwise.hookspecs import Progress
from shelfwise.simulation import Network, Policy, World, simulate
from shelfwise.simulation.laws import DiscreteLaw, empirical
from shelfwise.simulation.tuning import tuned
from shelfwise_inventory_ppo.heuristics import KINDS, Heuristics
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Effort
from shelfwise_inventory_ppo.simulated import Simulated
from shelfwise_inventory_ppo.terms import Terms
from shelfwise_inventory_ppo.verdicts import Verdicts

__all__ = ["Candidates", "lead_time_laws", "paired_interval", "try_out"]

Floats = NDArray[np.float64]

_CONFIDENCE = 0.95
_TOGETHER = 100


@attrs.frozen(eq=False)
class Candidates:
    """Item-nodes by ``names``: the law of a period's demand and, each (rows,), the other terms of a policy."""

    names: tuple[str, ...]
    laws: Sequence[DiscreteLaw]
    lead_time: NDArray[np.int64]
    shortage_ratio: Floats
    review: NDArray[np.int64]
    lead_deviation: Floats

    def __len__(self) -> int:
        return len(self.names)

    def part(self, rows: NDArray[np.int64]) -> Candidates:
        """Return some rows."""
        return Candidates(
            tuple(self.names[row] for row in rows),
            [self.laws[row] for row in rows],
            self.lead_time[rows],
            self.shortage_ratio[rows],
            self.review[rows],
            self.lead_deviation[rows],
        )

    @property
    def network(self) -> Network:
        """The item-nodes in the simulator, unmet demand lost; costs are in those of holding a unit for a period."""
        stock = np.array([law.mean for law in self.laws]) * (self.lead_time + self.review)
        return Network(
            names=self.names,
            lead_time=self.lead_time,
            lost_cost=self.shortage_ratio,
            initial_stock=np.ceil(stock),
        )

    @property
    def lead_times(self) -> list[DiscreteLaw | None]:
        """The laws of lead times; None where orders come as announced."""
        return lead_time_laws(self.lead_time, self.lead_deviation)

    @property
    def terms(self) -> Terms:
        """What a policy is told of them."""
        values = [(law.mean, *_spread(law)) for law in self.laws]
        mean, variance, skewness, none = np.array(values).T
        shape = (len(self.laws), int((self.lead_time + self.review).max()))
        return Terms.of(
            mean=np.broadcast_to(mean[:, None], shape),
            variance=np.broadcast_to(variance[:, None], shape),
            skewness=skewness,
            none=none,
            lead_time=self.lead_time,
            lead_deviation=self.lead_deviation,
            shortage_ratio=self.shortage_ratio,
            review=self.review,
        )


def lead_time_laws(lead_time: NDArray[np.int64], deviation: Floats) -> list[DiscreteLaw | None]:
    """Return laws of lead times, normal but in whole periods and at least 1; None where there is no deviation."""
    score = special.ndtri((np.arange(200) + 0.5) / 200)
    return [
        empirical(np.maximum(np.rint(lead + spread * score), 1.0)) if spread > 0 else None
        for lead, spread in zip(lead_time, deviation, strict=True)
    ]


def paired_interval(saving: Floats) -> tuple[Floats, Floats]:
    """Return the mean of savings (rows, scenarios), and half the width of its 95 % interval; (rows,)."""
    count = saving.shape[1]
    half = special.stdtrit(count - 1, 0.5 + _CONFIDENCE / 2) * saving.std(axis=1, ddof=1) / np.sqrt(count)
    return saving.mean(axis=1), half


def try_out(
    policy: LearnedPolicy, candidates: Candidates, effort: Effort, seed: int, progress: Progress = lambda *_: None
) -> Verdicts:
    """Find each item-node's best simple policy, then let it and the learned one face the same demand.

    The simple ones are chosen on draws that the trial does not use.
    """
    verdicts = Verdicts.blank(len(candidates))
    done = 0
    for review in np.unique(candidates.review):
        rows = np.flatnonzero(candidates.review == review)
        for some in np.array_split(rows, -(-len(rows) // _TOGETHER)):
            progress("trials", done, len(candidates))
            verdicts.put(some, _try_out(policy, candidates.part(some), int(review), effort, seed))
            done += len(some)
    progress("trials", done, len(candidates))
    return verdicts


def _try_out(policy: LearnedPolicy, candidates: Candidates, review: int, effort: Effort, seed: int) -> Verdicts:
    network, terms = candidates.network, candidates.terms
    late = candidates.lead_times if candidates.lead_deviation.any() else None
    options: dict[str, Any] = {"review_periods": review, "seed": seed, "budget": effort.budget, "lead_times": late}
    found = [tuned(kind, network, candidates.laws, **options) for kind in KINDS]
    kind, row = np.argmin([one.cost for one in found], axis=0), np.arange(len(candidates))
    level = np.stack([one.parameters["level"] for one in found])[kind, row]
    cap = np.where(kind == 0, found[0].parameters["cap"], np.inf)
    world = World.draw(
        network,
        candidates.laws,
        periods=effort.warmup + effort.periods,
        scenarios=effort.scenarios,
        seed=seed,
        lead_times=late,
        study="trial",
    )

    def cost(one: Policy) -> Floats:
        return simulate(world, one, warmup=effort.warmup, review_periods=review).cost

    simple = np.stack([cost(one.policy) for one in found])[kind, row]
    saving = simple - cost(Simulated(policy, terms))
    usual, (mean, half) = np.maximum(simple.mean(axis=1), 1e-12), paired_interval(saving)
    heuristics = Heuristics.told(kind, level, cap, terms)
    return Verdicts(heuristics, mean / usual, (mean - half) / usual, (mean + half) / usual)


def _spread(law: DiscreteLaw) -> tuple[float, float, float]:
    """Return variance, skewness and the probability of no demand."""
    far = law.values - law.mean
    variance = max(float(law.probabilities @ far**2), 1e-4)
    none = float(law.probabilities[law.values == 0].sum())
    return variance, float(law.probabilities @ far**3) / variance**1.5, none
