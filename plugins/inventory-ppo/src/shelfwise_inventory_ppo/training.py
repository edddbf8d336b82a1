"""Training on a retailer's tables: learn on, then try item-nodes out one by one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.hookspecs import Progress
from shelfwise.ordering import ObservedDemand, Situation, assess, observe
from shelfwise.simulation import laws
from shelfwise.types import Index, ReplenishRequest
from shelfwise_inventory_ppo.chain.training import ChainTrials
from shelfwise_inventory_ppo.evidence import Evidence
from shelfwise_inventory_ppo.gate import Gate
from shelfwise_inventory_ppo.learned import Learned
from shelfwise_inventory_ppo.planning import cadence, decidable, shortage_ratio
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Settings
from shelfwise_inventory_ppo.promise import Promise
from shelfwise_inventory_ppo.trial import Candidates, try_out

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["Task", "train"]

Ints = NDArray[np.int64]

_KEPT = "policy.safetensors"
_ITEM_NODES = 30
"""Trials of item-nodes for one of a warehouse with its stores, which takes as long."""


@attrs.frozen
class Task:
    """What a training is told."""

    settings: Settings
    holding_rate_per_year: float
    goodwill_cost: float
    lost_sales: bool
    quantile_ceiling: float
    history_days: int
    seed: int


def train(dataset: Dataset, task: Task, progress: Progress, checkpoints: Path | None) -> Learned:
    """Learn from the demand of the last days, then find where the policy is cheaper than the best simple one."""
    observed = observe(dataset.demand_panel(), task.history_days)
    statistics = observed.statistics
    state = dataset.state()
    request = ReplenishRequest(state.items.index.ids, state.nodes.index.ids)
    demand = statistics.daily(request.item_ids, state.nodes.index, 14)
    situation = assess(
        request,
        state,
        demand,
        None,
        holding_rate_per_year=task.holding_rate_per_year,
        goodwill_cost=task.goodwill_cost,
        lost_sales=task.lost_sales,
    )
    at, candidates = _candidates(situation, observed, task)
    policy = _learn_on(candidates, task, progress, checkpoints)
    verdicts = try_out(policy, candidates, task.settings.effort, task.seed, progress)
    items, nodes = Index(request.item_ids), state.nodes.index
    gate = Gate(items, nodes, *at, candidates.review, verdicts, Evidence.shipped())
    trials = ChainTrials(situation, observed, policy, gate, task.quantile_ceiling, task.settings.effort, task.seed)
    chains = trials.run(task.settings.trials // _ITEM_NODES, progress)
    return Learned(policy, gate, chains, Promise.shipped(), statistics)


def _candidates(situation: Situation, observed: ObservedDemand, task: Task) -> tuple[tuple[Ints, Ints], Candidates]:
    """Return the item-nodes that will have a trial, those first of which a day's demand earns most."""
    item, node = np.nonzero(decidable(situation))
    worth = (situation.demand.rate * situation.costs.shortage)[item, node]
    ratio = shortage_ratio(situation, task.quantile_ceiling)
    names: list[str] = []
    found: list[laws.DiscreteLaw] = []
    kept: list[int] = []
    for row in np.argsort(-worth, kind="stable"):
        if len(kept) == task.settings.trials:
            break
        item_id, node_id = situation.request.item_ids[item[row]], situation.state.nodes.index[node[row]]
        seen = observed.of(item_id, node_id)
        # What is sold by weight has no trial of its own: those are of whole units.
        if seen is not None and (seen == np.rint(seen)).all():
            names.append(f"{item_id} at {node_id}")
            found.append(laws.empirical(seen))
            kept.append(row)
    at = (item[kept], node[kept])
    spread = np.sqrt(situation.lead_variance[at])
    return at, Candidates(tuple(names), found, situation.lead_days[at], ratio[at], cadence(situation)[at], spread)


def _learn_on(candidates: Candidates, task: Task, progress: Progress, checkpoints: Path | None) -> LearnedPolicy:
    """Let the shipped policy learn from the retailer's item-nodes, or read what an interrupted training learned."""
    shipped = LearnedPolicy.shipped()
    if task.settings.steps == 0 or len(candidates) < task.settings.least:
        return shipped
    if checkpoints is not None and (checkpoints / _KEPT).exists():
        return LearnedPolicy.load(checkpoints / _KEPT)
    # Only who learns needs torch.
    from shelfwise_inventory_ppo.learning.own import learn_own

    policy = learn_own(shipped, candidates, steps=task.settings.steps, seed=task.seed, progress=progress)
    if checkpoints is not None:
        policy.save(checkpoints / _KEPT)
    return policy
