"""The 16 lost-sales items: PPO alone, pathwise gradients, and both, each one shared network, graded exactly."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy import stats
from shelfwise_inventory_ppo.learning.duration import Duration
from shelfwise_inventory_ppo.learning.examples import Examples
from shelfwise_inventory_ppo.learning.grade import grade as development_cost
from shelfwise_inventory_ppo.learning.laws import ATOMS
from shelfwise_inventory_ppo.learning.pathwise import follow_paths
from shelfwise_inventory_ppo.learning.ppo import improve
from shelfwise_inventory_ppo.policy import LearnedPolicy

from shelfwise.evaluation.inventory.exact import LostSalesItem
from shelfwise.simulation.laws import poisson
from tests.benchmarks.inventory_grade import grade, print_grades

__all__ = ["learning"]

_CELLS = [(lead, penalty) for lead in (1, 2, 3, 4) for penalty in (4.0, 9.0, 19.0, 39.0)]
_COPIES = 128
_SEEDS = (0, 1)
_MINUTES = {"ppo": 14.0, "pathwise": 4.0, "ppo after pathwise": 4.0}
"""A seed; one after the other, all of PPO alone is within half an hour."""
_WIDTH = 64


def learning() -> None:
    """Learn with some seeds each way, choose on a development set, and print the exact gaps."""
    atoms = stats.poisson.ppf((np.arange(ATOMS) + 0.5) / ATOMS, 5.0)
    lead, penalty = (np.array(column) for column in zip(*_CELLS, strict=True))
    examples = Examples.of(np.tile(atoms, (len(_CELLS), 1)), lead.astype(np.int64), penalty)

    def draw(_: np.random.Generator, count: int) -> Examples:
        return examples.take(np.arange(count) % len(examples))

    def ppo(seed: int, start: LearnedPolicy | None, minutes: float, rate: float) -> LearnedPolicy:
        return improve(
            draw,
            duration=Duration(seconds=60 * minutes),
            items=len(_CELLS),
            copies=_COPIES,
            renewed=0.0,
            width=_WIDTH,
            rate=rate,
            seed=seed,
            start=start,
        )

    pathwise = _best(
        "pathwise gradients",
        examples,
        lambda seed: follow_paths(
            draw,
            duration=Duration(seconds=60 * _MINUTES["pathwise"]),
            rows=len(_CELLS) * _COPIES,
            width=_WIDTH,
            seed=seed,
        ),
    )
    _best(
        "PPO after pathwise gradients", examples, lambda seed: ppo(seed, pathwise, _MINUTES["ppo after pathwise"], 3e-4)
    )
    _best("PPO alone, from the myopic policy", examples, lambda seed: ppo(seed, None, _MINUTES["ppo"], 1e-3))


def _best(title: str, examples: Examples, learn: Callable[[int], LearnedPolicy]) -> LearnedPolicy:
    started = time.perf_counter()
    found = [learn(seed) for seed in _SEEDS]
    cost = [development_cost(policy, examples, periods=2000, seed=10_000) for policy in found]
    seconds = time.perf_counter() - started
    told = ", ".join(f"{one:.5f}" for one in cost)
    print(f"\n{title}: seeds {_SEEDS} cost {told} on the development set, {seconds:.0f} s")
    best = int(np.argmin(cost))
    law = poisson(5.0)
    for number, policy in enumerate(found):
        grades = [grade("Poisson 5", LostSalesItem(law, lead, 1.0, penalty), policy) for lead, penalty in _CELLS]
        print_grades(
            f"{title}, seed {_SEEDS[number]}{', chosen' if number == best else ''}", grades, each=number == best
        )
    return found[best]
