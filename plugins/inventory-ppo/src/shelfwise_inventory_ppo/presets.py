"""How much effort goes into a training."""

from __future__ import annotations

import attrs

__all__ = ["PRESETS", "Effort", "Settings"]


@attrs.frozen
class Effort:
    """How long is simulated: periods an item-node while a simple policy is sought, and scenarios of the trial.

    Numbers of chains are sought in ``chain_scenarios``.
    """

    budget: int = 100_000
    scenarios: int = 24
    periods: int = 500
    warmup: int = 100
    chain_scenarios: int = 12


@attrs.frozen
class Settings:
    """How many ``steps`` the policy learns from the retailer's demand, and how many item-nodes have a trial."""

    steps: int
    least: int = attrs.field(default=50, kw_only=True)
    """Item-nodes that it needs to learn from: a few say little."""
    trials: int
    effort: Effort


PRESETS = {
    "fast": Settings(steps=0, trials=300, effort=Effort(budget=50_000, scenarios=24, periods=400, chain_scenarios=4)),
    "balanced": Settings(
        steps=500, trials=4_000, effort=Effort(budget=100_000, scenarios=48, periods=500, chain_scenarios=8)
    ),
    "best": Settings(
        steps=3_000, trials=100_000, effort=Effort(budget=300_000, scenarios=128, periods=500, chain_scenarios=24)
    ),
}
