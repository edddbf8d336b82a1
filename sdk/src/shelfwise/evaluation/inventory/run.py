"""One policy through one scenario."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise import simulation
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.hookspecs import Progress
from shelfwise.simulation.outcome import Tally

__all__ = ["BATCHES", "Run", "run"]

Floats = NDArray[np.float64]

BATCHES = 10
"""Batches of time per scenario whose mean costs serve the confidence intervals."""


@attrs.frozen(eq=False)
class Run:
    """What a policy cost: its outcome, and that of each batch of time."""

    outcome: simulation.Outcome
    batches: tuple[simulation.Outcome, ...]

    @property
    def batch_cost(self) -> Floats:
        """The mean cost of a period in each batch, (items, replications, batches)."""
        return np.stack([batch.cost for batch in self.batches], axis=2)


def run(
    scenario: Scenario,
    policy: simulation.Policy,
    *,
    study: str = "",
    name: str = "periods",
    progress: Progress = lambda *_: None,
) -> Run:
    """Simulate a policy.

    Demand and lead times depend on the scenario's seed and on ``study`` alone, so that every policy meets the same.
    ``progress`` is told of each period, under ``name``.
    """
    world = scenario.world(study)
    batches = [Tally.blank(world, scenario.review_periods) for _ in range(min(BATCHES, scenario.periods))]

    def watch(happened: simulation.Happened) -> None:
        period = happened.state.period
        progress(name, period, world.periods)
        if period >= scenario.warmup:
            batches[(period - scenario.warmup) * len(batches) // scenario.periods].add(happened)

    outcome = simulation.simulate(
        world, policy, warmup=scenario.warmup, review_periods=scenario.review_periods, watch=watch
    )
    return Run(outcome, tuple(batch.outcome() for batch in batches))
