"""What a training leaves: the policy, its verdicts, and the statistics of demand."""

from __future__ import annotations

import json
from pathlib import Path

import attrs

from shelfwise.ordering import DemandStatistics
from shelfwise.types import Index
from shelfwise_inventory_ppo.chain.gate import ChainGate
from shelfwise_inventory_ppo.gate import Gate
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.promise import Promise

__all__ = ["Learned"]

_POLICY, _IDS = "policy.safetensors", "gate.json"


@attrs.frozen(eq=False)
class Learned:
    """The policy, the gates before it, what service it promises, and the demand of the past, None before training."""

    policy: LearnedPolicy
    gate: Gate
    chains: ChainGate
    promise: Promise
    statistics: DemandStatistics | None = None

    @classmethod
    def shipped(cls) -> Learned:
        """Return what comes with the package."""
        return cls(LearnedPolicy.shipped(), Gate.untried(), ChainGate.untried(), Promise.shipped())

    def save(self, directory: Path) -> None:
        """Write everything."""
        self.policy.save(directory / _POLICY)
        self.gate.save(directory)
        self.chains.save(directory)
        ids = {"items": self.gate.items.ids, "nodes": self.gate.nodes.ids}
        (directory / _IDS).write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")
        if self.statistics is not None:
            self.statistics.save(directory)

    @classmethod
    def load(cls, directory: Path) -> Learned:
        """Read what :meth:`save` wrote; what comes with the package where nothing was saved."""
        if not (directory / _IDS).exists():
            return cls.shipped()
        ids = json.loads((directory / _IDS).read_text(encoding="utf-8"))
        items, nodes = Index(ids["items"]), Index(ids["nodes"])
        return cls(
            LearnedPolicy.load(directory / _POLICY),
            Gate.load(directory, items, nodes),
            ChainGate.load(directory, items, nodes),
            Promise.shipped(),
            DemandStatistics.load(directory),
        )
