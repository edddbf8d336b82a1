"""Training on a retailer's tables: learn on, then try item-nodes out one by one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.hookspecs import Progress
from shelfwise.ordering import Situation, assess, learn
from shelfwise.simulation import laws
from shelfwise.types import Index, ReplenishRequest
from shelfwise_inventory_ppo.evidence import Evidence
from shelfwise_inventory_ppo.gate import Gate
from shelfwise_inventory_ppo.learned import Learned
from shelfwise_inventory_ppo.planning import Costing, cadence, decidable, shortage_ratio
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Settings
from shelfwise_inventory_ppo.promise import Promise
from shelfwise_inventory_ppo.trial import Candidates, try_out

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset, DemandPanel

__all__ = ["Task", "train"]

Ints = NDArray[np.int64]

_LEAST_DAYS = 28
"""Days of demand seen that a law is taken from."""
_KEPT = "policy.safetensors"


@attrs.frozen
class Task:
    """What a training is told."""

    settings: Settings
    costing: Costing
    holding_rate_per_year: float
    goodwill_cost: float
    history_days: int
    seed: int


def train(dataset: Dataset, task: Task, progress: Progress, checkpoints: Path | None) -> Learned:
    """Learn from the demand of the last days, then find where the policy is cheaper than the best simple one."""
    panel = dataset.demand_panel()
    statistics = learn(panel, task.history_days)
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
    )
    at, candidates = _candidates(situation, panel, task)
    policy = _learn_on(candidates, task, progress, checkpoints)
    verdicts = try_out(policy, candidates, task.settings.effort, task.seed, progress)
    items, nodes = Index(request.item_ids), state.nodes.index
    gate = Gate(items, nodes, *at, candidates.review, verdicts, Evidence.shipped())
    return Learned(policy, gate, Promise.shipped(), statistics)


def _candidates(situation: Situation, panel: DemandPanel, task: Task) -> tuple[tuple[Ints, Ints], Candidates]:
    """Return the item-nodes that will have a trial, those first of which a day's demand earns most."""
    item, node = np.nonzero(decidable(situation, task.costing))
    worth = (situation.demand.rate * situation.costs.shortage)[item, node]
    ratio = shortage_ratio(situation, task.costing)
    names: list[str] = []
    found: list[laws.DiscreteLaw] = []
    kept: list[int] = []
    for row in np.argsort(-worth, kind="stable"):
        if len(kept) == task.settings.trials:
            break
        seen = _seen(panel, situation.request.item_ids[item[row]], situation.state.nodes.index[node[row]], task)
        # What is sold by weight has no trial of its own: those are of whole units.
        if len(seen) >= _LEAST_DAYS and seen.any() and (seen == np.rint(seen)).all():
            names.append(f"{situation.request.item_ids[item[row]]} at {situation.state.nodes.index[node[row]]}")
            found.append(laws.empirical(seen))
            kept.append(row)
    at = (item[kept], node[kept])
    spread = np.sqrt(situation.lead_variance[at])
    return at, Candidates(tuple(names), found, situation.lead_days[at], ratio[at], cadence(situation)[at], spread)


def _seen(panel: DemandPanel, item_id: str, node_id: str, task: Task) -> NDArray[np.float64]:
    """Return units of the days on which demand was seen, closed days as days of none."""
    item, node = panel.items.position(item_id), panel.nodes.position(node_id)
    if item < 0 or node < 0:
        return np.zeros(0)
    recent = slice(-task.history_days, None)
    units, in_stock = np.nan_to_num(panel.units[item, node, recent]), panel.in_stock[item, node, recent]
    is_open = (panel.open if panel.open.ndim == 1 else panel.open[node])[recent]
    begun = np.cumsum(panel.units[item, node] > 0)[recent] > 0
    return np.where(is_open, units, 0.0)[begun & (in_stock | ~is_open)]


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
